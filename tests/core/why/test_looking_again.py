"""Ways that look at the picture many times, with a model whose reason is known: it sees one bright spot."""

import numpy as np
import pytest

from core.why.leave_out import leave_out
from core.why.occlusion import occlusion
from core.why.score_cam import score_cam

WHOLE = (0, 0, 120, 100)


def silent(share, words):
    pass


def picture():
    made = np.full((100, 120, 3), 40, np.uint8)
    made[20:40, 70:90] = 255
    return made


def brightness_of_the_spot(seen):
    return float(seen[20:40, 70:90].mean() / 255)


def place_of_the_highest(heat):
    row, column = np.unravel_index(heat.argmax(), heat.shape)
    return (column + 0.5) / heat.shape[1] * 120, (row + 0.5) / heat.shape[0] * 100


def test_covering_finds_the_spot():
    heat, looks = occlusion(picture(), WHOLE, brightness_of_the_spot(picture()), brightness_of_the_spot, silent)
    x, y = place_of_the_highest(heat)
    assert 65 < x < 95
    assert 15 < y < 45
    assert looks == 100
    assert heat.max() == 1
    assert heat[7:, :5].max() < 0.05


def test_looking_through_inner_maps_finds_the_spot():
    maps = np.zeros((3, 5, 6), np.float32)
    maps[0, 1, 3:5] = 1  # lights up the spot
    maps[1, 4, 0] = 1
    maps[2] = 0.5  # lights up nothing in particular: skipped
    heat, looks = score_cam(picture(), WHOLE, maps, brightness_of_the_spot, silent)
    x, y = place_of_the_highest(heat)
    assert 60 < x < 100
    assert 20 <= y <= 40
    assert looks == 3


def test_only_the_part_that_was_seen_is_changed():
    seen = []

    def score(one):
        seen.append(one)
        return 0.0

    occlusion(picture(), (60, 0, 120, 100), 0.0, score, silent)
    assert all((one[:, :60] == 40).all() for one in seen)


def test_the_word_that_carries_the_answer_weighs_most():
    text = "The food was wonderful, but slow."
    parts, looks = leave_out(text, 0.9, lambda rest: 0.9 if "wonderful" in rest else 0.2, silent)
    assert looks == 6
    by_word = {text[part.start : part.end]: part.weight for part in parts}
    assert by_word["wonderful,"] == pytest.approx(1)
    assert by_word["food"] == 0


def test_a_word_that_speaks_against_weighs_below_nothing():
    parts, _ = leave_out("good not", 0.3, lambda rest: 0.9 if "not" not in rest else 0.1, silent)
    assert [part.weight for part in parts] == pytest.approx([1 / 3, -1])


def test_a_long_text_is_weighed_in_at_most_sixty_parts_that_cover_it():
    text = " ".join(f"word{number}" for number in range(500))
    parts, looks = leave_out(text, 0.5, lambda _: 0.5, silent)
    assert looks <= 60
    assert parts[0].start == 0
    assert parts[-1].end == len(text)


def test_weights_of_words_that_hardly_matter_stay_small():
    parts, _ = leave_out("one two", 0.5, lambda _: 0.499, silent)
    assert max(abs(part.weight) for part in parts) < 0.1
