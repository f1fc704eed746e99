"""What is known of a model for tables, for all who ask: its columns, its outputs, how many rows it takes at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.errors import BadTensor, RunFailed
from core.fields import Rows
from core.tasks import _columns, _table_outputs
from core.types import Graph, GraphInfo, ModelInfo, Say

ML = "ai.onnx.ml."
_FREE = ("SVMClassifier", "LinearClassifier")
"""Their scores of classes may be distances and no probabilities."""
READS = {
    "classes": "The percentages are the model's own for each class.",
    "numbers": "The numbers are the model's own, in the unit it was trained with.",
    "outliers": "The model says 1 for ordinary rows and -1 for outliers.",
    "groups": "The answer is the group whose middle is nearest; the model gives the distance to each.",
}
"""What the outputs can be, with a sentence for people."""


def plan(info: ModelInfo) -> list[dict[str, Any]]:
    return _columns.plan(graph(info), info.preparation)


def by_library(info: ModelInfo) -> bool:
    """Whether skl2onnx or onnxmltools wrote the file, which export from scikit-learn, LightGBM and XGBoost."""
    return graph(info).producer.casefold().startswith(("skl2onnx", "onnxmltools"))


def graph(info: ModelInfo) -> GraphInfo:
    return next(iter(info.parts.values()))


def named(info: ModelInfo) -> bool:
    """Whether somebody or something said what the columns are called, so that a heading must be one of these."""
    fact = info.preparation["columns"]
    return fact.certain or fact.source == _columns.HEADINGS


def how(info: ModelInfo) -> dict[str, Any]:
    found = _table_outputs.outputs(graph(info))
    facts = info.preparation
    labels = [str(label) for label in facts["labels"].value]
    return {**found, "reads": reads(info), "inside": list(graph(info).class_names), "labels": labels}


def reads(info: ModelInfo) -> str:
    """What somebody said the outputs are; what their names say where that can't be."""
    wanted = info.preparation["reads"].value
    return str(wanted) if wanted in READS else str(_table_outputs.outputs(graph(info))["reads"])


def free(info: ModelInfo) -> bool:
    return any(name.removeprefix(ML) in _FREE for name in graph(info).operators)


def piece(info: ModelInfo) -> tuple[int, bool]:
    """How many rows run together, and whether the model takes just so many."""
    sizes = [port.shape[0] for port in graph(info).inputs if port.shape and isinstance(port.shape[0], int)]
    return (sizes[0], True) if sizes else (_table_outputs.PIECE_ROWS, False)


def run(parts: Mapping[str, Graph], info: ModelInfo, feeds: dict[str, Any], how: dict[str, Any], say: Say) -> Any:
    """The outputs for all rows. Raises RunFailed when those of one piece don't fit those of the next."""
    rows, exact = piece(info)
    try:
        return _table_outputs.in_pieces(parts[next(iter(info.parts))], feeds, names(how), rows, exact, say=say)
    except ValueError as error:
        raise RunFailed(
            "The model didn't answer row by row.",
            "Its answers to the first rows have another shape than those to later ones.",
            "Choose another task under “Use it as”.",
            str(error),
        ) from error


def names(how: dict[str, Any]) -> list[str]:
    return [*filter(None, [how["label"]]), *how["scores"]]


def check_model(info: ModelInfo) -> None:
    """Raises BadTensor where the task was chosen for a model of another kind."""
    widths = [_columns.width(port) for port in graph(info).inputs]
    if not widths or 0 in widths or not _table_outputs.outputs(graph(info)):
        raise BadTensor(
            "This model doesn't take rows of a table.",
            "Each of its inputs would have to hold one column, or a fixed number of them, and its outputs one answer "
            "per row.",
            "Choose another task under “Use it as”.",
        )


def check_answer(given: dict[str, Any], how: dict[str, Any], count: int) -> None:
    """Raises RunFailed when there isn't one answer per row."""
    for name in names(how):
        value = given[name]
        if how["zipped"] and name in how["scores"]:
            whole = len(value) == count and all(isinstance(row, dict) and row for row in value)
        else:
            size = np.size(value)
            whole = len(value) == count and size > 0 and (name != how["label"] or size == count)
        if not whole:
            raise RunFailed(
                "The model didn't answer row by row.",
                f"“{name[:60]}” has {len(value):,} entries for {count:,} rows, or they are empty.",
                "Choose another task under “Use it as”.",
            )


def places(table: Rows, info: ModelInfo) -> list[int]:
    """Which column of a given table is which of the model's. Raises BadFile."""
    return _columns.places(table.columns, table.rows, [column["name"] for column in plan(info)], named(info))
