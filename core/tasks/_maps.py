"""Maps that a model makes of a picture (scores, depth, a mask), read at the places of the picture's own pixels.

Each function but `checked` stands on its own (`np` aside): their source is copied into a user's script. Resizing is
that of `torch.nn.functional.interpolate(mode="bilinear" or "bicubic", align_corners=False)`, which most published
post-processing uses: no smoothing when a map is made smaller, unlike Pillow.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.errors import RunFailed


def limited(width: int, height: int, most_px: int) -> tuple[int, int]:
    """A size with the same proportions and about `most_px` pixels at most: width, height."""
    scale = min(1.0, (most_px / (width * height)) ** 0.5)
    return max(1, round(width * scale)), max(1, round(height * scale))


def spans(place: dict[str, int], down: int, across: int) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where the picture's top and bottom, and its left and right, lie in a map of `down` x `across` cells.

    `place` is that of `core.tasks._pictures.placement`. Below 0 or past the last cell where edges were cut off.
    """
    y, x = down / place["height_px"], across / place["width_px"]
    rows = (place["top"] * y, (place["top"] + place["high_px"]) * y)
    return rows, (place["left"] * x, (place["left"] + place["wide_px"]) * x)


def taps(pixels: int, cells: int, span: tuple[float, float], smooth: bool) -> tuple[np.ndarray, np.ndarray]:
    """Which cells each of `pixels` places along an axis is mixed of: int (k, pixels) and their float32 shares.

    Two cells, or four of a cubic with a = -0.75 when `smooth`. `span` is where the first and last edge of the picture
    lie, in cells; cells that show only the frame around it are left out.
    """
    first, last = span
    at = first + (np.arange(pixels) + 0.5) * ((last - first) / pixels) - 0.5
    below = np.floor(at)
    part = at - below
    if smooth:
        a, steps = -0.75, np.arange(-1, 3)
        near, far = np.stack([part, 1 - part]), np.stack([1 + part, 2 - part])
        inner = ((a + 2) * near - (a + 3)) * near * near + 1
        outer = ((a * far - 5 * a) * far + 8 * a) * far - 4 * a
        shares = np.stack([outer[0], inner[0], inner[1], outer[1]])
    else:
        steps, shares = np.arange(2), np.stack([1 - part, part])
    low = min(max(0, int(np.ceil(first - 0.01))), cells - 1)
    high = max(low, min(cells, int(np.floor(last + 0.01))) - 1)
    places = np.clip(below[None] + steps[:, None], low, high)
    return places.astype(np.intp), shares.astype(np.float32)


def resampled(
    values: np.ndarray,
    height: int,
    width: int,
    within: tuple[tuple[float, float], tuple[float, float]],
    smooth: bool = False,
) -> np.ndarray:
    """A map (h, w) read at `height` x `width` places: float32. `within` as from `spans`."""
    rows, row_shares = taps(height, values.shape[0], within[0], smooth)
    columns, column_shares = taps(width, values.shape[1], within[1], smooth)
    tall = np.zeros((height, values.shape[1]), np.float32)
    for cells, shares in zip(rows, row_shares, strict=True):
        tall += shares[:, None] * values[cells]
    large = np.zeros((height, width), np.float32)
    for cells, shares in zip(columns, column_shares, strict=True):
        large += shares * tall[:, cells]
    return large


def best_of(
    values: np.ndarray, height: int, width: int, within: tuple[tuple[float, float], tuple[float, float]]
) -> np.ndarray:
    """The place of the highest score at `height` x `width` places of float (h, w, C): uint16.

    The scores are enlarged first and compared then, a row at a time: all of them at once would need gigabytes.
    """
    rows, row_shares = taps(height, values.shape[0], within[0], smooth=False)
    columns, column_shares = taps(width, values.shape[1], within[1], smooth=False)
    column_shares, best = column_shares[:, :, None], np.zeros((height, width), np.uint16)
    for row in range(height):
        line = row_shares[0, row] * values[rows[0, row]] + row_shares[1, row] * values[rows[1, row]]
        best[row] = (column_shares[0] * line[columns[0]] + column_shares[1] * line[columns[1]]).argmax(axis=-1)
    return best


def nearest_of(
    values: np.ndarray, height: int, width: int, within: tuple[tuple[float, float], tuple[float, float]]
) -> np.ndarray:
    """A map (h, w) of whole numbers read at `height` x `width` places, nothing mixed."""
    places = []
    for pixels, cells, (first, last) in zip((height, width), values.shape, within, strict=True):
        at = np.floor(first + (np.arange(pixels) + 0.5) * ((last - first) / pixels))
        places.append(np.clip(at, max(0, first), min(cells, last) - 1).astype(np.intp))
    found: np.ndarray = values[places[0]][:, places[1]]
    return found


def unseen(pixels: int, cells: int, span: tuple[float, float]) -> np.ndarray:
    """Which of `pixels` places along an axis lie outside the map, since they were cut off before feeding: bool."""
    at = span[0] + (np.arange(pixels) + 0.5) * ((span[1] - span[0]) / pixels)
    outside: np.ndarray = (at < 0) | (at > cells)
    return outside


def channels_last(values: np.ndarray, count: int = 0) -> np.ndarray:
    """A map as a model gives it, with or without the 1 of a batch and with its channels anywhere, as (h, w, C).

    `count` is how many channels are expected; 0 when nobody knows, then there are taken to be fewer of them than rows.
    """
    one = values[0] if values.ndim == 4 else values
    if one.ndim == 2:
        return one[:, :, None]
    first, last = one.shape[0], one.shape[2]
    told = (first == count) != (last == count)
    leading = first == count if told else first <= last
    return np.ascontiguousarray(one.transpose(1, 2, 0)) if leading else one


def checked(made: Mapping[str, Any], name: str) -> np.ndarray:
    """The output of that name when it can be a map: 2 to 4 dimensions, one picture, finite. Raises RunFailed."""
    values = made.get(name)
    shape = getattr(values, "shape", None)
    odd = not isinstance(values, np.ndarray) or values.ndim not in (2, 3, 4) or values.dtype.kind not in "fiub"
    if not isinstance(values, np.ndarray) or odd or 0 in values.shape or (values.ndim == 4 and len(values) != 1):
        raise RunFailed(
            "The model's answer is no map of the picture.",
            f"The output “{name}” has the shape {shape}.",
            "Try another task for this model, or name another output under “How it is fed”.",
        )
    if not np.isfinite(values).all():
        raise RunFailed(
            "The model's answer isn't made of numbers.",
            "Some values are infinite or missing, which means it was fed something it wasn't made for.",
            "Change how pictures are prepared under “How it is fed”, or try another picture.",
        )
    return values
