import numpy as np

from core.guard import range as range_
from core.results import Span, Spans
from tests.core.guard.answers import boxes, ranking, seen


def test_a_probability_above_1_is_impossible_and_said_with_its_value():
    words = range_.judge(seen(ranking(1.26, 0.2)))
    assert words.startswith("The score 1.26 is above 1: impossible for a probability.")


def test_one_below_0_is_impossible_too():
    assert "below 0" in range_.judge(seen(boxes([[0, 0, 50, 50]], scores=[-0.2])))


def test_rounding_of_half_precision_is_forgiven():
    assert not range_.judge(seen(ranking(float(np.float16(1.0005)), 0)))


def test_spans_and_boxes_are_looked_at():
    assert range_.judge(seen(Spans("abc", (Span(0, 1, "X", 1.5),))))
    assert range_.judge(seen(boxes([[0, 0, 50, 50]], scores=[12.0])))
    assert not range_.judge(seen(boxes([])))
