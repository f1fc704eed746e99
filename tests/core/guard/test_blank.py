import numpy as np

from core.guard import blank
from tests.core.guard.answers import boxes, look, ranking, row, seen


def test_the_same_answer_for_every_picture_is_suspicious():
    same = look(ranking(0.701, 0.199, 0.1), row([0.701, 0.199, 0.1]))
    words = blank.judge(seen(ranking(0.7, 0.2, 0.1), row([0.7, 0.2, 0.1]), same, same))
    assert "empty grey picture" in words


def test_the_same_name_with_other_scores_behind_it_is_an_answer():
    mine = row([0.9, 0.09, 0.01])
    other = look(ranking(0.9, 0.09, 0.01), row([0.9, 0.01, 0.09]))
    assert not blank.judge(seen(ranking(0.9, 0.09, 0.01), mine, other, other))


def test_a_model_that_is_rightly_sure_of_every_ordinary_picture_is_let_through():
    """As one that looks for something rare: its raw scores still move."""
    outputs = [row([9.1, -9.0]), row([7.0, -7.2]), row([8.0, -7.9])]
    mine, *others = [ranking(0.9999, 0.0001) for _ in outputs]
    looks = [look(other, given) for other, given in zip(others, outputs[1:], strict=True)]
    assert not blank.judge(seen(mine, outputs[0], *looks))


def test_the_same_as_for_the_empty_picture_alone_is_no_sign():
    same, other = look(ranking(0.7, 0.3)), look(ranking(0.1, 0.9))
    assert not blank.judge(seen(ranking(0.7, 0.3), {}, same, other))
    assert not blank.judge(seen(ranking(0.7, 0.3), {}, same))


def test_the_same_boxes_in_every_picture_are_suspicious_and_none_are_not():
    found = boxes([[0, 0, 50, 50], [100, 20, 150, 80]])
    assert blank.judge(seen(found, {}, look(found), look(found)))
    moved = boxes([[20, 0, 70, 50], [100, 20, 150, 80]])
    assert not blank.judge(seen(found, {}, look(moved), look(found)))
    nothing = boxes(np.zeros((0, 4)))
    assert not blank.judge(seen(nothing, {}, look(nothing), look(nothing)))
