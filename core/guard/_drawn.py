"""Two pictures every picture model is shown once: an even grey, and one with something on it. uint8 (240, 320, 3)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_HEIGHT_PX, _WIDTH_PX = 240, 320


def blank() -> NDArray[np.uint8]:
    """Even grey."""
    return np.full((_HEIGHT_PX, _WIDTH_PX, 3), 127, np.uint8)


def scene() -> NDArray[np.uint8]:
    """A blue sky that pales, a textured meadow, and a large orange ball with light and shade. The same each time."""
    down, across = np.mgrid[0:_HEIGHT_PX, 0:_WIDTH_PX].astype(np.float32)
    pale = (down / _HEIGHT_PX)[..., None]
    picture = np.array([90, 150, 230], np.float32) * (1 - pale) + np.array([225, 235, 245], np.float32) * pale
    grain = np.random.default_rng(0).normal(0, 22, (_HEIGHT_PX, _WIDTH_PX, 1)).astype(np.float32)
    meadow = down > _HEIGHT_PX * 0.62
    picture[meadow] = (np.array([80, 140, 60], np.float32) + grain)[meadow]
    x, y = (across - 150) / 72, (down - 125) / 72
    ball = x * x + y * y < 1
    light = np.clip(0.35 + 0.75 * (1 - np.hypot(x + 0.4, y + 0.4) / 1.6), 0.2, 1.1)[..., None]
    picture[ball] = (np.array([235, 125, 40], np.float32) * light)[ball]
    drawn: NDArray[np.uint8] = np.clip(picture, 0, 255).astype(np.uint8)
    return drawn
