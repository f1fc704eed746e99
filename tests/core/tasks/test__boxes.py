import numpy as np
import pytest

from core.tasks import _boxes

PLACE = {"width_px": 640, "height_px": 640, "wide_px": 640, "high_px": 320, "left": 0, "top": 160}
"""A picture of 1280 x 640 in the middle of a frame of 640 x 640."""


def kept(boxes, scores, classes, overlap=0.45, most=300):
    values = (np.array(boxes, np.float64), np.array(scores), np.array(classes))
    return _boxes.one_per_thing(*values, overlap, most).tolist()


def test_the_better_of_two_boxes_around_a_thing_stays():
    # 90 of 110 are shared: 0.82
    assert kept([[0, 0, 10, 10], [0, 1, 10, 11]], [0.5, 0.9], [0, 0]) == [1]


def test_things_of_different_classes_may_be_at_the_same_place():
    assert kept([[0, 0, 10, 10], [0, 0, 10, 10]], [0.5, 0.9], [0, 1]) == [1, 0]


def test_a_box_that_was_dropped_drops_no_other():
    # each overlaps the next by 7 of 13 (0.54), the first and the last by 4 of 16 (0.25)
    assert kept([[0, 0, 10, 1], [3, 0, 13, 1], [6, 0, 16, 1]], [0.9, 0.8, 0.7], [0, 0, 0]) == [0, 2]


def test_exactly_the_limit_is_not_more_than_the_limit():
    # 5 of 15 are shared
    boxes = [[0, 0, 10, 1], [5, 0, 15, 1]]
    assert kept(boxes, [0.9, 0.8], [0, 0], overlap=1 / 3) == [0, 1]
    assert kept(boxes, [0.9, 0.8], [0, 0], overlap=0.33) == [0]


def test_an_overlap_of_one_keeps_all_in_order():
    assert kept([[0, 0, 9, 9]] * 3, [0.2, 0.9, 0.5], [0, 0, 0], overlap=1, most=2) == [1, 2]


@pytest.mark.parametrize("boxes", [[[5, 5, 5, 5]] * 2, [[9, 9, 0, 0]] * 2])
def test_boxes_without_a_size_are_no_error(boxes):
    assert kept(boxes, [0.9, 0.8], [0, 0]) == [0, 1]


def test_no_boxes_stay_no_boxes():
    assert kept(np.zeros((0, 4)), [], []) == []


@pytest.mark.parametrize("seed", range(3))
def test_many_boxes_are_judged_by_the_definition(seed):
    """The definition: best first, a box stays when no box that stays overlaps it by more than the limit."""
    rng = np.random.default_rng(seed)
    start = rng.uniform(0, 60, (200, 2))
    boxes = np.concatenate([start, start + rng.uniform(5, 40, (200, 2))], axis=1)
    scores, classes = rng.uniform(size=200), rng.integers(0, 3, 200)

    def share(a, b):
        wide = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
        high = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
        return wide * high / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - wide * high)

    expected = []
    for n in sorted(range(200), key=lambda n: -scores[n]):
        if all(classes[n] != classes[m] or share(boxes[n], boxes[m]) <= 0.45 for m in expected):
            expected.append(n)
    assert kept(boxes, scores, classes) == expected


@pytest.mark.parametrize(
    ("unit", "box", "expected"),
    [
        ("fed", [64, 192, 320, 480], [128, 64, 640, 640]),
        ("part", [0.1, 0.3, 0.5, 0.75], [128, 64, 640, 640]),
        ("told", [128, 192, 640, 480], [128, 64, 640, 640]),
        ("scaled", [128, 384, 640, 960], [128, 64, 640, 640]),
        ("own", [128, 64, 640, 700], [128, 64, 640, 640]),
    ],
)
def test_boxes_come_back_to_the_picture(unit, box, expected):
    """By hand: the picture was halved and put 160 pixels below the top."""
    found = _boxes.in_picture(np.array([box], np.float64), unit, (1280, 640), PLACE)
    assert found.tolist() == [pytest.approx(expected)]


def test_a_box_by_its_middle_becomes_corners():
    assert _boxes.corners(np.array([[10, 20, 4, 6]], np.float16)).tolist() == [[8, 17, 12, 23]]
