"""A model isn't perfectly sure of a picture with nothing on it."""

from __future__ import annotations

from typing import Any

from core.guard._contract import Seen

TITLE = "Not perfectly sure of an empty picture"
_PERFECT = 1 - 1e-6


def judge(seen: Seen) -> str:
    """Perfectly sure here and of an even grey picture as well."""
    if seen.blank is None or _best(seen.result) < _PERFECT or _best(seen.blank.result) < _PERFECT:
        return ""
    return (
        "The model is 100 % sure, and of an empty grey picture too: it was probably fed numbers far too large, as 0 to "
        "255 where 0 to 1 was meant."
    )


def _best(result: Any) -> float:
    if result.kind == "ranking" and len(result.rows) > 1:
        return float(result.rows[0].score)
    if result.kind == "boxes" and len(result.scores):
        return float(result.scores.max())
    return 0.0
