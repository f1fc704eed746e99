"""How long each step takes when the model runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from core.graph.atlas import Atlas
from core.graph.overlays import _shares
from core.graph.overlays._contract import Numbers, Times, Values

TITLE = "Time"
PLACE = 1
SUMMARY = "Measured on this computer: how long each step takes of one run."
UNIT = "of the time"
AGGREGATE: Literal["sum", "max"] = "sum"
STEPS, level = _shares.STEPS, _shares.level
NEEDS_RUN = True


def values(atlas: Atlas, numbers: Numbers) -> Values:
    """Milliseconds. A step that was fused into another has 0: it runs as part of it."""
    measured = _measured(numbers).node_ms
    return {place: measured.get(step.node, 0.0) for place, step in enumerate(atlas.drawn.steps) if not step.scope}


def words(values: Sequence[float], share: float) -> str:
    return f"{_shares.in_words(share)} of the time" if any(values) else "runs with its neighbour"


def whole(_values: Values, _atlas: Atlas, numbers: Numbers) -> float:
    return _measured(numbers).run_ms


def total(_values: Values, _atlas: Atlas, numbers: Numbers) -> str:
    return f"One run took {_ms(_measured(numbers).run_ms)} while it was measured."


def coverage(values: Values, _atlas: Atlas, numbers: Numbers) -> str:
    times = _measured(numbers)
    run = max(times.run_ms, 1e-9)
    hidden = max(0.0, sum(times.node_ms.values()) - sum(values.values()))
    parts = [
        f"{_shares.in_words(sum(values.values()) / run)} of it in the steps drawn here",
        f"{_shares.in_words(times.shuffling_ms / run)} in data shuffling",
        f"{_shares.in_words(times.between_ms / run)} between the steps",
    ]
    if hidden / run >= 0.001:
        parts.insert(1, f"{_shares.in_words(hidden / run)} in steps that only prepare weights")
    given = "values drawn at random" if times.drawn_at_random else "your input"
    slowed = " Other programs kept interrupting: measure again when they are done." if times.was_disturbed else ""
    return f"{'; '.join(parts)}. The quicker half of {times.runs} runs on {given}.{slowed}"


def _measured(numbers: Numbers) -> Times:
    if numbers.times is None:
        raise ValueError("nobody has measured the time")
    return numbers.times


def _ms(time_ms: float) -> str:
    return (
        f"{time_ms / 1000:.2f} s" if time_ms >= 1000 else f"{time_ms:.1f} ms" if time_ms >= 1 else f"{time_ms:.2f} ms"
    )
