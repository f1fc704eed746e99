"""Probabilities aren't made into probabilities once more."""

from __future__ import annotations

from typing import Any

from core.guard._arrays import SUM_TOLERANCE, scores
from core.guard._contract import Seen

TITLE = "Scores are not squeezed twice"
_CLEAR = 0.5
_LOST = 0.5
"""What is left of the best score, as a share, when that happened."""


def judge(seen: Seen) -> str:
    """The model gave a clear score between 0 and 1, and the answer shows only a small part of it.

    Softmax of numbers within [0, 1] can't give the best of C classes more than e / (e + C - 1).
    """
    result: Any = seen.result
    if result.kind != "ranking" or result.independent or len(result.rows) < 2:
        return ""
    raw = scores(seen.result, seen.outputs)
    if raw is None or raw.min() < 0 or raw.max() > 1 or abs(raw.sum() - 1) <= SUM_TOLERANCE:
        return ""
    if raw.max() < _CLEAR or result.rows[0].score > _LOST * raw.max():
        return ""
    return (
        f"The model's own best score is {raw.max():.0%}, but {result.rows[0].score:.0%} is shown: its scores stand on "
        "their own and were made to add up to 1, which makes all of them look alike."
    )
