"""The answer is one: not every name, and not every box, gets the same score."""

from __future__ import annotations

from typing import Any

from core.guard._arrays import scores
from core.guard._contract import Seen

TITLE = "Scores differ from each other"
_SAME = 1e-6
_NEAR = 1.02
"""The best score over that of pure chance; below it, the model may as well have said nothing."""
_FEW_BOXES = 5


def judge(seen: Seen) -> str:
    """A ranking without a winner, or boxes that all score alike."""
    if seen.result.kind == "ranking":
        return _ranking(seen)
    if seen.result.kind == "boxes":
        return _boxes(seen.result)
    return ""


def _ranking(seen: Seen) -> str:
    rows: Any = seen.result
    found = [row.score for row in rows.rows]
    if len(found) < 2:
        return ""
    raw = scores(seen.result, seen.outputs)
    chance = 1 / (len(raw) if raw is not None else len(found))
    even = found[0] - found[-1] <= _SAME * max(1.0, abs(found[0]))
    if even or (not rows.independent and found[0] < chance * _NEAR):
        return "Every name got the same score, so the model told nothing apart in this input."
    return ""


def _boxes(result: Any) -> str:
    if len(result.scores) >= _FEW_BOXES and float(result.scores.max() - result.scores.min()) <= _SAME:
        return f"All {len(result.scores)} boxes got the same score, which doesn't happen when a model sees something."
    return ""
