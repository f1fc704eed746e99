import numpy as np
import pytest

from core.errors import RunFailed
from core.tasks import _maps
from core.tasks._pictures import placement
from tests.core.tasks.pixel_models import expected


def whole(values):
    return (0, values.shape[0]), (0, values.shape[1])


@pytest.mark.parametrize("smooth", [False, True])
@pytest.mark.parametrize("number", [0, 1, 2])
def test_maps_are_resized_as_torch_does_it_larger_and_smaller(number, smooth):
    known = expected()
    values, wanted = known[f"map_{number}"], known[f"map_{number}_{'bicubic' if smooth else 'bilinear'}"]
    found = _maps.resampled(values, *wanted.shape, whole(values), smooth)
    assert found.dtype == np.float32
    assert found == pytest.approx(wanted, abs=1e-5)


def test_the_best_of_several_maps_is_that_of_each_map_enlarged_alone():
    values = np.random.default_rng(1).standard_normal((9, 7, 5)).astype(np.float32)
    each = [_maps.resampled(values[:, :, one], 40, 33, whole(values)) for one in range(5)]
    assert (_maps.best_of(values, 40, 33, whole(values)) == np.argmax(each, axis=0)).all()


def test_the_frame_around_a_picture_is_no_part_of_its_map():
    # 200 x 100 in a frame of 64 x 64 is 64 x 32 from row 16 on; the map has 16 x 16 cells
    place = placement(200, 100, {"resize": "fit", "width_px": 64, "height_px": 64})
    values = np.full((16, 16), 99, np.float32)
    values[4:12] = 1
    found = _maps.resampled(values, 100, 200, _maps.spans(place, 16, 16))
    assert (found == 1).all()


def test_what_was_cut_off_before_feeding_is_known():
    # the middle 100 x 100 of 200 x 100 are fed
    place = placement(200, 100, {"resize": "crop", "resize_px": 100, "width_px": 100, "height_px": 100})
    rows, columns = _maps.spans(place, 25, 25)
    assert not _maps.unseen(100, 25, rows).any()
    hidden = _maps.unseen(200, 25, columns)
    assert hidden[:50].all()
    assert not hidden[50:150].any()
    assert hidden[150:].all()


def test_whole_numbers_are_never_mixed():
    values = np.array([[0, 7], [255, 3]])
    found = _maps.nearest_of(values, 5, 6, whole(values))
    assert set(np.unique(found)) == {0, 3, 7, 255}
    assert (found[0, 0], found[-1, -1]) == (0, 3)


@pytest.mark.parametrize(
    ("shape", "count", "wanted"),
    [
        ((1, 5, 8, 9), 5, (8, 9, 5)),
        ((1, 8, 9, 5), 5, (8, 9, 5)),
        ((5, 8, 9), 0, (8, 9, 5)),
        ((1, 8, 9), 0, (8, 9, 1)),
        ((8, 9), 0, (8, 9, 1)),
        ((1, 1, 8, 9), 1, (8, 9, 1)),
        ((1, 8, 9, 1), 1, (8, 9, 1)),
        ((1, 12, 6, 9), 12, (6, 9, 12)),
    ],
)
def test_channels_are_found_wherever_they_are(shape, count, wanted):
    assert _maps.channels_last(np.zeros(shape, np.float32), count).shape == wanted


@pytest.mark.parametrize(
    "values",
    [
        None,
        [1, 2],
        np.zeros(3),
        np.zeros((2, 1, 4, 4)),
        np.zeros((1, 0, 4, 4)),
        np.full((4, 4), np.nan),
        np.array(["a"]),
    ],
)
def test_what_is_no_map_is_an_error_in_words(values):
    with pytest.raises(RunFailed):
        _maps.checked({"output": values}, "output")


def test_a_size_is_limited_with_its_proportions_kept():
    assert _maps.limited(300, 200, 4_000_000) == (300, 200)
    width, height = _maps.limited(8000, 4000, 4_000_000)
    assert width / height == pytest.approx(2, rel=1e-3)
    assert width * height == pytest.approx(4_000_000, rel=1e-3)
    assert _maps.limited(30_000, 1, 100) == (1732, 1)
