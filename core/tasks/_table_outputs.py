"""Finds out what the outputs of a model for tables are, runs it row by row, and reads them.

`how` is a dict: `reads` one of `classes`, `numbers`, `outliers`, `groups` · `label` the output with the answer itself,
or "" · `scores` the outputs with numbers · `zipped` whether these are lists of dicts · `inside` the classes as the
model calls them · `labels` as a person does · `word` for those without a name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.types import Graph, GraphInfo, Port, Say

PIECE_ROWS = 4_096
"""So many rows run together where the model lets one choose."""
_LABELS = ("label", "output_label", "classlabel", "class_label")


def outputs(graph: GraphInfo) -> dict[str, Any]:
    """`reads`, `label`, `scores`, `zipped` and `word`, from the names and shapes of the outputs; {} when none fits."""
    maps = [port for port in graph.outputs if port.kind == "sequence" and port.type.startswith("seq(map(")]
    tensors = [port for port in graph.outputs if port.kind == "tensor" and len(port.shape or ()) in (1, 2)]
    labels = [port for port in tensors if _is_label(port)]
    scores = [port for port in tensors if port.dtype.startswith("float")]
    found = {"label": labels[0].name if labels else "", "zipped": bool(maps), "word": "Class"}
    if maps:
        return {**found, "reads": "classes", "scores": [maps[0].name]}
    if labels:
        return {**found, "scores": [port.name for port in scores], **_labelled(graph, labels[0], scores)}
    if not scores:
        return {}
    tells_apart = "Softmax" in graph.operators and size(scores[0]) != 1
    return {**found, "reads": "classes" if tells_apart else "numbers", "scores": [scores[0].name]}


def _labelled(graph: GraphInfo, label: Port, scores: list[Port]) -> dict[str, Any]:
    """What an answer with numbers beside it means, by what skl2onnx calls them."""
    if not scores:
        return {"reads": "classes"}
    first = {"scores": [scores[0].name]}
    if scores[0].name == "scores":
        return {"reads": "outliers", **first} if size(scores[0]) == 1 else {"reads": "groups", "word": "Group", **first}
    if len(scores) > 1 and all(size(port) == 1 for port in scores):  # one output per class
        return {"reads": "classes"}
    is_mixture = len(label.shape or ()) == 2 and not graph.class_names
    return {"reads": "classes", "word": "Group" if is_mixture else "Class", **first}


def _is_label(port: Port) -> bool:
    """A text or whole number per row."""
    return size(port) == 1 and (port.dtype in ("string", "int64", "int32") or port.name.casefold() in _LABELS)


def size(port: Port) -> int | None:
    """Values per row; None when that is open."""
    shape = port.shape or ()
    count = shape[1] if len(shape) > 1 else 1
    return count if isinstance(count, int) else None


def in_pieces(
    graph: Graph, feeds: dict[str, Any], names: Sequence[str], piece: int, exact: bool, *, say: Say | None = None
) -> dict[str, Any]:
    """These outputs for all rows; `exact` when the model takes pieces of just this size: the last one is filled up."""
    count = len(next(iter(feeds.values())))
    found: dict[str, list[Any]] = {}
    for start in range(0, count, piece):
        if say and start:
            say(start / count, f"{start:,} of {count:,} rows answered")
        rows = min(piece, count - start)
        some = {name: values[start : start + rows] for name, values in feeds.items()}
        if exact and rows < piece:
            some = {name: np.concatenate([part, part[-1:].repeat(piece - rows, 0)]) for name, part in some.items()}
        given = graph(some)
        for name in names:
            value = given[name]
            several = value if isinstance(value, list) or np.ndim(value) else [value]
            found.setdefault(name, []).append(several[:rows] if exact else several)
    return {
        name: np.concatenate(parts) if isinstance(parts[0], np.ndarray) else [row for part in parts for row in part]
        for name, parts in found.items()
    }


def scored(outputs: dict[str, Any], how: dict[str, Any], count: int) -> tuple[list[str], np.ndarray, list[str]]:
    """Names of the scores, the scores float64 (rows, names), and the answer to each row as a person calls it."""
    keys, values = list(how["inside"]), np.zeros((count, 0))
    if how["zipped"]:
        rows = outputs[how["scores"][0]]
        keys = [str(key) for key in rows[0]]
        values = np.array([[row.get(key, np.nan) for key in rows[0]] for row in rows], np.float64)
    elif how["scores"]:
        parts = [np.asarray(outputs[name], np.float64).reshape(count, -1) for name in how["scores"]]
        values = np.concatenate(parts, axis=1)
    if how["reads"] == "classes" and values.shape[1] == 1 and len(keys) != 1:  # how likely the second of two is
        values = np.concatenate([1 - values, values], axis=1)
    keys, names = named(keys, values.shape[1], how)
    if not how["label"]:
        best = values.argmax(axis=1) if how["reads"] == "classes" else []
        return names, values, [names[place] for place in best] or [""] * count
    called = {"1": "ordinary", "-1": "outlier"} if how["reads"] == "outliers" else dict(zip(keys, names, strict=True))
    given = [str(label) for label in np.asarray(outputs[how["label"]]).reshape(-1)]
    return names, values, [called.get(label, label) for label in given]


def named(keys: list[str], width: int, how: dict[str, Any]) -> tuple[list[str], list[str]]:
    """What the model calls each of its scores, and what a person does."""
    if how["reads"] == "numbers":
        names = ["prediction"] if width == 1 else [f"value {place + 1}" for place in range(width)]
        return names, how["labels"] if len(how["labels"]) == width else names
    if how["reads"] == "outliers":
        return ["score"] * width, ["score"] * width
    width = width or len(keys)
    known = len(keys) == width
    keys = keys if known else [str(place) for place in range(width)]
    if len(how["labels"]) == width:
        return keys, list(how["labels"])
    return keys, keys if known else [f"{how['word']} {key}" for key in keys]
