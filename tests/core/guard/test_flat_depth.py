import numpy as np

from core.guard import flat_depth
from core.results import Depth
from tests.core.guard.answers import seen


def test_everything_equally_far_away_is_no_depth():
    assert flat_depth.judge(seen(Depth(np.full((4, 4), 7.5, np.float32))))
    assert flat_depth.judge(seen(Depth(np.full((4, 4), np.nan, np.float32))))


def test_depths_that_differ_are_fine():
    assert not flat_depth.judge(seen(Depth(np.float32([[1, 2], [3, 4]]))))
