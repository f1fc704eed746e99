import numpy as np
import pytest

from core.errors import RunFailed, TooLarge
from core.tasks import image_to_image as task
from core.tasks import style_transfer
from tests.core.tasks.picture_models import described, form, run_script, silent
from tests.core.tasks.pixel_models import (
    anime_gan,
    answering,
    answers,
    expected,
    fast_neural_style,
    model,
    ready,
    scene,
    step,
    sub_pixel,
    swin2sr,
)

PICTURE = ("float32", (1, 3, 64, 64))


def difference(found, wanted):
    return np.abs(found.astype(int) - wanted.astype(int)).max()


def repeats(times, scale=1.0, shift=0.0):
    """Enlarges without computing anything, and changes the range of the values."""
    return model(
        {"x": [1, 3, "h", "w"]},
        {"y": [1, 3, "H", "W"]},
        [
            step("Resize", ["x", "", "sizes"], ["a"], mode="nearest"),
            step("Mul", ["a", "scale"], ["b"]),
            step("Add", ["b", "shift"], ["y"]),
        ],
        {"sizes": np.array([1, 1, times, times], np.float32), "scale": np.float32(scale), "shift": np.float32(shift)},
    )


def test_swin2sr_gives_the_picture_that_transformers_prepares_and_torch_computes():
    """203 rows become 208 by mirroring, and the 304 x 208 go through in two pieces of 256."""
    found = answers(task, swin2sr(), {"picture": scene(301, 203)}).pixels
    assert found.shape == (406, 602, 3)
    assert difference(found[::6, ::6], expected()["sr_pixels"]) <= 1


def test_small_pieces_give_the_same_picture():
    # both convolutions together look 3 around
    found = answers(task, swin2sr(), {"picture": scene(301, 203)}, tile_px=64, overlap_px=8).pixels
    assert difference(found[::6, ::6], expected()["sr_pixels"]) <= 1


def test_the_sub_pixel_network_enlarges_brightness_and_keeps_colours():
    found = answers(task, sub_pixel(), {"picture": scene(224, 224)}).pixels
    assert found.shape == (672, 672, 3)
    # the reference cuts decimals off where we round
    assert difference(found[::12, ::12], expected()["sub_pixel_pixels"]) <= 2


def test_a_fixed_size_takes_any_picture_in_pieces():
    found = answers(task, sub_pixel(), {"picture": scene(500, 230)}).pixels
    assert found.shape == (690, 1500, 3)
    small = answers(task, sub_pixel(), {"picture": scene(100, 50)}).pixels
    assert small.shape == (150, 300, 3)


def test_fast_neural_style_is_fed_0_to_255_and_gives_it():
    info, parts = fast_neural_style()
    found = answers(task, (info, parts), {"picture": scene(224, 224)}).pixels
    assert difference(found[::6, ::6], expected()["style_pixels"]) <= 1
    facts = task.assume(info)
    assert (facts["way"].value, facts["mean"].value, facts["std"].value) == ("whole", [0.0] * 3, [1.0] * 3)


def test_a_style_network_of_a_fixed_size_gives_a_picture_of_the_users_size():
    assert answers(task, fast_neural_style(), {"picture": scene(300, 150)}).pixels.shape == (150, 300, 3)


@pytest.mark.parametrize("sizes", [("height", "width"), (256, 256)])
def test_anime_gan_has_its_colours_last_and_minus_1_to_1(sizes):
    picture = scene(256, 256)
    found = answers(task, anime_gan(sizes), {"picture": picture}).pixels
    assert difference(found[:, :, ::-1], picture) == 0


@pytest.mark.parametrize(("scale", "shift"), [(1, 0), (2, -1), (255, 0)])
@pytest.mark.parametrize("brightness", [0.15, 1.0])
def test_the_range_of_what_comes_out_is_detected(scale, shift, brightness):
    picture = (scene(90, 70) * brightness).astype(np.uint8)
    found = answers(task, repeats(1, scale=scale, shift=shift), {"picture": picture}).pixels
    assert difference(found, picture) <= 1


@pytest.mark.parametrize("value", [0, 3, 128, 255])
def test_plain_pictures_keep_their_brightness(value):
    picture = np.full((40, 40, 3), value, np.uint8)
    for mean, std, scale in (([0.0], [255.0], 1), ([127.5], [127.5], 1), ([0.0], [1.0], 1)):
        found = answers(task, repeats(1, scale=scale), {"picture": picture}, mean=mean * 3, std=std * 3).pixels
        assert difference(found, picture) <= 1


def test_a_range_that_was_chosen_is_used():
    found = answers(task, repeats(1), {"picture": scene(40, 40)}, range_out="0 to 255").pixels
    assert found.max() <= 1


def test_overshoot_is_cut_and_does_not_change_the_range():
    picture = scene(60, 60)
    found = answers(task, repeats(1, scale=1.2, shift=-0.1), {"picture": picture}).pixels
    assert difference(found, (picture * 1.2 - 25.5).clip(0, 255)) <= 1


def test_blue_comes_first_where_it_is_said():
    picture = scene(40, 30)
    assert difference(answers(task, repeats(1), {"picture": picture}, colour="BGR").pixels, picture) <= 1


def test_whole_numbers_go_in_and_out():
    sizes = [1, 3, "h", "w"]
    made = model({"x": (2, sizes)}, {"y": (2, sizes)}, [step("Identity", ["x"], ["y"])])  # uint8
    picture = scene(50, 40)
    assert difference(answers(task, made, {"picture": picture}).pixels, picture) == 0


def test_half_precision_goes_in_and_out():
    sizes = [1, 3, "h", "w"]
    made = model({"x": (10, sizes)}, {"y": (10, sizes)}, [step("Identity", ["x"], ["y"])])  # float16
    assert difference(answers(task, made, {"picture": scene(50, 40)}).pixels, scene(50, 40)) <= 1


def test_the_size_is_what_the_user_chose():
    picture = np.zeros((300, 1200, 3), np.uint8)
    for size, width in (("Small", 512), ("Middle", 1024), ("As it is", 1200)):
        assert answers(task, repeats(1), {"picture": picture, "size": size}).pixels.shape[1] == width


def test_a_result_that_would_be_too_large_is_refused_at_the_first_piece():
    info, parts = repeats(8)
    runs = []

    def counted(feeds):
        runs.append(1)
        return parts["model"](feeds)

    with pytest.raises(TooLarge, match="too large"):
        answers(task, (info, {"model": counted}), {"picture": np.zeros((900, 900, 3), np.uint8)})
    assert len(runs) == 1


def test_progress_is_told_for_each_piece():
    info, parts = repeats(1)
    info = ready(task, info, tile_px=64)
    heard = []
    inputs = form(task, info, {"picture": scene(150, 60)})
    task.answer(inputs, parts, info, lambda _share, words: heard.append(words))
    assert len(heard) > 2
    assert heard[0].startswith("piece 1 of")


@pytest.mark.parametrize(
    "values",
    [
        np.full((1, 3, 64, 64), np.nan, np.float32),
        np.zeros((1, 3, 63, 64), np.float32),
        np.zeros((1, 3, 64, 128), np.float32),
        np.zeros((1, 3, 32, 32), np.float32),
        np.zeros((1, 5, 64, 64), np.float32),
        np.zeros((1, 10), np.float32),
        np.zeros((64,), np.float32),
        np.zeros((2, 3, 64, 64), np.float32),
        np.zeros((1, 3, 0, 0), np.float32),
    ],
)
def test_odd_answers_are_an_error_in_words(values):
    with pytest.raises(RunFailed) as error:
        answers(task, answering(values), {"picture": scene(64, 64)})
    assert error.value.fix


@pytest.mark.parametrize("value", [0, 1, 255])
def test_a_tiny_picture_works(value):
    picture = np.full((1, 1, 3), value, np.uint8)
    assert answers(task, swin2sr(), {"picture": picture}).pixels.shape == (2, 2, 3)


@pytest.mark.parametrize("built", [swin2sr, sub_pixel, fast_neural_style, anime_gan])
def test_the_script_gives_the_same_picture(built):
    info, parts = built()
    info = ready(task, info)
    inputs = form(task, info, {"picture": scene(120, 90)})
    found = task.answer(inputs, parts, info, silent).pixels
    assert (run_script(task, info, parts, inputs) == found).all()


@pytest.mark.parametrize("built", [swin2sr, sub_pixel, fast_neural_style])
def test_what_was_done_is_told_in_sentences(built):
    info = ready(task, built()[0])
    sentences = task.explain(form(task, info, {"picture": scene(30, 20)}), info)
    assert all(sentence.endswith(".") for sentence in sentences)
    assert "at once" in " ".join(sentences) if built is fast_neural_style else "pieces" in " ".join(sentences)


@pytest.mark.parametrize(
    ("inputs", "outputs", "lowest", "highest"),
    [
        ([PICTURE], [("float32", (1, 3, 256, 256))], 0.9, 0.9),
        ([PICTURE], [("float32", (1, 3, 64, 64))], 0.85, 0.85),
        ([("float32", (1, 3, "h", "w"))], [("float32", (1, 3, "H", "W"))], 0.6, 0.8),
        ([("float32", (1, 1, 224, 224))], [("float32", (1, 1, 672, 672))], 0.9, 0.9),
        ([("float32", (1, 1, 224, 224))], [("float32", (1, 1, 224, 224))], 0.2, 0.4),
        ([("float32", (1, None, None, 3))], [("float32", (1, None, None, 3))], 0.6, 0.8),
        ([PICTURE], [("float32", (1, 1, 64, 64))], 0, 0),
        ([PICTURE], [("float32", (1, 21, 64, 64))], 0, 0),
        ([PICTURE], [("float32", (1, 3, 16, 16))], 0, 0),
        ([PICTURE], [("float32", (1, 1000))], 0, 0),
        ([PICTURE, PICTURE], [("float32", (1, 3, 64, 64))], 0, 0),
        ([PICTURE], [("float32", (1, 3, 64, 64)), ("float32", (1, 3, 32, 32))], 0, 0),
    ],
)
def test_it_fits_one_picture_in_and_one_out(inputs, outputs, lowest, highest):
    assert lowest <= task.fits(described(inputs, outputs)) <= highest


def test_it_is_sure_of_the_name_reconstruction_and_not_of_the_styles_with_weights():
    assert task.fits(swin2sr()[0]) == 0.95
    info, _ = model(
        {"image": [1, 3, "h", "w"], "style_weights": [26]},
        {"stylized": [1, 3, "h", "w"]},
        [step("ReduceMean", ["style_weights"], ["a"], keepdims=0), step("Mul", ["image", "a"], ["stylized"])],
    )
    assert task.fits(info) == 0
    assert style_transfer.fits(info) == 1
