"""Maps over a picture: made larger, smoothed, and put where they belong."""

from __future__ import annotations

import numpy as np
from PIL import Image

_LONGEST = 64
"""Of a map that is given back: finer than any way here can tell places apart."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels of the picture."""


def resized(values: np.ndarray, width: int, height: int) -> np.ndarray:
    """A map (h, w) at another size, bilinear: float32 (height, width)."""
    return np.asarray(
        Image.fromarray(np.asarray(values, np.float32)).resize((width, height), Image.Resampling.BILINEAR)
    )


def in_unit(values: np.ndarray) -> np.ndarray:
    """Negative values away, the largest 1: float32 in [0, 1]. All zero when nothing is positive."""
    kept = np.maximum(np.asarray(values, np.float32), 0)
    highest = float(kept.max()) if kept.size else 0.0
    return kept / highest if highest > 0 else np.zeros_like(kept)


def over_picture(values: np.ndarray, seen: Box, width: int, height: int) -> np.ndarray:
    """A map over the part of a picture that was seen as one over the whole, 0 elsewhere: at most 64 x 64."""
    scale = _LONGEST / max(width, height)
    across, down = max(1, round(width * scale)), max(1, round(height * scale))
    left, top, right, bottom = (
        round(side * of / whole) for side, of, whole in zip(seen, (across, down) * 2, (width, height) * 2, strict=True)
    )
    right, bottom = max(right, left + 1), max(bottom, top + 1)
    whole = np.zeros((max(down, bottom), max(across, right)), np.float32)
    whole[top:bottom, left:right] = resized(values, right - left, bottom - top)
    return in_unit(whole[:down, :across])
