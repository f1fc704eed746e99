"""What kind of thing an array is and how it is drawn, by its dimensions and its numbers. The batch is taken off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.graph import small
from core.graph.small import Floats
from core.graph.words import cut

MOST_BARS, MOST_ROWS, MOST_FEATURES, MOST_GRIDS, MOST_TEXTS = 40, 64, 256, 16, 40
_SUM_IS_ONE = 2e-3
_SMOOTH = 0.6
_LEAST_SIDE = 12
_COLOURS = 3


@dataclass(frozen=True)
class Fed:
    """What is known of the input that a value was made from."""

    batch: int = 1
    """How many things were fed at once. The first is shown."""
    length: int = 0
    """Places in a row of text; 0 when it is no text."""
    tokens: tuple[str, ...] = ()
    """The pieces of the first text, those that only fill up left out; empty when nobody knows."""
    labels: tuple[str, ...] = ()
    """Names of the model's answers."""


def drawn(array: NDArray[Any], fed: Fed, notes: list[str]) -> dict[str, Any]:
    """By how many dimensions are left once the batch is taken off."""
    while array.ndim > 3:
        array = array.reshape(-1, *array.shape[2:])
    if array.size == 1:
        return {"kind": "number", "figures": small.as_numbers(array.reshape(1))}
    if array.ndim == 1 or (array.ndim == 2 and 1 in array.shape):
        return _vector(array.reshape(-1), fed)
    if array.ndim == 2:
        return _plane(small.as_numbers(array), fed, notes)
    return _stack(small.as_numbers(array), fed, notes)


def _vector(array: NDArray[Any], fed: Fed) -> dict[str, Any]:
    """The strongest 40 of many, by size without sign; a text's own numbers in its order."""
    figures, count = small.as_numbers(array), array.size
    if count == fed.length and fed.tokens and array.dtype.kind in "iu" and int(array.max()) > 1:
        return {"kind": "texts", "labels": fed.tokens[:MOST_TEXTS]}
    names: tuple[str, ...] = fed.labels if len(fed.labels) == count else ()
    if count == fed.length and fed.tokens:
        figures, names = figures[: len(fed.tokens)], fed.tokens
    if figures.size <= MOST_BARS:
        order = np.arange(figures.size)
    else:
        strength = np.abs(np.nan_to_num(figures, nan=0.0))
        order = np.argsort(-strength, kind="stable")[:MOST_BARS]
    labels = tuple(cut(names[one]) if names else str(one) for one in order.tolist())
    return {"kind": "vector", "figures": figures[order], "labels": labels, "total": count}


def _plane(plane: Floats, fed: Fed, notes: list[str]) -> dict[str, Any]:
    """A picture without channels, a grid of words by words, or rows of vectors."""
    rows, columns = plane.shape
    if fed.length and rows == columns == fed.length:
        return _grids(plane[None], fed, notes)
    if _sums_to_one(plane) and rows == columns:
        return _grids(plane[None], fed, notes)
    is_map = rows != fed.length and min(rows, columns) >= _LEAST_SIDE and max(rows, columns) <= 4 * min(rows, columns)
    if is_map and max(small.roughness(plane, 0), small.roughness(plane, 1)) < _SMOOTH:
        return _maps(plane[None], notes)
    return _rows(plane, fed, notes)


def _stack(stack: Floats, fed: Fed, notes: list[str]) -> dict[str, Any]:
    """Several planes: attention, grids, maps with their channels first or last, or vectors in heads."""
    _, high, wide = stack.shape
    if (fed.length and high == wide == fed.length) or (high > 1 and wide > 1 and _sums_to_one(stack)):
        return _grids(stack, fed, notes)
    if fed.length and fed.length in (high, wide):
        per_place = stack.transpose(1, 0, 2) if high == fed.length else stack.transpose(2, 0, 1)
        return _rows(per_place.reshape(fed.length, -1), fed, notes)
    if fed.length and stack.shape[0] == fed.length:
        return _rows(stack.reshape(fed.length, -1), fed, notes)
    if 1 in (high, wide) and stack.shape[0] > 1:
        return _thin(stack, fed, notes)
    maps = stack.transpose(2, 0, 1) if _channels_last(stack) else stack
    if len(maps) == _COLOURS and min(maps.shape[1:]) >= _LEAST_SIDE:
        return _colours(maps, notes)
    return _maps(maps, notes)


def _thin(stack: Floats, fed: Fed, notes: list[str]) -> dict[str, Any]:
    """One number per channel, or a line of them: nothing with two directions."""
    flat = stack.reshape(stack.shape[0], -1)
    return _vector(flat.reshape(-1), fed) if flat.shape[1] == 1 else _rows(flat.T, fed, notes)


def _channels_last(stack: Floats) -> bool:
    """Whether the last direction is the one without neighbours. A square decides, else how rough each direction is."""
    first, middle, last = stack.shape
    if 1 in (first, last):
        return bool(last == 1)
    if middle == last != first:
        return False
    if first == middle != last:
        return True
    return small.roughness(stack, 2) > small.roughness(stack, 0)


def _sums_to_one(planes: Floats) -> bool:
    """Whether each row is made of shares."""
    if planes.shape[-1] < 2 or not np.isfinite(planes).all() or float(planes.min()) < 0:
        return False
    off = float(np.abs(planes.sum(axis=-1, dtype=np.float64) - 1).max())
    return off < _SUM_IS_ONE


def _grids(planes: Floats, fed: Fed, notes: list[str]) -> dict[str, Any]:
    """Rows look at columns. Of many grids the first 16, of long ones the beginning."""
    kind = "attention" if _sums_to_one(planes) else "grid"
    tokens = fed.tokens if planes.shape[-1] == fed.length else ()
    kept = min(MOST_ROWS, len(tokens) or max(planes.shape[1:]))
    if len(planes) > MOST_GRIDS:
        notes.append(f"The first {MOST_GRIDS} of {len(planes):,} are drawn.")
    if max(planes.shape[1:]) > kept and not tokens:
        notes.append(f"The first {kept} of {max(planes.shape[1:]):,} places are drawn.")
    return {"kind": kind, "figures": planes[:MOST_GRIDS, :kept, :kept].copy(), "labels": tokens[:kept]}


def _rows(plane: Floats, fed: Fed, notes: list[str]) -> dict[str, Any]:
    """One vector per row."""
    tokens = fed.tokens if len(plane) == fed.length else ()
    kept = min(MOST_ROWS, len(tokens) or len(plane))
    if kept < len(plane) and not tokens:
        notes.append(f"The first {kept} of {len(plane):,} rows are drawn.")
    some = plane[:kept]
    figures = np.ascontiguousarray(small.averaged(some, 1, MOST_FEATURES))
    likeness = small.likeness(some)
    total = plane.shape[1]
    return {"kind": "rows", "figures": figures, "labels": tokens[:kept], "likeness": likeness, "total": total}


def _maps(maps: Floats, notes: list[str]) -> dict[str, Any]:
    channels = small.liveliest(maps)
    still = sum(not np.ptp(small.tamed(one)) for one in maps)
    if still:
        have = "channels have" if len(maps) > 1 else "channel has"
        notes.append(f"{still:,} of {len(maps):,} {have} the same value everywhere for this input.")
    pixels = np.stack([small.picture(maps[channel]) for channel in channels])
    return {
        "kind": "maps",
        "pixels": pixels,
        "channels": tuple(channels),
        "total": len(maps),
        "side": tuple(maps.shape[1:]),
    }


def _colours(maps: Floats, notes: list[str]) -> dict[str, Any]:
    """Three channels as red, green and blue, all on one scale."""
    tall = np.stack([small.shrunk(small.tamed(one), 4 * small.SIDE) for one in maps]).astype(np.float64)
    low, high = float(tall.min()), float(tall.max())
    scaled = (tall - low) / (high - low) * 255 if high > low else np.full(tall.shape, 128.0)
    notes.append("Its three channels are drawn as red, green and blue.")
    pixels = np.ascontiguousarray(np.round(scaled).astype(np.uint8).transpose(1, 2, 0))
    return {"kind": "picture", "pixels": pixels, "side": tuple(maps.shape[1:])}
