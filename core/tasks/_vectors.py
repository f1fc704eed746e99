"""From texts to unit vectors: the part that the app and the scripts it writes have in common.

Nothing here may use a name from outside these functions but `np`, `Any`, `Mapping`, `Sequence`, `Graph`, `Say` and the
functions of `core.tasks._windows`: they are copied into scripts as they stand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.tasks._windows import batches, fed
from core.types import Graph, Say


def pooled(numbers: np.ndarray, mask: np.ndarray, pooling: str) -> np.ndarray:
    """The numbers of each text, (texts, width), from those of its pieces, (texts, pieces, width).

    `mask`: 1 for a piece, 0 for what only fills up. Source of the rules: sentence-transformers, models/Pooling.
    """
    if numbers.ndim == 2:
        return numbers
    if pooling == "first":
        return numbers[:, 0]
    if pooling == "last":
        ends: np.ndarray = numbers[np.arange(len(numbers)), np.maximum(mask.sum(axis=1), 1).astype(int) - 1]
        return ends
    if pooling == "max":
        largest: np.ndarray = np.where(mask[:, :, None] > 0, numbers, np.float32(-1e9)).max(axis=1)
        return largest
    weights = mask[:, :, None].astype(np.float32)
    mean: np.ndarray = (numbers * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-9)
    return mean


def vectors(
    pieces: Sequence[Any], graph: Graph, how: Mapping[str, Any], pad_id: int = 0, say: Say | None = None
) -> np.ndarray:
    """One unit vector per text, float32 (texts, width). Texts of like length run together, so little is padded."""
    found: dict[int, np.ndarray] = {}
    output = how["outputs"][0]
    for some in batches(pieces, how):
        if say:
            say(len(found) / len(pieces), f"{len(found)} of {len(pieces)} texts read")
        values = fed([pieces[place] for place in some], how, pad_id)
        mask = np.zeros((len(some), max(value.shape[1] for value in values.values())), np.int64)
        for row, place in enumerate(some):
            mask[row, : len(pieces[place].ids)] = 1
        numbers = np.asarray(graph(values)[output])
        if numbers.ndim not in (2, 3) or numbers.shape[:-1] != mask.shape[: numbers.ndim - 1]:
            raise ValueError(f"numbers for texts and pieces {mask.shape} can't be {numbers.shape}")
        found.update(zip(some, pooled(numbers.astype(np.float32), mask, how["pooling"]), strict=True))
    rows = np.stack([found[place] for place in range(len(pieces))])
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12), np.float32)


def likeness(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """How alike each two texts are, float32 (rows, columns) in [-1, 1]: the cosine between their unit vectors."""
    alike: np.ndarray = np.clip(rows @ columns.T, -1, 1).astype(np.float32)
    return alike
