"""The picture seen through each of a network's own inner maps; what keeps the score high is what counts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.types import Say
from core.why.maps import Box, in_unit, resized

MOST_MAPS = 64
_EDGE = 1e-6


def score_cam(
    picture: np.ndarray, seen: Box, maps: np.ndarray, score: Callable[[np.ndarray], float], say: Say
) -> tuple[np.ndarray, int]:
    """float32 (h, w) in [0, 1] over the part that was seen, and how many looks it took.

    `maps` float (K, h, w) are inner maps over that part; of more than 64 the liveliest are taken. Outside of what a map
    lights up the picture is dimmed to its mean colour. Wang et al. 2020, arXiv 1910.01279, with the score itself as
    weight in place of its softmax over maps.
    """
    liveliest = np.argsort(-maps.std(axis=(1, 2)), kind="stable")[:MOST_MAPS]
    chosen = [in_unit(one - one.min()) for one in maps[liveliest].astype(np.float32) if np.ptp(one) > _EDGE]
    total = np.zeros(maps.shape[1:], np.float32)
    blank = score(_through(picture, seen, np.zeros(maps.shape[1:], np.float32)))
    for place, one in enumerate(chosen):
        say(place / len(chosen), f"Look {place + 1} of {len(chosen)}")
        total += max(0.0, score(_through(picture, seen, one)) - blank) * one
    return in_unit(total), len(chosen) + 1


def _through(picture: np.ndarray, seen: Box, mask: np.ndarray) -> np.ndarray:
    """The picture as it is where the mask is 1, its mean colour where it is 0."""
    left, top, right, bottom = (round(side) for side in seen)
    part = picture[top:bottom, left:right]
    share = resized(mask, part.shape[1], part.shape[0])[:, :, None]
    mean = part.reshape(-1, 3).mean(axis=0)
    made = picture.copy()
    made[top:bottom, left:right] = (part * share + mean * (1 - share) + 0.5).clip(0, 255).astype(np.uint8)
    return made
