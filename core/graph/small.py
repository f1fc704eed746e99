"""Large arrays made small enough to be looked at: maps as pictures of at most 64 × 64, grids by averages."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

SIDE = 64
MOST_CHANNELS = 16
_CHUNK = 1 << 22

Floats = NDArray[np.float32]


def as_numbers(array: NDArray[Any]) -> Floats:
    """The same as float32, complex numbers by their size; what is beyond float32 becomes endless."""
    if array.dtype.kind == "c":
        array = np.abs(array)
    with np.errstate(all="ignore"):
        found: Floats = array.astype(np.float32)
    return found


def statistics(array: NDArray[Any]) -> dict[str, Any]:
    """Lowest, highest, mean, share of zeros, and how many are not finite; in pieces, so that it takes little memory."""
    flat = array.reshape(-1)
    low, high, total, zeros, finite = np.inf, -np.inf, 0.0, 0, 0
    for start in range(0, flat.size, _CHUNK):
        some = flat[start : start + _CHUNK]
        some = np.abs(some) if some.dtype.kind == "c" else some
        some = some.astype(np.float64)
        good = some[np.isfinite(some)]
        finite += good.size
        if good.size:
            low, high = min(low, float(good.min())), max(high, float(good.max()))
            total += float(good.sum(dtype=np.longdouble))
            zeros += int(good.size - np.count_nonzero(good))
    if not finite:
        return {"not_finite": int(flat.size)}
    mean = min(max(total / finite, low), high)
    return {"low": low, "high": high, "mean": mean, "zero_share": zeros / finite, "not_finite": int(flat.size - finite)}


def tamed(array: Floats) -> Floats:
    """What is not a number becomes 0, what is endless the largest number there is here."""
    good = array[np.isfinite(array)]
    low, high = (float(good.min()), float(good.max())) if good.size else (0.0, 0.0)
    return np.nan_to_num(array, nan=0.0, posinf=high, neginf=low)


def averaged(array: Floats, axis: int, most: int) -> Floats:
    """No longer than `most` along this axis, each the average of its neighbours."""
    size = array.shape[axis]
    if size <= most:
        return array
    starts = (np.arange(most) * size) // most
    counts = np.diff(np.append(starts, size)).astype(np.float32)
    shape = [1] * array.ndim
    shape[axis] = most
    with np.errstate(all="ignore"):
        weighed = array / counts.repeat(counts.astype(int)).reshape([-1 if n == axis else 1 for n in range(array.ndim)])
        found: Floats = np.add.reduceat(weighed, starts, axis=axis).astype(np.float32)
    return found


def shrunk(plane: Floats, side: int) -> Floats:
    """No side longer than this; the proportions stay."""
    high, wide = plane.shape
    scale = min(1.0, side / max(high, wide))
    return averaged(averaged(plane, 0, max(1, round(high * scale))), 1, max(1, round(wide * scale)))


def liveliest(maps: Floats) -> list[int]:
    """Of maps (channels, h, w) at most 16 places, the one that differs most from place to place first; flat ones only
    when all are.
    """
    spread = np.array([float(np.std(tamed(one), dtype=np.float64)) for one in maps])
    order = [int(place) for place in np.argsort(-spread, kind="stable")]
    lively = [place for place in order if spread[place] > 0]
    return (lively or order)[:MOST_CHANNELS]


def picture(plane: Floats) -> NDArray[np.uint8]:
    """One map, its lowest value black and its highest white, or a single grey where it is flat; at most 64 × 64."""
    small = shrunk(tamed(plane), SIDE).astype(np.float64)
    low, high = float(small.min()), float(small.max())
    if high <= low:
        return np.full(small.shape, 128, np.uint8)
    found: NDArray[np.uint8] = np.round((small - low) / (high - low) * 255).astype(np.uint8)
    return found


def roughness(array: Floats, axis: int) -> float:
    """How much neighbours along an axis differ, beside how much all do: about 1.1 for noise, far less in a picture."""
    some = tamed(array[tuple(slice(0, 96) if n == axis else slice(0, 48) for n in range(array.ndim))])
    spread = float(np.std(some, dtype=np.float64))
    if some.shape[axis] < 2 or spread <= 0:
        return 0.0
    return float(np.mean(np.abs(np.diff(some, axis=axis)), dtype=np.float64)) / spread


def likeness(rows: Floats) -> Floats:
    """How alike vectors are, each with each, -1 to 1."""
    wide = tamed(rows).astype(np.float64)
    scale = np.abs(wide).max(axis=1, keepdims=True)
    wide = wide / np.where(scale > 0, scale, 1)
    length = np.linalg.norm(wide, axis=1, keepdims=True)
    unit = wide / np.where(length > 0, length, 1)
    found: Floats = np.clip(unit @ unit.T, -1, 1).astype(np.float32)
    return found
