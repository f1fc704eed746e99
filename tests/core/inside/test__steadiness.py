import numpy as np
import pytest

from core.inside._steadiness import decided, distance, telling, views
from core.results import Areas, Depth, Picture
from tests.core.guard.answers import boxes, look, ranking, row, text

PICTURE = np.arange(100 * 200 * 3, dtype=np.uint8).reshape(100, 200, 3)


def a_view(mirrored=False):
    return next(view for view in views(PICTURE, "boxes") if view.mirrored == mirrored)


def classified(*shares):
    return look(ranking(*sorted(shares, reverse=True)), row(shares))


def test_a_picture_is_moved_cut_and_mirrored_but_letters_are_not():
    assert [view.mirrored for view in views(PICTURE, "ranking")] == [False, False, True]
    assert not any(view.mirrored for view in views(PICTURE, "text_lines"))


def test_the_distance_of_two_rankings_is_that_of_hellinger():
    """sqrt(1 - sum of sqrt(p q)), worked out by hand for (0.5, 0.5) and (0.9, 0.1)."""
    found = distance(classified(0.5, 0.5), classified(0.9, 0.1), a_view())
    assert found == pytest.approx((1 - (0.45**0.5 + 0.05**0.5)) ** 0.5, abs=1e-6)
    assert distance(classified(0.9, 0.1), classified(0.9, 0.1), a_view()) == pytest.approx(0, abs=1e-3)


def test_a_box_is_found_again_where_it_went():
    shift, mirror = a_view(), a_view(mirrored=True)
    mine = look(boxes([[40, 20, 100, 60]]))
    moved = look(boxes([[40 - shift.left, 20 - shift.top, 100 - shift.left, 60 - shift.top]]))
    assert distance(mine, moved, shift) == pytest.approx(0, abs=1e-3)
    assert distance(mine, look(boxes([[100, 20, 160, 60]])), mirror) == pytest.approx(0, abs=1e-3)
    assert distance(mine, look(boxes([[120, 20, 180, 60]])), shift) == 1


def test_maps_are_compared_place_by_place():
    values = np.tile(np.linspace(0, 1, 200, dtype=np.float32), (100, 1))
    mirror = a_view(mirrored=True)
    assert distance(look(Depth(values)), look(Depth(values[:, ::-1].copy())), mirror) == pytest.approx(0, abs=0.05)
    assert distance(look(Depth(values)), look(Depth(values)), mirror) > 0.9
    classes = (values > 0.5).astype(np.uint16)
    areas = [look(Areas(("a", "b"), found)) for found in (classes, classes[:, ::-1].copy())]
    assert distance(*areas, mirror) < 0.2
    pixels = (values * 255).astype(np.uint8)[:, :, None].repeat(3, axis=2)
    assert distance(look(Picture(pixels)), look(Picture(pixels[:, ::-1].copy())), mirror) < 0.1


def test_texts_are_alike_letter_by_letter():
    some = look(text((0, 0, 9, 9)))
    assert distance(some, some, a_view()) == 0
    assert distance(some, look(text()), a_view()) == 1


def test_answers_of_other_kinds_have_nothing_in_common():
    assert distance(classified(0.5, 0.5), look(text()), a_view()) == 1


def test_decided_is_1_for_one_clear_name_and_0_for_none():
    assert decided(classified(1.0, 0.0)) == pytest.approx(1)
    assert decided(classified(0.5, 0.5)) == pytest.approx(0)
    assert decided(look(boxes([]))) == 0
    assert decided(look(text())) == 0


def test_answers_that_differ_tell_more_than_the_same_answer_for_every_picture():
    same = [classified(0.9, 0.1)] * 2
    others = [classified(1.0, 0.0), classified(0.0, 1.0)]
    assert telling(same) == pytest.approx(0, abs=1e-9)
    assert telling(others) == pytest.approx(1)
