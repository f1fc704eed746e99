"""How far two boxes share what they cover."""

from __future__ import annotations

from collections.abc import Sequence


def overlap(one: Sequence[float], other: Sequence[float]) -> float:
    """Shared area over joint area, 0 to 1. A box is left, top, right, bottom."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    shared = max(0.0, across) * max(0.0, down)
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return float(shared / max(areas - shared, 1e-9))
