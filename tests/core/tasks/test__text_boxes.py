import numpy as np
import pytest

from core.tasks import _text_boxes


def test_patches_are_those_scipy_finds():
    ndimage = pytest.importorskip("scipy.ndimage")
    mask = np.random.default_rng(3).random((80, 120)) > 0.6
    labels, count = ndimage.label(mask, np.ones((3, 3)))
    expected = sorted(tuple(np.nonzero(labels.ravel() == number)[0]) for number in range(1, count + 1))
    patches = _text_boxes.joined_runs(_text_boxes.runs_of(mask))
    found = [
        tuple(sorted(row * 120 + x for row, start, end in runs.tolist() for x in range(start, end))) for runs in patches
    ]
    assert sorted(found) == expected


def test_an_empty_mask_has_no_patches():
    assert _text_boxes.joined_runs(_text_boxes.runs_of(np.zeros((4, 5), bool))) == []


def test_a_box_follows_a_bent_line():
    columns = np.arange(10, 190)
    middle = 40 + (columns - 100) ** 2 / 800
    heat = np.zeros((80, 200), np.float32)
    for column, row in zip(columns, middle, strict=True):
        heat[round(row) - 3 : round(row) + 4, column] = 0.9
    (box,) = _text_boxes.line_boxes(heat, 400, 160)
    assert np.polyval(box["curve"], 2 * (columns + 0.5)) == pytest.approx(2 * (middle + 0.5), abs=1.5)


def test_straightening_takes_the_bend_out():
    picture = np.full((80, 200, 3), 255, np.uint8)
    columns = np.arange(200)
    rows = np.round(40 + (columns - 100) ** 2 / 800).astype(int)
    picture[rows, columns] = 0
    box = {"left": 0, "right": 200, "curve": np.polyfit(columns, rows + 0.5, 2).tolist(), "height": 21.0}
    line = _text_boxes.straightened(picture, box)
    darkest = line[..., 0].argmin(axis=0)
    assert np.abs(darkest - 10).max() <= 1


def test_neighbours_in_a_row_become_one_line_and_far_ones_do_not():
    heat = np.zeros((60, 400), np.float32)
    heat[20:30, 10:60] = heat[21:31, 66:120] = heat[20:30, 250:300] = 0.9
    assert len(_text_boxes.line_boxes(heat, 400, 60)) == 2


def test_rows_come_from_the_top_and_each_from_the_left():
    heat = np.zeros((120, 400), np.float32)
    places = [(82, 20), (20, 240), (22, 20), (80, 240)]
    for top, left in places:
        heat[top : top + 10, left : left + 100] = 0.9
    boxes = _text_boxes.in_reading_order(_text_boxes.line_boxes(heat, 400, 120))
    assert [(round(box["left"] / 220), box["curve"][-1] > 60) for box in boxes] == [(0, 0), (1, 0), (0, 1), (1, 1)]
