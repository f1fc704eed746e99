"""Depths differ from place to place."""

from __future__ import annotations

import numpy as np

from core.guard._contract import Seen

TITLE = "Depths differ"
_LEAST = 1e-4
"""Of the largest depth."""


def judge(seen: Seen) -> str:
    """Everything equally far away is no depth."""
    if seen.result.kind != "depth":
        return ""
    nearest, farthest = float(seen.result.values.min()), float(seen.result.values.max())
    if np.isfinite([nearest, farthest]).all() and farthest - nearest > _LEAST * max(abs(farthest), abs(nearest)):
        return ""
    return "Every place came out equally far away, so the model saw nothing in the picture."
