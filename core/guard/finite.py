"""Numbers are numbers: nothing a graph gave is missing (NaN) or infinitely large."""

from __future__ import annotations

import numpy as np

from core.guard._arrays import arrays
from core.guard._contract import Seen

TITLE = "The model gives numbers"


def judge(seen: Seen) -> str:
    """Minus infinity is let through: models use it to say “never”."""
    for name, values in arrays(seen.outputs):
        largest = values.max()  # NaN wins every comparison of NumPy's max, so one look is enough
        if np.isnan(largest):
            return f"Part of what the model gave (“{name}”) is no number at all: what it was fed was wrong for it."
        if np.isposinf(largest):
            return f"Part of what the model gave (“{name}”) is infinitely large: it was fed numbers far too large."
    return ""
