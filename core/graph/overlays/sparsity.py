"""How many of each step's weights are zero: those do nothing, and could be left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from core.graph.atlas import Atlas
from core.graph.overlays import _shares
from core.graph.overlays._contract import Numbers, Values

TITLE = "Zeros"
PLACE = 5
SUMMARY = "How many of the stored numbers are zero: they do nothing, and could be left out."
UNIT = "zeros"
AGGREGATE: Literal["sum", "max"] = "max"
STEPS, level = _shares.STEPS, _shares.level
_LEAST = 64
"""Numbers: what holds fewer is a setting such as a limit, and no weights."""


def values(_atlas: Atlas, numbers: Numbers) -> Values:
    """The share of zeros, 0 to 1, of steps that store numbers which can be read."""
    found = {}
    for step, own in enumerate(numbers.facts.held.of_step):
        counted = [numbers.zeros[one] for one in own if one in numbers.zeros and numbers.zeros[one][1] >= _LEAST]
        if counted:
            found[step] = sum(zeros for zeros, _ in counted) / sum(many for _, many in counted)
    return found


def words(values: Sequence[float], share: float) -> str:
    said = _shares.in_words(share)
    return f"{'up to ' if len(values) > 1 and said[0].isdigit() and share else ''}{said} zeros"


def total(_values: Values, _atlas: Atlas, numbers: Numbers) -> str:
    zeros = sum(zeros for zeros, _ in numbers.zeros.values())
    count = sum(count for _, count in numbers.zeros.values())
    return (
        f"{_shares.in_words(zeros / count)} of {count:,} stored numbers are zero."
        if count
        else "No stored numbers can be read."
    )


def coverage(_values: Values, _atlas: Atlas, numbers: Numbers) -> str:
    unread = sum(one.count > 0 for one in numbers.facts.held.all) - len(numbers.zeros)
    said = "A group shows the highest share in it."
    return f"{said} {unread:,} stored tensors couldn't be read." if unread else said
