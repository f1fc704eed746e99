import numpy as np

from core.guard import squeezed
from tests.core.guard.answers import ranking, row, seen


def squeezed_twice(own):
    raised = np.exp(np.float64(own))
    return sorted(raised / raised.sum(), reverse=True)


def test_softmax_over_scores_that_stand_on_their_own_is_noticed():
    own = [0.97, *[0.03] * 49]
    words = squeezed.judge(seen(ranking(*squeezed_twice(own)[:5]), row(own)))
    assert "97%" in words


def test_raw_scores_that_are_no_probabilities_are_fine():
    own = [7.0, -1.0, 0.5]
    assert not squeezed.judge(seen(ranking(*squeezed_twice(own)), row(own)))


def test_scores_that_add_up_to_1_are_fine():
    assert not squeezed.judge(seen(ranking(0.7, 0.2, 0.1), row([0.7, 0.2, 0.1])))


def test_labels_judged_alone_are_fine():
    assert not squeezed.judge(seen(ranking(0.97, 0.6, independent=True), row([0.97, 0.6])))
