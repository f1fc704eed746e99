import time

import numpy as np
import pytest
from PIL import Image

from core.tasks import _pictures
from tests.core.tasks.picture_models import sample


def noise(height, width):
    return np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)


def how(resize, **more):
    return {"resize": resize, "width_px": 224, "height_px": 224, "resample": "bicubic", **more}


def laid_out(picture, facts):
    place = _pictures.placement(picture.shape[1], picture.shape[0], facts)
    return _pictures.laid_out(picture, place, facts["resample"], facts.get("pad", 114))


@pytest.mark.parametrize(("height", "width"), [(400, 600), (600, 400), (512, 512), (100, 120), (256, 256)])
def test_the_cut_is_that_of_the_whole_picture_resized(height, width):
    picture = noise(height, width) // 3 + 80  # no overshoot is clipped between Pillow's two passes
    size = (int(256 * width / min(height, width)), int(256 * height / min(height, width)))
    left, top = (size[0] - 224) // 2, (size[1] - 224) // 2
    whole = Image.fromarray(picture).resize(size, Image.Resampling.BICUBIC)
    expected = np.asarray(whole.crop((left, top, left + 224, top + 224)), int)
    found = laid_out(picture, how("crop", resize_px=256))
    assert found.shape == (224, 224, 3)
    assert np.abs(found - expected).max() <= 1


def test_a_cut_wider_than_the_shortest_side_is_padded():
    facts = how("crop", resize_px=32) | {"width_px": 64, "height_px": 32}
    found = laid_out(noise(60, 50), facts | {"pad": 0})
    assert found.shape == (32, 64, 3)
    assert not found[:, :16].any()
    assert found[:, 16:48].any()


@pytest.mark.parametrize("resize", ["crop", "stretch", "stretch_crop", "fit", "fit_corner", "shortest", "near", "own"])
@pytest.mark.parametrize(("height", "width"), [(400, 600), (601, 399), (90, 700)])
def test_a_box_goes_into_what_is_fed_and_back(resize, height, width):
    facts = how(resize, resize_px=256, longest_px=400, multiple_px=32)
    place = _pictures.placement(width, height, facts)
    left, top, right, bottom = _pictures.seen_box(width, height, place)
    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height
    across, down = place["wide_px"] / width, place["high_px"] / height
    fed = np.array([left * across, top * down, right * across, bottom * down]) + [place["left"], place["top"]] * 2
    assert fed.min() >= -1e-6
    assert fed[2] <= place["width_px"] + 1e-6
    assert fed[3] <= place["height_px"] + 1e-6
    assert _pictures.boxes_back(fed[None], width, height, place)[0] == pytest.approx(
        [left, top, right, bottom], abs=0.01
    )
    laid = laid_out(noise(height, width), facts)
    assert laid.shape == (place["height_px"], place["width_px"], 3)
    assert _pictures.taken_back(laid[:, :, 0], place).size


def test_numbers_are_scaled_and_reordered_as_by_hand():
    pixels = noise(5, 7)
    mean, std = [10.0, 20.0, 30.0], [50.0, 60.0, 70.0]
    expected = (pixels.astype(np.float64) - mean) / std
    rows_first = _pictures.numbers(pixels, mean, std, "NHWC", "float32")
    assert rows_first[0] == pytest.approx(expected, abs=1e-6)
    channels_first = _pictures.numbers(pixels, mean, std, "NCHW", "float32")
    assert channels_first.flags.c_contiguous
    assert np.array_equal(channels_first[0].transpose(1, 2, 0), rows_first[0])
    assert _pictures.numbers(pixels, mean, std, "NCHW", "float16").dtype == np.float16


def test_fitting_keeps_proportions_inside_a_grey_frame():
    facts = {"resize": "fit", "width_px": 64, "height_px": 64, "resample": "bilinear"}
    found = laid_out(np.full((50, 100, 3), 255, np.uint8), facts)
    assert found.shape == (64, 64, 3)
    assert (found[:16] == 114).all()
    assert (found[16:48] == 255).all()


def test_blue_comes_first_when_asked():
    assert np.array_equal(_pictures.in_colours(np.uint8([[[1, 2, 3]]]), "BGR"), [[[3, 2, 1]]])


def test_grey_is_weighted_as_eyes_do():
    # ITU-R 601: 0.299 red
    assert _pictures.in_colours(np.uint8([[[255, 0, 0]]]), "grey").tolist() == [[[76]]]


def test_small_pictures_are_left_alone():
    picture = noise(40, 50)
    assert _pictures.no_longer_than(picture, 512) is picture


def test_all_but_resizing_takes_less_than_a_third_of_a_millisecond():
    pixels = laid_out(sample("coffee"), how("stretch"))
    times = []
    for _ in range(200):
        start = time.perf_counter()
        _pictures.numbers(_pictures.in_colours(pixels, "RGB"), [127.0] * 3, [128.0] * 3, "NCHW", "float32")
        times.append(time.perf_counter() - start)
    assert min(times) * 1000 < 0.3
