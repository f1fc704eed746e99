import numpy as np
import pytest

from core.guard import finite
from tests.core.guard.answers import ranking, row, seen


@pytest.mark.parametrize(("number", "word"), [(np.nan, "no number"), (np.inf, "infinitely large")])
def test_a_number_that_is_none_is_named_with_its_output(number, word):
    words = finite.judge(seen(ranking(0.5), row([0.1, number])))
    assert word in words
    assert "scores" in words


@pytest.mark.parametrize("values", [[0.1, 0.9], [0.1, -np.inf]])
def test_plain_numbers_and_never_are_let_through(values):
    assert not finite.judge(seen(ranking(0.5), row(values)))


def test_outputs_that_are_no_numbers_are_left_alone():
    odd = {"model": {"a": None, "b": [1], "c": {"x": 1}, "d": np.array(["text"], object), "e": np.zeros((0, 3))}}
    assert not finite.judge(seen(ranking(0.5), odd))
