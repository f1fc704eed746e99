"""Each place of a picture covered in turn: where the score falls is what it rests on. Works with any model."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.types import Say
from core.why.maps import Box, in_unit

STEPS = 10
_SIZE = 2
"""A cover spans two steps each way, so that every place is covered about four times."""


def occlusion(
    picture: np.ndarray, seen: Box, base: float, score: Callable[[np.ndarray], float], say: Say
) -> tuple[np.ndarray, int]:
    """float32 (11, 11) in [0, 1] over the part that was seen, and how many looks it took.

    A grey square of the picture's mean colour, about a fifth of each side, is moved over it in half steps.
    Zeiler and Fergus 2014, arXiv 1311.2901, section 4.2.
    """
    left, top, right, bottom = (round(side) for side in seen)
    mean = picture[top:bottom, left:right].reshape(-1, 3).mean(axis=0).astype(np.uint8)
    across, down = np.linspace(left, right, STEPS + 2), np.linspace(top, bottom, STEPS + 2)
    falls, times = np.zeros((STEPS + 1, STEPS + 1)), np.zeros((STEPS + 1, STEPS + 1))
    for number in range(STEPS**2):
        row, column = divmod(number, STEPS)
        say(number / STEPS**2, f"Look {number + 1} of {STEPS**2}")
        covered = picture.copy()
        covered[_from(down, row) : _to(down, row), _from(across, column) : _to(across, column)] = mean
        falls[row : row + _SIZE, column : column + _SIZE] += base - score(covered)
        times[row : row + _SIZE, column : column + _SIZE] += 1
    return in_unit(falls / np.maximum(times, 1)), STEPS**2


def _from(edges: np.ndarray, place: int) -> int:
    return round(float(edges[place]))


def _to(edges: np.ndarray, place: int) -> int:
    return max(_from(edges, place) + 1, round(float(edges[place + _SIZE])))
