"""An answer in a few words, for the history and for copying."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from core.results import Result


def short(result: Result) -> str:
    """The answer in one short line."""
    return _SHORT[result.kind](result)[:200]


def without_quoting(result: Result) -> str:
    """The answer in one short line that repeats nothing of what was given, for the history."""
    if result.kind == "text_lines":
        return f"{len(result.lines)} lines of text"
    return short(result)


def whole(result: Result) -> str:
    """The whole answer as plain text, to be copied."""
    return _LONG.get(result.kind, _SHORT[result.kind])(result)


def _ranking(result: Any) -> str:
    if not result.rows:
        return "nothing"
    best = result.rows[0]
    return f"{best.label} {best.score:.0%}" + ("" if result.sure else " (not sure)")


def _whole_ranking(result: Any) -> str:
    rows = [f"{row.label}: {row.score:.1%}" for row in result.rows]
    return "\n".join(rows + ([] if result.sure else ["(not sure)"]))


def _table(result: Any) -> str:
    lines = [*([result.note] if result.note else []), "\t".join(result.columns)]
    lines += ["\t".join(f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in row) for row in result.rows]
    return "\n".join(lines)


def _matrix(result: Any) -> str:
    head = "\t".join(["", *result.columns])
    rows = zip(result.rows, result.values, strict=True)
    return "\n".join([head, *("\t".join([name, *(f"{value:.2f}" for value in row)]) for name, row in rows)])


def _tensors(result: Any) -> str:
    return "; ".join(f"{name}: {_value(value)}" for name, value in result.outputs.items())


def _whole_tensors(result: Any) -> str:
    return "\n\n".join(f"{name}: {_value(value)}\n{_figures(value)}" for name, value in result.outputs.items())


def _figures(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return np.array2string(value, precision=4, threshold=60, edgeitems=3, suppress_small=True)
    return str(value)[:2000]


def _value(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.dtype} {'×'.join(map(str, value.shape)) or 'one number'}"
    return f"{type(value).__name__} of {len(value)}" if isinstance(value, list | dict) else "empty"


_SHORT: dict[str, Callable[[Any], str]] = {
    "ranking": _ranking,
    "picture": lambda result: f"a picture of {result.pixels.shape[1]} × {result.pixels.shape[0]}",
    "matrix": lambda result: f"{len(result.rows)} texts compared",
    "table": lambda result: f"{len(result.rows)} rows",
    "text_lines": lambda result: " / ".join(line.text for line in result.lines) or "no text",
    "tensors": _tensors,
}
_LONG: dict[str, Callable[[Any], str]] = {
    "ranking": _whole_ranking,
    "table": _table,
    "matrix": _matrix,
    "text_lines": lambda result: "\n".join(line.text for line in result.lines),
    "tensors": _whole_tensors,
}
