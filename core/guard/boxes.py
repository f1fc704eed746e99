"""Boxes lie inside the picture and have a size."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.guard._contract import Seen

TITLE = "Boxes lie inside the picture"
_OUTSIDE = 0.02
"""Of a side of the picture; rounding and padding reach less far."""
_TINY_PX = 2.0
_MOST = 0.5
"""A share of the boxes: one odd box is no sign, most of them are."""


def judge(seen: Seen) -> str:
    """Looks at the boxes that are shown."""
    boxes = _boxes(seen.result)
    if boxes is None or not len(boxes):
        return ""
    result: Any = seen.result
    size = np.asarray([result.width_px, result.height_px] * 2, np.float64)
    if not np.isfinite(boxes).all():
        return "Places of boxes are no numbers: what the model was fed was wrong for it."
    if ((boxes < -_OUTSIDE * size) | (boxes > (1 + _OUTSIDE) * size)).any(axis=1).mean() > _MOST:
        return "Most boxes lie outside the picture, so their places are read in another way than they are meant."
    sides = boxes[:, 2:] - boxes[:, :2]
    if (sides < _TINY_PX).any(axis=1).mean() > _MOST:
        return "Most boxes have no size, so their places are read in another way than they are meant."
    return ""


def _boxes(result: Any) -> NDArray[np.float64] | None:
    if result.kind == "boxes":
        shown = result.scores >= result.shown_above
        return np.asarray(result.boxes[shown], np.float64)
    if result.kind == "text_lines":
        return np.asarray([line.box for line in result.lines], np.float64).reshape(-1, 4)
    return None
