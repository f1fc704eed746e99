"""How much each step has to calculate, wherever the model runs: in multiply-accumulates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from core.graph.atlas import Atlas
from core.graph.overlays import _shares
from core.graph.overlays._contract import Numbers, Values

TITLE = "Work"
PLACE = 3
SUMMARY = "How much each step has to calculate, counted in multiplications; the same on every computer."
UNIT = "of the multiplications"
AGGREGATE: Literal["sum", "max"] = "sum"
STEPS, level = _shares.STEPS, _shares.level


def values(_atlas: Atlas, numbers: Numbers) -> Values:
    """Multiplications, each with the addition that goes with it; a step whose sizes nobody knows is left out."""
    return {step: many for step, many in enumerate(numbers.facts.work) if many is not None}


def words(values: Sequence[float], share: float) -> str:
    return f"{_shares.in_words(share)} of the work" if any(values) else "hardly any work"


def total(values: Values, _atlas: Atlas, numbers: Numbers) -> str:
    least = "At least " if numbers.facts.uncounted else ""
    return f"{least}{many(sum(values.values()))} multiplications for one answer."


def coverage(_values: Values, _atlas: Atlas, numbers: Numbers) -> str:
    unknown = numbers.facts.uncounted
    assumed = ", ".join(f"{name[:40]}: {size:,}" for name, size in list(numbers.facts.sizes.assumed.items())[:4])
    said = f"For {assumed}. " if assumed else ""
    return said + (f"{unknown:,} steps are left out: nobody knows how large what they take is." if unknown else "")


def many(number: float) -> str:
    """`4.1 billion`, `385 million`, `12,000`."""
    for unit, name in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if number >= unit:
            return f"{number / unit:.3g} {name}"
    return f"{number:,.0f}"
