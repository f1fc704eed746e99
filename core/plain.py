"""Results as plain data for JSON, the same on the command line and in the scripts the app writes."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from core.results import Result


def to_plain(result: Result) -> dict[str, Any]:
    """Strings, numbers, lists and dicts only. Pictures and maps in short, tensors at most 1,000 values each."""
    if result.kind == "picture":
        height, width, channels = result.pixels.shape
        return {"kind": "picture", "width": width, "height": height, "channels": channels}
    if result.kind == "matrix":
        values = result.values.tolist()
        return {"kind": "matrix", "rows": list(result.rows), "columns": list(result.columns), "values": values}
    if result.kind == "areas":
        return areas_in_short(result.names, result.classes, result.note)
    if result.kind == "depth":
        return depth_in_short(result.values, result.unit, result.note)
    if result.kind == "tensors":
        return {"kind": "tensors", "outputs": {name: plain_value(value) for name, value in result.outputs.items()}}
    plain = dataclasses.asdict(result)  # boxes and heat hold arrays
    return {name: value.tolist() if isinstance(value, np.ndarray) else value for name, value in plain.items()}


def areas_in_short(names: Sequence[str], classes: np.ndarray, note: str) -> dict[str, Any]:
    """Which share of the picture each name has, 0 to 1; those that don't occur are left out.

    Uses nothing but `np`: its source is copied into the scripts the app writes. So is the next one.
    """
    shares = np.bincount(classes.reshape(-1), minlength=len(names)) / classes.size
    rows = [{"label": name, "share": float(share)} for name, share in zip(names, shares, strict=True) if share]
    return {"kind": "areas", "width": classes.shape[1], "height": classes.shape[0], "areas": rows, "note": note}


def depth_in_short(values: np.ndarray, unit: str, note: str) -> dict[str, Any]:
    """The size of the map, and its least, middle and largest number."""
    steps = [float(number) for number in (values.min(), np.median(values), values.max())]
    size = {"width": values.shape[1], "height": values.shape[0]}
    return {"kind": "depth", "unit": unit, **size, "range": steps, "note": note}


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
