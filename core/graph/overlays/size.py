"""How many bytes of the file each step's weights take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from core.graph.atlas import Atlas
from core.graph.overlays import _shares
from core.graph.overlays._contract import Numbers, Values
from core.quantities import size

TITLE = "Size"
PLACE = 2
SUMMARY = "How much of the file each step's stored numbers take."
UNIT = "of the stored numbers"
AGGREGATE: Literal["sum", "max"] = "sum"
STEPS, level = _shares.STEPS, _shares.level


def values(_atlas: Atlas, numbers: Numbers) -> Values:
    """Bytes. What several steps need counts for the first of them."""
    every = numbers.facts.held.all
    return {step: sum(every[one].size_bytes for one in own) for step, own in enumerate(numbers.facts.held.of_step)}


def words(values: Sequence[float], _share: float) -> str:
    return size(sum(values)) if any(values) else "stores nothing"


def whole(_values: Values, _atlas: Atlas, numbers: Numbers) -> float:
    return numbers.stored_bytes


def total(_values: Values, _atlas: Atlas, numbers: Numbers) -> str:
    return f"The file stores {size(numbers.stored_bytes)} of numbers."


def coverage(values: Values, _atlas: Atlas, numbers: Numbers) -> str:
    left = numbers.stored_bytes - round(sum(values.values()))
    said = "What several steps share is counted once, for the first of them."
    return f"{size(left)} belong to no step that is drawn. {said}" if left else f"All of it is in the steps. {said}"
