import numpy as np
import pytest

from core.why.maps import in_unit, over_picture, resized


def test_negative_values_go_and_the_largest_becomes_one():
    assert in_unit(np.array([[-3.0, 1.0], [2.0, 0.0]])).tolist() == [[0.0, 0.5], [1.0, 0.0]]


def test_a_map_of_nothing_stays_nothing():
    assert not in_unit(np.full((2, 3), -1.0)).any()


def test_a_map_over_the_middle_is_empty_beside_it():
    whole = over_picture(np.ones((4, 4), np.float32), (100, 0, 200, 100), 300, 100)
    assert whole.shape == (21, 64)
    assert whole[:, 22:42].min() == 1
    assert not whole[:, :21].any()
    assert not whole[:, 43:].any()


@pytest.mark.parametrize(("width", "height"), [(5000, 3), (3, 5000), (1, 1)])
def test_thin_pictures_keep_a_map(width, height):
    whole = over_picture(np.ones((4, 4), np.float32), (0, 0, width, height), width, height)
    assert whole.size
    assert whole.max() == 1


def test_resizing_blends_between_places():
    assert resized(np.array([[0.0, 1.0]]), 4, 1)[0] == pytest.approx([0, 0.25, 0.75, 1])
