from core.inside._candidates import candidates
from core.types import Fact

IMAGENET = ([123.675, 116.28, 103.53], [58.395, 57.12, 57.375])


def preparation(certain=(), **changed):
    values = {
        "colour": "RGB",
        "mean": IMAGENET[0],
        "std": IMAGENET[1],
        "resize": "crop",
        "resize_px": 256,
        "width_px": 224,
        "height_px": 224,
        "dtype": "float32",
        **changed,
    }
    return {name: Fact(value, "test", certain=name in certain) for name, value in values.items()}


def words(known, *, open_all=False):
    return [one.words for one in candidates(known, preparation(), open_all)]


def test_every_combination_of_what_is_open_comes_up_once_the_one_in_use_first():
    found = candidates(preparation(), preparation(), open_all=False)
    assert len(found) == len({one.words for one in found}) == 2 * 4 * 3
    assert [one.is_current for one in found].index(True) == 0
    assert sum(one.is_current for one in found) == 1
    assert found[0].words == "red first, as ImageNet, middle cut out"


def test_what_is_certain_stays_unless_all_is_asked_for():
    known = preparation(certain=("mean", "std", "resize"))
    assert words(known) == ["red first", "blue first"]
    assert len(words(known, open_all=True)) == 24


def test_a_scale_of_its_own_is_one_more_and_one_that_hardly_differs_is_not():
    own = preparation(certain=("colour", "resize"), mean=[0.0] * 3, std=[100.0] * 3)
    assert words(own) == ["(value - 0) / 100", "0 to 255", "0 to 1", "-1 to 1", "as ImageNet"]
    near = candidates(preparation(("colour", "resize"), mean=[127.0] * 3, std=[128.0] * 3), preparation(), False)
    assert [one.words for one in near] == ["-1 to 1", "0 to 255", "0 to 1", "as ImageNet"]
    assert near[0].facts == {"mean": [127.0] * 3, "std": [128.0] * 3}


def test_a_middle_cut_from_an_unusual_size_is_tried_beside_the_usual_one():
    found = words(preparation(certain=("colour", "mean", "std"), resize_px=448))
    assert found[0] == "middle cut out of 448 pixels"
    assert "middle cut out" in found


def test_grey_has_no_order_of_colours_and_whole_numbers_have_no_scale():
    known = preparation(certain=("resize",), colour="grey", mean=[0.0], std=[1.0], dtype="uint8")
    assert len(words(known)) <= 1


def test_a_way_to_place_it_that_is_none_of_ours_stays_possible():
    assert "placed as now" in words(preparation(certain=("colour", "mean", "std"), resize="near"))


def test_going_by_habit_is_counted():
    found = candidates(preparation(colour="BGR"), preparation(), open_all=False)
    assert max(one.usual for one in found) == 3
    assert found[0].usual == 2
