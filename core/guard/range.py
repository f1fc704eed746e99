"""Scores are between 0 and 1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.guard._contract import Seen

TITLE = "Scores are between 0 and 1"
_SLACK = 1e-3
"""Rounding of half precision reaches this far."""


def judge(seen: Seen) -> str:
    """Names the first score that can't be."""
    found = _SCORES[seen.result.kind](seen.result) if seen.result.kind in _SCORES else ()
    strange = next((score for score in found if not -_SLACK <= score <= 1 + _SLACK), None)
    if strange is None:
        return ""
    if strange < 0:
        return (
            f"The score {strange:.2f} is below 0: impossible for a probability. "
            "Perhaps its numbers are read in another way than they are meant."
        )
    return (
        f"The score {strange:.2f} is above 1: impossible for a probability. "
        "The input was probably fed in the wrong scale."
    )


def _extremes(result: Any) -> tuple[float, ...]:
    return (float(result.scores.max()), float(result.scores.min())) if len(result.scores) else ()


_SCORES: dict[str, Callable[[Any], Any]] = {
    "ranking": lambda result: (row.score for row in result.rows),
    "boxes": _extremes,
    "spans": lambda result: (span.score for span in result.spans),
    "text_lines": lambda result: (line.score for line in result.lines),
}
