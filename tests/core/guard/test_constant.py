import numpy as np

from core.guard import constant
from tests.core.guard.answers import boxes, ranking, row, seen


def test_a_ranking_in_which_all_are_equal_tells_nothing_apart():
    assert constant.judge(seen(ranking(0.2, 0.2, 0.2, 0.2, 0.2)))


def test_a_best_name_as_likely_as_chance_is_no_answer():
    even = np.full(1000, 0.001)
    even[7] += 1e-5
    assert constant.judge(seen(ranking(0.00101, 0.001, 0.001, 0.001, 0.00099), row(even)))


def test_a_vague_answer_is_still_one():
    scores = np.full(1000, 0.95 / 999)
    scores[7] = 0.05
    assert not constant.judge(seen(ranking(0.05, *[0.95 / 999] * 4), row(scores)))


def test_labels_judged_alone_may_all_be_unlikely():
    assert not constant.judge(seen(ranking(0.03, 0.02, independent=True)))


def test_many_boxes_with_one_score_are_suspicious_and_few_are_not():
    places = [[n, 0, n + 20, 40] for n in range(6)]
    assert constant.judge(seen(boxes(places, scores=[0.7] * 6)))
    assert not constant.judge(seen(boxes(places[:2], scores=[0.7] * 2)))
