"""Predicts from the columns of a table.

Facts (`info.preparation`): `columns` names of the columns in order · `words` {column: what it may hold} · `ranges`
{column: [least, most]}, for sliders · `labels` names of the classes in the order of their scores, or of the numbers
that are predicted · `reads` what the outputs are: `classes`, `numbers`, `outliers` (1 ordinary, -1 not) or `groups`
(the nearest wins) · `missing_fed` whether a missing number is left to the model.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from core import results
from core.errors import BadFile, InputError, RunFailed
from core.fields import Field, Rows
from core.results import RankedLabel, Ranking, Table
from core.script import Script
from core.tasks import _cells, _column_fields, _columns, _notes, _table_outputs, _table_results
from core.tasks import _table_model as _model
from core.types import Fact, Graph, Inputs, ModelInfo, Say

TITLE = "Predict from the columns of a table"
SUMMARY = "Fill in one row and move its sliders, or give a whole table and get an answer for each row."
RESULT = "table"
ALSO = ("ranking",)

MAX_FORM_COLUMNS = 40


def fits(info: ModelInfo) -> float:
    """High for the operators and names of scikit-learn, LightGBM and XGBoost exports; low for rows of numbers."""
    graph = next(iter(info.parts.values()))
    widths = [_columns.width(port) for port in graph.inputs]
    how = _table_outputs.outputs(graph)
    if len(info.parts) > 1 or not widths or 0 in widths or sum(widths) > _columns.MAX_COLUMNS or not how:
        return 0.0
    if any(name.startswith(_model.ML) for name in graph.operators) or _model.by_library(info):
        return 0.95
    ranks, dtypes = {len(port.shape or ()) for port in graph.inputs}, {port.dtype for port in graph.inputs}
    if len(widths) > 1 and set(widths) == {1} and ranks == {2} and dtypes != {"int64"}:
        return 0.3
    rows_of_numbers = len(widths) == 1 and graph.inputs[0].dtype.startswith("float") and widths[0] > 1
    # below raw numbers: offered, but nothing says that such a network was made for tables
    return 0.005 if rows_of_numbers and len(graph.outputs) == 1 and how["reads"] in ("classes", "numbers") else 0.0


def assume(info: ModelInfo) -> dict[str, Fact]:
    """Names from the inputs, words and classes from inside the operators, the rest from names and shapes."""
    graph = next(iter(info.parts.values()))
    noted, inside = _notes.labels(graph.metadata), "the names inside the model"
    labels = Fact(list(graph.class_names), inside) if graph.class_names else Fact([], "nobody", certain=False)
    trees = any(name.removeprefix(_model.ML).startswith(("TreeEnsemble", "Imputer")) for name in graph.operators)
    return {
        **_columns.facts(graph),
        "ranges": Fact({}, "nobody", certain=False),
        "labels": Fact(noted, "the model's own notes") if noted else labels,
        "reads": Fact(_table_outputs.outputs(graph).get("reads", "numbers"), "the names and shapes of the outputs"),
        "missing_fed": Fact(trees, "what its steps can do", certain=False),
    }


def fields(info: ModelInfo) -> tuple[Field, ...]:
    """A table, and one field per column where they aren't too many."""
    plan = _model.plan(info)
    alone = len(plan) > MAX_FORM_COLUMNS
    names = [column["name"] for column in plan]
    listed = ", ".join(names[:8]) + (" …" if len(names) > 8 else "")
    words = f"A CSV file with {len(plan)} columns: {listed}. Each row gets an answer."
    table = Field("table", "table", "Your table" if alone else "A table, for many rows at once", words, required=alone)
    if alone:
        return (table,)
    ranges = info.preparation["ranges"].value
    columns = zip(_field_names(names), plan, strict=True)
    return (table, *(_column_fields.field(name, column, ranges.get(column["name"])) for name, column in columns))


def answer(inputs: Inputs, parts: Mapping[str, Graph], info: ModelInfo, say: Say) -> Table | Ranking:
    """An answer for each row of the table, or for the one row of the form.

    Raises InputError for a cell of the form, BadFile for a table that lacks columns, RunFailed for a strange answer.
    """
    _model.check_model(info)
    plan, how, table = _model.plan(info), _model.how(info), inputs.get("table")
    rows = _picked(table, info) if table else [_row(inputs, plan)]
    feeds, wrong, odd = _cells.fed(rows, plan, info.preparation["missing_fed"].value)
    if wrong and not table:
        raise InputError(
            "One value can't be used.", f"{wrong[0][0].upper()}{wrong[0][1:]}.", "Correct it and try again."
        )
    given = _model.run(parts, info, feeds, how, say)
    _model.check_answer(given, how, len(rows))
    found = _table_outputs.scored(given, how, len(rows))
    if table:
        made = _table_results.as_table((table.columns, table.rows), found, (wrong, odd), how, _model.free(info))
        return _result(made)
    if not np.isfinite(found[1]).all():
        raise RunFailed(
            "The model's answer isn't made of numbers.",
            "Some values are infinite or missing, so it was fed something it can't work with.",
            "Try other values, or fill in those that are missing.",
        )
    return _result(_table_results.as_result(found, how, _model.free(info)))


def learn(inputs: Inputs, info: ModelInfo) -> dict[str, Fact]:
    """What a given table tells about the columns: their names, ranges and words. Raises BadFile."""
    table, plan = inputs["table"], _model.plan(info)
    chosen = _model.places(table, info)
    return _columns.learned(table, chosen, plan, _model.named(info))


def explain(inputs: Inputs, info: ModelInfo) -> tuple[str, ...]:
    """What was fed and in which order, what missing cells did, where names come from."""
    plan, facts, table = _model.plan(info), info.preparation, inputs.get("table")
    names = ", ".join(column["name"] for column in plan[:12]) + (" …" if len(plan) > 12 else "")
    sentences = [f"The model was fed {len(plan)} columns in this order: {names}."]
    if not _model.named(info):
        sentences.append(f"The file doesn't name its columns; the names are from {facts['columns'].source}.")
        if facts["columns"].source not in (_columns.HEADINGS, "you"):
            sentences[-1] = "The file doesn't name its columns, so they are numbered."
    if table:
        chosen = _columns.places(table.columns, table.rows, [column["name"] for column in plan], _model.named(info))
        sentences.append("Columns were taken from your table: " + _pairs(table, chosen, plan) + ".")
        fed = facts["missing_fed"].value
        sentences.append(
            "A missing number was left to the model, which has a rule for it."
            if fed
            else "A row with a missing number gets no answer."
        )
    if facts["labels"].value:
        sentences.append(f"The names of the answers come from {facts['labels'].source}.")
    return (*sentences, _model.READS[_model.reads(info)])


def verified(info: ModelInfo) -> str:
    """What the answers were compared with: the exports of these libraries, and no other network for rows of numbers."""
    return "scikit-learn 1.9.1, LightGBM 4.7.0 and XGBoost 3.2.0" if _model.by_library(info) else ""


def code(inputs: Inputs, info: ModelInfo) -> Script:
    """Cells, run, read: the app's own functions."""
    plan, table = _model.plan(info), inputs.get("table")
    (piece, exact), role, free, how = _model.piece(info), next(iter(info.parts)), _model.free(info), _model.how(info)
    names = [column["name"] for column in plan]
    if table:
        take = f"rows = [[row[place] for place in {_model.places(table, info)!r}] for row in table['rows']]"
        read = f"result = as_table((table['columns'], table['rows']), found, (wrong, odd), HOW, {free!r})"
    else:
        take = f"rows = [[{', '.join(_field_names(names))}]]"
        read = f"result = as_result(found, HOW, {free!r})"
    main = (
        f"{take}\n"
        f"feeds, wrong, odd = fed(rows, COLUMNS, {info.preparation['missing_fed'].value!r})\n"
        f"outputs = in_pieces(parts[{role!r}], feeds, {_model.names(how)!r}, {piece}, {exact!r})\n"
        f"found = scored(outputs, HOW, len(rows))\n"
        f"{read}"
    )
    lines = ("from collections.abc import Callable, Sequence", "from typing import Any", "Graph = Say = Callable")
    return Script(main, _FUNCTIONS, {"COLUMNS": plan, "HOW": how}, lines)


_FUNCTIONS = (
    _cells.fed,
    _cells.words,
    _cells.truths,
    _cells.numbers,
    _cells.all_numbers,
    _table_outputs.in_pieces,
    _table_outputs.scored,
    _table_outputs.named,
    _table_results.as_result,
    _table_results.is_unscaled,
    _table_results.as_ranking,
    _table_results.as_list,
    _table_results.as_table,
    _table_results.answer_cells,
)


def _field_names(names: list[str]) -> list[str]:
    return _column_fields.field_names(names, [function.__name__ for function in _FUNCTIONS])


def _picked(table: Rows, info: ModelInfo) -> list[list[str]]:
    if not table.rows:
        raise BadFile(
            "This table has no rows.", "It holds headings and nothing below them.", "Add rows with values below."
        )
    chosen = _model.places(table, info)
    return [[row[place] for place in chosen] for row in table.rows]


def _row(inputs: Inputs, plan: list[dict[str, Any]]) -> list[Any]:
    names = _field_names([column["name"] for column in plan])
    return ["" if inputs.get(name) is None else inputs[name] for name in names]


def _pairs(table: Rows, chosen: list[int], plan: list[dict[str, Any]]) -> str:
    pairs = [f"“{table.columns[place][:40]}” as {column['name']}" for place, column in zip(chosen, plan, strict=True)]
    return ", ".join(pairs[:12]) + (" …" if len(pairs) > 12 else "")


def _result(made: dict[str, Any]) -> Table | Ranking:
    if made["kind"] == "ranking":
        rows = tuple(RankedLabel(row["label"], row["score"]) for row in made["rows"])
        return Ranking(rows, made["sure"], made["note"], made["independent"])
    return results.Table(made["columns"], made["rows"], made["score_column"], made["note"])
