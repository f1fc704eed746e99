"""Puts what a model for tables gave into the shape of a result. All of it is copied into scripts.

`found` everywhere: names of the scores, the scores float64 (rows, names), the answer to each row; see
`core.tasks._table_outputs`, also for `how`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def as_result(found: tuple[list[str], np.ndarray, list[str]], how: dict[str, Any], free: bool) -> dict[str, Any]:
    """The answer to a single row: a ranking of classes where there are probabilities, else a short list."""
    names, values, _ = found
    if how["reads"] == "classes" and len(names) == values.shape[1] > 0 and not is_unscaled(values, free):
        return as_ranking(found)
    return as_list(found, how)


def is_unscaled(values: np.ndarray, free: bool) -> bool:
    """Whether scores of classes are no probabilities but have no scale: some are negative, or, of models known to
    give such (`free`), above 1.
    """
    kept = values[np.isfinite(values).all(axis=1)]
    return bool(kept.size) and bool(kept.min() < -1e-6 or (free and kept.max() > 1 + 1e-6))


def as_ranking(found: tuple[list[str], np.ndarray, list[str]]) -> dict[str, Any]:
    """The ten most likely classes."""
    names, values, answers = found
    best = np.argsort(-values[0], kind="stable")[:10]
    rows = [{"label": names[place], "score": float(values[0, place])} for place in best]
    note = ""
    if answers[0] in names and answers[0] != rows[0]["label"]:
        note = f"The model itself answers “{answers[0]}”: it decides by another rule than its percentages."
    return {"rows": rows, "sure": True, "note": note, "independent": False, "kind": "ranking"}


def as_list(found: tuple[list[str], np.ndarray, list[str]], how: dict[str, Any]) -> dict[str, Any]:
    """The answer, and every number with it, one below the other."""
    names, values, answers = found
    before = {"groups": "distance to ", "classes": "score of "}.get(how["reads"], "")
    rows: list[tuple[str, str | float]] = [("answer", answers[0])] if answers[0] else []
    rows += [(before + name, float(value)) for name, value in zip(names, values[0], strict=False)]
    notes = {
        "outliers": "A score below 0 counts as an outlier.",
        "classes": "The scores have no scale: the highest wins, but they are no percentages.",
        "groups": "The nearest group is the answer.",
    }
    note = notes.get(how["reads"], "") if values.shape[1] else ""
    return {"columns": ("what", "value"), "rows": tuple(rows), "score_column": "", "note": note, "kind": "table"}


def as_table(
    given: tuple[Sequence[str], Sequence[Sequence[str]]],
    found: tuple[list[str], np.ndarray, list[str]],
    remarks: tuple[dict[int, str], dict[int, str]],
    how: dict[str, Any],
    free: bool,
) -> dict[str, Any]:
    """The first 20 columns of the given table with the answer beside each row, and what there is to say about some.

    `remarks`: why rows have no answer, by row, and what to say about others.
    """
    columns, rows = given
    heads, cells = answer_cells(found, how, free)
    score = "probability" if "probability" in heads else ""
    wrong = dict(remarks[0])
    for place in np.flatnonzero(~np.isfinite(found[1]).all(axis=1)).tolist():
        wrong.setdefault(place, "the model gave no number")
    has_remarks = bool(wrong or remarks[1])
    taken = list(columns[:20])
    heads = [f"{head} (model)" if head in taken else head for head in heads]
    table = []
    for place, row in enumerate(rows):
        answer = [""] * len(heads) if place in wrong else cells[place]
        remark = [wrong.get(place) or remarks[1].get(place, "")] if has_remarks else []
        table.append((*row[: len(taken)], *answer, *remark))
    note = f"Rows without an answer: {len(wrong):,} of {len(rows):,}. The last column says why." if wrong else ""
    return {
        "columns": (*taken, *heads, *(["remark"] if has_remarks else [])),
        "rows": tuple(table),
        "score_column": "" if score in taken else score,
        "note": note,
        "kind": "table",
    }


def answer_cells(
    found: tuple[list[str], np.ndarray, list[str]], how: dict[str, Any], free: bool
) -> tuple[list[str], list[list[str | float]]]:
    """Headings of what is put beside each row, and the cells: the answer, and the one number that says most."""
    names, values, answers = found
    if how["reads"] == "numbers":
        return list(names[:20]), values[:, :20].tolist()
    if not values.shape[1]:
        return ["answer"], [[answer] for answer in answers]
    places = {name: place for place, name in enumerate(names)}
    best = values.argmin(axis=1) if how["reads"] == "groups" else values.argmax(axis=1)
    own = [min(places.get(answer, best[row]), values.shape[1] - 1) for row, answer in enumerate(answers)]
    word = {"groups": "distance", "outliers": "score"}.get(how["reads"], "")
    word = word or ("score" if is_unscaled(values, free) else "probability")
    return ["answer", word], [[answer, float(values[row, own[row]])] for row, answer in enumerate(answers)]
