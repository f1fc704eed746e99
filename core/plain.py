"""Results as plain data for JSON, the same on the command line and in the scripts the app writes."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from core.results import Result


def to_plain(result: Result) -> dict[str, Any]:
    """Strings, numbers, lists and dicts only. Pictures give their size, tensors at most 1,000 values each."""
    if result.kind == "picture":
        height, width, channels = result.pixels.shape
        return {"kind": "picture", "width": width, "height": height, "channels": channels}
    if result.kind == "matrix":
        values = result.values.tolist()
        return {"kind": "matrix", "rows": list(result.rows), "columns": list(result.columns), "values": values}
    if result.kind == "tensors":
        return {"kind": "tensors", "outputs": {name: plain_value(value) for name, value in result.outputs.items()}}
    return dataclasses.asdict(result)


def plain_value(value: object) -> object:
    """One output of a graph: {"dtype", "shape", "values"}, a list, a dict, or None; NaN and infinity as words.

    Uses nothing but `np`: its source is copied into the scripts the app writes.
    """
    if value is None:
        return None
    if isinstance(value, (list, tuple)):
        return [plain_value(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain_value(item) for key, item in value.items()}
    array = np.asarray(value)
    name = "string" if array.dtype.kind in "OUS" else array.dtype.name
    flat = array.reshape(-1)[:1000]
    if array.dtype.kind == "c":
        values = [str(item) for item in flat.tolist()]
    elif array.dtype.kind in "biuOUS":
        values = flat.tolist()
    elif "int" in name:
        values = flat.astype(np.int64).tolist()
    else:
        values = [item if abs(item) < float("inf") else str(item) for item in flat.astype(np.float64).tolist()]
    return {"dtype": name, "shape": list(array.shape), "values": values}
