import numpy as np
import pytest

from core.graph import small
from core.graph.kinds import Fed
from core.graph.shown import shown

rng = np.random.default_rng(3)


def of(value, **fed):
    return shown("s0", "A box", "value", value, Fed(**fed))


def smooth(*shape):
    """Something like a picture in its last two directions: sums of noise."""
    return rng.standard_normal(shape).cumsum(-1).cumsum(-2).astype(np.float32)


def test_statistics_are_those_of_numpy():
    value = np.maximum(rng.standard_normal((1, 8, 30, 40)), 0).astype(np.float32)
    found = of(value)
    assert found.low == pytest.approx(value.min())
    assert found.high == pytest.approx(value.max())
    assert found.mean == pytest.approx(value.mean(), rel=1e-5)
    assert found.zero_share == pytest.approx((value == 0).mean())
    assert found.shape == "1 × 8 × 30 × 40 numbers (float32)"


def test_what_is_not_finite_is_counted_and_left_out():
    value = np.ones((1, 4, 16, 16), np.float32)
    value[0, 0, 0, :3] = np.nan, np.inf, -np.inf
    found = of(value)
    assert found.not_finite == 3
    assert (found.low, found.high, found.mean) == (1, 1, 1)
    assert of(np.full((2, 3), np.nan, np.float32)).not_finite == 6


def test_maps_are_chosen_by_liveliness_and_scaled_from_their_lowest_to_their_highest():
    value = smooth(1, 40, 20, 30)
    value[0, 7] *= 1000
    value[0, 9] = 5
    found = of(value)
    assert found.kind == "maps"
    assert found.channels[0] == 7
    assert 9 not in found.channels
    assert len(found.channels) == small.MOST_CHANNELS
    assert found.side == (20, 30)
    plane = value[0, 7].astype(np.float64)
    expected = np.round((plane - plane.min()) / np.ptp(plane) * 255)
    assert np.array_equal(found.pixels[0], expected)
    assert "1 of 40 channels" in found.notes[0]


def test_large_maps_become_small_and_keep_their_proportions():
    found = of(smooth(1, 20, 300, 452))
    assert found.pixels.shape == (16, 42, 64)


def test_making_small_is_averaging():
    plane = np.arange(48.0, dtype=np.float32).reshape(6, 8)
    expected = plane.reshape(3, 2, 4, 2).mean(axis=(1, 3))
    assert np.allclose(small.averaged(small.averaged(plane, 0, 3), 1, 4), expected)


@pytest.mark.parametrize("shape", [(1, 24, 32, 32), (1, 24, 20, 32)])
def test_channels_are_found_in_front_and_behind(shape):
    first = smooth(*shape)
    assert of(first).total == of(first.transpose(0, 2, 3, 1)).total == 24
    assert of(first).side == of(first.transpose(0, 2, 3, 1)).side == shape[2:]


def test_three_channels_are_a_picture_in_colour():
    found = of(smooth(1, 3, 300, 400))
    assert found.kind == "picture"
    assert found.pixels.shape == (192, 256, 3)


def shares(*shape):
    found = np.exp(rng.standard_normal(shape))
    return (found / found.sum(-1, keepdims=True)).astype(np.float32)


def test_rows_that_sum_to_one_are_attention():
    found = of(shares(1, 12, 9, 9), length=9, tokens=tuple("abcdefghi"))
    assert found.kind == "attention"
    assert found.figures.shape == (12, 9, 9)
    assert np.allclose(found.figures.sum(-1), 1, atol=1e-5)
    assert found.labels == tuple("abcdefghi")
    assert of(shares(4, 6, 10)).kind == "attention"  # without a batch, one text looking at another
    assert of(shares(7, 7)).kind == "attention"


def test_scores_before_they_become_shares_are_no_attention():
    assert of(rng.standard_normal((1, 12, 9, 9)), length=9).kind == "grid"


def test_what_only_fills_up_a_text_is_cut_off():
    found = of(shares(5, 12, 11, 11), batch=5, length=11, tokens=tuple("abcd"))
    assert found.figures.shape == (12, 4, 4)
    assert "5 were given at once" in found.notes[0]


def test_one_vector_per_word_is_rows_with_how_alike_they_are():
    value = rng.standard_normal((2, 5, 700)).astype(np.float32)
    found = of(value, batch=2, length=5, tokens=tuple("abcde"))
    assert found.kind == "rows"
    assert found.figures.shape == (5, 256)
    unit = value[0] / np.linalg.norm(value[0], axis=1, keepdims=True)
    assert np.allclose(found.likeness, unit @ unit.T, atol=1e-5)


@pytest.mark.parametrize("shape", [(2, 5, 4, 16), (2, 4, 5, 16), (2, 4, 16, 5), (10, 64), (8, 5, 16)])
def test_words_are_found_wherever_their_direction_lies(shape):
    found = of(rng.standard_normal(shape), batch=2, length=5)
    assert found.kind == "rows"
    assert found.figures.shape == (5, 64)


def test_of_a_long_vector_the_strongest_forty_are_drawn():
    value = rng.standard_normal((1, 1000)).astype(np.float32)
    found = of(value, labels=tuple(f"class {n}" for n in range(1000)))
    order = np.argsort(-np.abs(value[0]))[:40]
    assert found.kind == "vector"
    assert np.array_equal(found.figures, value[0][order])
    assert found.labels == tuple(f"class {n}" for n in order)
    assert found.total == 1000


def test_a_short_vector_keeps_its_order():
    found = of(np.float32([[3, -9, 1]]))
    assert found.figures.tolist() == [3, -9, 1]
    assert found.labels == ("0", "1", "2")


def test_pieces_of_a_text_are_shown_as_words():
    found = of(np.array([[101, 7, 102, 0]]), length=4, tokens=("[CLS]", "cat", "[SEP]"))
    assert found.kind == "texts"
    assert found.labels == ("[CLS]", "cat", "[SEP]")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (np.float32(3), "number"),
        (np.zeros((1, 1, 1), np.int64), "number"),
        (np.array(["a", "b"], dtype=object), "texts"),
        (np.zeros((0, 5), np.float32), "nothing"),
        (None, "nothing"),
        ([np.zeros(3)], "nothing"),
        ([{"setosa": 0.9, "virginica": 0.1}], "vector"),
        ({1: 0.5, 2: 0.5}, "vector"),
        ({}, "nothing"),
        (np.zeros((1, 64, 1, 1), np.float32), "vector"),
        (np.array([True, False]), "vector"),
        (np.array([1 + 1j, 2]), "vector"),
        (np.zeros((1, 2, 3, 4, 5, 6), np.float32), "maps"),
        (smooth(1, 40, 50), "maps"),
        (rng.standard_normal((46, 18_385)), "rows"),
    ],
)
def test_every_value_is_shown_somehow(value, kind):
    assert of(value).kind == kind


def test_types_numpy_lacks_are_shown_too():
    import ml_dtypes

    found = of(np.ones((1, 10), ml_dtypes.bfloat16))
    assert found.figures.tolist() == [1] * 10
    assert found.mean == 1


def test_the_largest_numbers_there_are_do_no_harm():
    found = of(np.array([[1e308, -1e308, 5e-324, 2.0]] * 20))
    assert found.high == 1e308
    maps = of(np.full((1, 2, 16, 16), 3.4e38, np.float32) * np.float32([[[[1]], [[-1]]]]))
    assert maps.kind == "maps"


def test_names_are_cut_and_tell_a_screen_nothing():
    found = shown("s0", "", "a\n\x1b[31m" + "x" * 500, np.zeros(3), Fed())
    assert len(found.name) <= 80
    assert found.name.isprintable()


def test_a_value_of_eighteen_million_numbers_becomes_a_few_kilobytes():
    found = of(np.zeros((1, 8, 1500, 1500), np.int8))
    assert found.pixels.nbytes <= 16 * 64 * 64
    assert found.zero_share == 1
