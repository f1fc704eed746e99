"""Runs a network that makes a picture of a picture over one of any size, in tiles that overlap and are blended.

Each function stands on its own (`np` and Pillow's `Image` aside): their source is copied into a user's script.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def starts(length: int, tile: int, overlap: int) -> list[int]:
    """Where the tiles along one side begin. Each looks `overlap` beyond its own part; the last one ends at the edge."""
    if length <= tile:
        return [0]
    step = max(1, tile - 2 * overlap)
    return [*range(0, length - tile, step), length - tile]


def shares(places: list[int], tile: int, overlap: int, scale: int) -> list[np.ndarray]:
    """How much each tile counts along one side of the result: float32 (tile * scale) each, 1 in total.

    Within half an `overlap` of an edge that was cut through the picture a tile counts nothing, since it didn't see what
    is beyond; then it fades in over one `overlap`. So when a pixel depends on at most `overlap` pixels of a row (half
    of them on either side), the result is the same as that of the whole picture at once.
    """
    at = (np.arange(tile * scale) + 0.5) / scale
    fade = [
        np.minimum(
            np.clip((at - overlap / 2) / max(overlap, 1), 0, 1) if place else 1.0,
            np.clip((tile - at - overlap / 2) / max(overlap, 1), 0, 1) if place != places[-1] else 1.0,
        )
        + np.zeros(tile * scale)
        for place in places
    ]
    if overlap == 0:
        fade = [np.ones(tile * scale) for _ in places]
    total = np.zeros((places[-1] + tile) * scale)
    for place, share in zip(places, fade, strict=True):
        total[place * scale : (place + tile) * scale] += share
    return [
        (share / total[place * scale : (place + tile) * scale]).astype(np.float32)
        for place, share in zip(places, fade, strict=True)
    ]


def padded(picture: np.ndarray, how: dict[str, Any]) -> np.ndarray:
    """The picture with its right and bottom mirrored, so that tiles fit: to `tile_height_px` and `tile_width_px` where
    these can't change (`fixed`), else to a multiple of `multiple_px` (as Swin2SR's own preparation).
    """
    height, width = picture.shape[:2]
    if how["fixed"]:
        down, across = max(0, how["tile_height_px"] - height), max(0, how["tile_width_px"] - width)
    else:
        down, across = -height % how["multiple_px"], -width % how["multiple_px"]
    return np.pad(picture, ((0, down), (0, across), (0, 0)), mode="symmetric") if down or across else picture


def as_picture(values: np.ndarray) -> np.ndarray:
    """A picture as a network gives it, (1, C, H, W), (1, H, W, C) or without the 1, as (H, W, C)."""
    one = values[0] if values.ndim == 4 else values
    return one.transpose(1, 2, 0) if one.shape[0] in (1, 3, 4) and one.shape[2] not in (1, 3, 4) else one


def tiled(
    picture: np.ndarray,
    run: Callable[[np.ndarray], np.ndarray],
    how: dict[str, Any],
    say: Callable[[float, str], None],
) -> np.ndarray:
    """What the network makes of the whole picture: float32 (H * scale, W * scale, C), in the network's own range.

    `run` takes a piece of the picture, uint8 (h, w, 3), and gives (h * scale, w * scale, C). `how`: `tile_height_px`,
    `tile_width_px`, `overlap_px`, `fixed`, `multiple_px`.
    """
    whole = padded(picture, how)
    tile_height, tile_width = min(how["tile_height_px"], len(whole)), min(how["tile_width_px"], whole.shape[1])
    rows = starts(len(whole), tile_height, how["overlap_px"])
    columns = starts(whole.shape[1], tile_width, how["overlap_px"])
    scale, made = 0, np.zeros((0, 0, 0), np.float32)
    for number in range(len(rows) * len(columns)):
        row, column = divmod(number, len(columns))
        top, left = rows[row], columns[column]
        say(number / (len(rows) * len(columns)), f"piece {number + 1} of {len(rows) * len(columns)}")
        piece = run(whole[top : top + tile_height, left : left + tile_width])
        if not scale:
            scale = piece.shape[0] // tile_height
            made = np.zeros((len(whole) * scale, whole.shape[1] * scale, piece.shape[2]), np.float32)
            down = shares(rows, tile_height, how["overlap_px"], scale)
            across = shares(columns, tile_width, how["overlap_px"], scale)
        place = made[top * scale :, left * scale :][: piece.shape[0], : piece.shape[1]]
        place += piece * (down[row][:, None, None] * across[column][:, None])
    return made[: len(picture) * scale, : picture.shape[1] * scale]
