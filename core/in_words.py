"""An answer in a few words, for the history and for copying."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
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
    if result.kind == "spans":
        return _counted(span.label for span in result.spans) or "nothing found"
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


def _counted(labels: Iterable[str]) -> str:
    """`2 cat, 1 dog`, in the order of their first appearance."""
    return ", ".join(f"{number} {label}" for label, number in Counter(labels).items())


def _shown_boxes(result: Any) -> list[tuple[str, float, list[float]]]:
    shown = result.scores >= result.shown_above
    return [
        (result.names[place], float(score), box)
        for place, score, box in zip(
            result.classes[shown], result.scores[shown], result.boxes[shown].tolist(), strict=True
        )
    ]


def _boxes(result: Any) -> str:
    return _counted(label for label, _, _ in _shown_boxes(result)) or "nothing found"


def _whole_boxes(result: Any) -> str:
    lines = ["what\thow sure\tleft\ttop\tright\tbottom"]
    for label, score, box in _shown_boxes(result):
        lines.append("\t".join([label, f"{score:.1%}", *(f"{at:.0f}" for at in box)]))
    return "\n".join(lines)


def shares(result: Any) -> list[tuple[str, float]]:
    """Of areas: each name that occurs with its share of the picture, 0 to 1, the largest first."""
    places, counts = np.unique(result.classes, return_counts=True)
    named = [
        (result.names[place], count / result.classes.size) for place, count in zip(places, counts.tolist(), strict=True)
    ]
    return sorted(named, key=lambda pair: -pair[1])


def _spans(result: Any) -> str:
    if result.headline:
        return str(result.headline)
    return ", ".join(f"{result.text[one.start : one.end]} ({one.label})" for one in result.spans) or "nothing found"


def _whole_spans(result: Any) -> str:
    lines = [f"{result.text[one.start : one.end]}\t{one.label}\t{one.score:.1%}" for one in result.spans]
    return "\n".join([*([result.headline] if result.headline else []), *lines]) or "nothing found"


def _depth(result: Any) -> str:
    if result.unit == "metres":
        return f"from {result.values.min():.1f} to {result.values.max():.1f} m away"
    return "near and far, without a unit"


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
    "boxes": _boxes,
    "areas": lambda result: ", ".join(f"{name} {share:.0%}" for name, share in shares(result)[:4]),
    "depth": _depth,
    "spans": _spans,
    "matches": lambda result: f"{len(result.rows)} pictures, the most alike first",
    "heat": lambda result: f"where “{result.label}” was seen",
    "influences": lambda result: f"which words speak for “{result.label}”",
    "matrix": lambda result: f"{len(result.rows)} things compared",
    "table": lambda result: f"{len(result.rows)} rows",
    "text_lines": lambda result: " / ".join(line.text for line in result.lines) or "no text",
    "tensors": _tensors,
}
_LONG: dict[str, Callable[[Any], str]] = {
    "ranking": _whole_ranking,
    "table": _table,
    "matrix": _matrix,
    "boxes": _whole_boxes,
    "areas": lambda result: "\n".join(f"{name}: {share:.1%}" for name, share in shares(result)),
    "spans": _whole_spans,
    "matches": lambda result: "\n".join(f"picture {row.place + 1}: {row.score:.3f}" for row in result.rows),
    "text_lines": lambda result: "\n".join(line.text for line in result.lines),
    "tensors": _whole_tensors,
}
