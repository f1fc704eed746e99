from core.guard import boxes as boxes_
from tests.core.guard.answers import boxes, seen, text


def test_boxes_inside_the_picture_are_fine_and_so_are_none():
    assert not boxes_.judge(seen(boxes([[0, 0, 200, 100], [10, 10, 60, 60]])))
    assert not boxes_.judge(seen(boxes([])))


def test_boxes_outside_the_picture_are_called_so():
    assert "outside" in boxes_.judge(seen(boxes([[300, 20, 500, 90], [0, 200, 50, 400]])))


def test_boxes_in_shares_read_as_pixels_have_no_size():
    assert "no size" in boxes_.judge(seen(boxes([[0.1, 0.2, 0.6, 0.9], [0.0, 0.0, 0.4, 0.5]])))


def test_boxes_with_their_corners_swapped_have_no_size():
    assert "no size" in boxes_.judge(seen(boxes([[60, 60, 10, 10]])))


def test_boxes_that_are_not_shown_are_not_judged():
    assert not boxes_.judge(seen(boxes([[0, 0, 50, 50], [9, 9, 9, 9], [9, 9, 9, 9]], scores=[0.9, 0.06, 0.06])))


def test_lines_of_text_have_boxes_too():
    assert not boxes_.judge(seen(text((0, 0, 50, 20))))
    assert boxes_.judge(seen(text((0, 0, 0, 0))))
