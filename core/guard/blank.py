"""The answer depends on the picture: it is another one for a picture with nothing on it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.guard._arrays import probabilities, scores
from core.guard._contract import Look, Seen

TITLE = "Another answer than for an empty picture"
_NEAR = 0.02
_SAME_BOXES = 0.95
"""Overlap of two boxes, as intersection over union."""


def judge(seen: Seen) -> str:
    """Compares with the answers for an even grey picture and for a drawn scene; both must be alike to object."""
    looks = [look for look in (seen.blank, seen.sample) if look is not None]
    if len(looks) < 2:
        return ""
    alike = _ALIKE.get(seen.result.kind)
    if alike is None or not all(look.result.kind == seen.result.kind and alike(seen, look) for look in looks):
        return ""
    return (
        "The model says the same of an empty grey picture, so it hardly sees your picture: it was probably fed in the "
        "wrong scale."
    )


def _rankings(seen: Seen, look: Look) -> bool:
    mine: Any = seen.result
    theirs: Any = look.result
    if not mine.rows or not theirs.rows or mine.rows[0].label != theirs.rows[0].label:
        return False
    if abs(mine.rows[0].score - theirs.rows[0].score) > _NEAR:
        return False
    raw, other = scores(mine, seen.outputs), scores(theirs, look.outputs)
    if raw is None or other is None or raw.shape != other.shape:
        return [row.label for row in mine.rows] == [row.label for row in theirs.rows]
    return _distance(raw, other) <= (_NEAR_ALL if raw.size >= _MANY else _NEAR)


_NEAR_ALL = 0.2
"""Measured on a classifier of 1,000 things: 0.5 and more when it is fed rightly, 0.002 to 0.2 when it hardly sees."""
_MANY = 20
"""With few classes, answers to ordinary pictures may rightly be nearly the same."""


def _distance(raw: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """How far apart two rows of scores are, as a share of what they differ from class to class."""
    mine, theirs = (np.log(np.maximum(probabilities(row), 1e-12)) for row in (raw, other))
    spread = float(np.sqrt((mine.var() + theirs.var()) / 2))
    return float(np.std(mine - theirs)) / max(spread, 1e-9)


def _boxes(seen: Seen, look: Look) -> bool:
    mine, theirs = _relative(seen.result), _relative(look.result)
    if not len(mine) or len(mine) != len(theirs):
        return False
    inner = np.minimum(mine[:, 2:], theirs[:, 2:]) - np.maximum(mine[:, :2], theirs[:, :2])
    shared = np.prod(np.maximum(inner, 0), axis=1)
    areas = [np.prod(np.maximum(boxes[:, 2:] - boxes[:, :2], 0), axis=1) for boxes in (mine, theirs)]
    overlaps = shared / np.maximum(areas[0] + areas[1] - shared, 1e-12)
    return bool((overlaps >= _SAME_BOXES).all())


def _relative(result: Any) -> NDArray[np.float64]:
    """The boxes that are shown, as shares of the picture's sides."""
    shown = result.scores >= result.shown_above
    sides = np.asarray([result.width_px, result.height_px] * 2, np.float64)
    return np.asarray(result.boxes[shown], np.float64) / sides


_ALIKE = {"ranking": _rankings, "boxes": _boxes}
