"""Looks at what graphs gave, whatever a model may give: arrays of any type and size, lists, dicts, nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.guard._contract import Outputs
from core.types import Value


def arrays(outputs: Outputs) -> Iterator[tuple[str, NDArray[np.floating]]]:
    """The arrays of fractions among the outputs, with their names; empty ones are left out."""
    for by_name in outputs.values():
        for name, value in by_name.items():
            if isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.size:
                yield name, value


def scores(result: Any, outputs: Outputs) -> NDArray[np.float64] | None:
    """The row of scores that a ranking was read from, float64 (C,); None when that can't be told.

    A row belongs to a ranking when its best score is the one shown: as it is, by softmax, or by the logistic function.
    """
    rows = [value for _, value in arrays(outputs) if is_row(value)]
    if len(rows) != 1 or result.kind != "ranking" or not result.rows:
        return None
    row, best = np.asarray(rows[0], np.float64).reshape(-1), result.rows[0].score
    top = float(row.max())
    if not np.isfinite(top):
        return None
    if abs(top - best) <= _SAME or abs(float(logistic(row.max())) - best) <= _SAME:
        return row
    return row if abs(float(probabilities(row).max()) - best) <= _SAME else None


_SAME = 1e-3


def logistic(values: Any) -> Any:
    """1 / (1 + e^-x), without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * values))


def is_row(value: Value) -> bool:
    """Whether an array is one row of scores: (C,), (1, C) or (1, C, 1, 1) with at least two and not too many."""
    return value.size in (value.shape[-1:] + value.shape[1:2]) and 2 <= value.size <= MOST_CLASSES


MOST_CLASSES = 100_000


def probabilities(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scores (C,) as shares that add up to 1: as they are when they do so already, else by softmax."""
    if values.min() >= 0 and abs(values.sum() - 1) <= SUM_TOLERANCE:
        return values
    raised: NDArray[np.float64] = np.exp(values - values.max())
    raised /= raised.sum()
    return raised


SUM_TOLERANCE = 0.01
