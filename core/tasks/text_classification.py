"""Says what kind of text it is: a mood, a topic, several labels at once, or a number.

Facts (`info.preparation`): those of `core.tasks._tokens`, and `labels` names in the order of the scores ·
`problem_type` `single_label_classification` (one holds), `multi_label_classification` (each is judged on its own) or
`regression` (numbers, not shares) · `scores_are` `logits` or `probabilities` · `sure_above` 0 to 1, below it the answer
counts as "not sure".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.errors import BadText
from core.fields import Field
from core.results import RankedLabel, Ranking, Table
from core.script import Script
from core.tasks import _text_outputs, _tokens, _vocabulary
from core.tasks._text_outputs import named
from core.types import Fact, Graph, GraphInfo, Inputs, ModelInfo, Port, Say

TITLE = "Say what kind of text it is"
SUMMARY = "Gives the labels the model finds most likely for your text, such as its mood or topic."
RESULT = "ranking"
ALSO = ("table",)

_EXAMPLE = "The staff were friendly and the room was spotless. We would love to come back!"

warm_up = _tokens.warm_up


def fits(info: ModelInfo) -> float:
    """High for pieces of words in and one row of scores out, with a file that says how texts are cut."""
    graph = next(iter(info.parts.values()))
    if len(info.parts) > 1 or not _vocabulary.main_file(info) or not _tokens.reads_pieces(graph):
        return 0.0
    if _scores(graph) is None:
        return 0.0
    labels = _text_outputs.labels(info)
    if _text_outputs.entailment(labels):
        return 0.5  # it compares two texts, which is mostly used to sort into labels of one's own
    return 0.8 if labels else 0.6


def assume(info: ModelInfo) -> dict[str, Fact]:
    """Names from the file's notes; one score is a number, several are labels of which one holds."""
    graph = next(iter(info.parts.values()))
    port = _scores(graph)
    count = _text_outputs.width(port)
    alone = Fact("regression", "the model gives one number", certain=False)
    usual = Fact("single_label_classification", "what most models of this kind do", certain=False)
    return {
        **_tokens.assume(info),
        "labels": _text_outputs.labels_fact(graph),
        "problem_type": alone if count == 1 else usual,
        "scores_are": _text_outputs.scale(port),
        "sure_above": Fact(0.5, "our own rule", certain=False),
    }


def fields(info: ModelInfo) -> tuple[Field, ...]:
    """One text, and a second one for models that compare two."""
    del info
    return (
        Field("text", "text", "Your text", "A sentence or a few.", _EXAMPLE),
        Field("second", "text", "Second text", "Only for models that compare two texts.", "", required=False),
    )


def verified(info: ModelInfo) -> str:
    """What cutting, reading and scores were compared with."""
    del info
    return "transformers 4.57"


def answer(inputs: Inputs, parts: Mapping[str, Graph], info: ModelInfo, say: Say) -> Ranking | Table:
    """The most likely labels, or numbers. Long texts are read in parts, of whose scores the mean is taken.

    Raises BadText without a text, RunFailed when the scores are no row of numbers.
    """
    if not inputs["text"].strip():
        raise BadText("There is no text yet.", "The field is empty.", "Write or paste a text and try again.")
    role = next(iter(info.parts))
    plan = _plan(info)
    found, _ = _tokens.windows(inputs["text"], inputs.get("second") or None, info, plan)
    rows = _tokens.run(parts[role], found, info, plan, rank=1, say=say)
    judged = classified([row[0] for row in rows], _reading(info))
    if judged["kind"] == "table":
        return Table(judged["columns"], judged["rows"], note=judged["note"])
    labels = tuple(RankedLabel(row["label"], row["score"]) for row in judged["rows"])
    return Ranking(labels, judged["sure"], judged["note"], judged["independent"])


def explain(inputs: Inputs, info: ModelInfo) -> tuple[str, ...]:
    """How the text was cut and read, and where names and shares come from."""
    facts = info.preparation
    found, _ = _tokens.windows(inputs["text"], inputs.get("second") or None, info, _plan(info))
    how = {
        "single_label_classification": "The shares add up to 100 %: one label holds.",
        "multi_label_classification": "Each label was judged on its own, so several may hold.",
        "regression": "The model gives numbers, not shares.",
    }
    guess = "" if facts["problem_type"].certain else " That is a guess."
    average = ("The answer is the mean over these parts.",) if len(found) > 1 else ()
    names = f"The names come from {facts['labels'].source}." if facts["labels"].value else "The labels have no names."
    return (*_tokens.explain(info, found), *average, names, f"{how[facts['problem_type'].value]}{guess}")


def code(inputs: Inputs, info: ModelInfo) -> Script:
    """Cut, run, judge: the app's own functions."""
    del inputs
    main = (
        "found, _ = windows(tokenizer, text, second or None, HOW)\n"
        "rows = ran(model, found, HOW, pad_id)\n"
        "result = classified([row[0] for row in rows], READING)"
    )
    needed = (named, classified)
    return _tokens.script(main, needed, _plan(info), info, {"READING": _reading(info)})


def classified(rows: Sequence[np.ndarray], reading: Mapping[str, Any]) -> dict[str, Any]:
    """The most likely labels from one row of scores for each part of the text, (C,); numbers for a regression."""
    scores = np.asarray(rows, np.float64)
    raw, kind = scores.mean(axis=0), reading["problem_type"]
    names, note = named(reading["labels"], len(raw))
    if kind == "regression":
        rows_shown = [(name if names else "value", float(value)) for name, value in zip(names or raw, raw, strict=True)]
        if len(raw) == 1 and reading["unsure_type"]:
            rows_shown.append(("as a share, if it answers yes or no", float(1 / (1 + np.exp(-raw[0])))))
        return {
            "kind": "table",
            "columns": ("of", "value"),
            "rows": tuple(rows_shown),
            "score_column": "",
            "note": note,
        }
    independent = kind == "multi_label_classification"
    if reading["scores_are"] == "logits":
        if independent:
            scores = 1 / (1 + np.exp(-np.clip(scores, -700, 700)))
        else:
            scores = np.exp(scores - scores.max(axis=1, keepdims=True))
            scores /= scores.sum(axis=1, keepdims=True)
    mean = scores.mean(axis=0)
    best = [int(place) for place in np.argsort(-mean, kind="stable")]
    shown = [place for rank, place in enumerate(best) if rank < 5 or (independent and rank < 20 and mean[place] > 0.5)]
    sure = bool(mean.max() >= reading["sure_above"])
    unsure = "No label holds for sure." if independent else "No label stands out."
    return {
        "kind": "ranking",
        "rows": [
            {"label": names[place] if names else f"Class {place}", "score": float(mean[place])} for place in shown
        ],
        "sure": sure,
        "note": note if sure else f"{unsure} {note}".strip(),
        "independent": independent,
    }


def _plan(info: ModelInfo) -> dict[str, Any]:
    port = _scores(next(iter(info.parts.values())))
    return _tokens.how(info, [port.name] if port else [])


def _reading(info: ModelInfo) -> dict[str, Any]:
    facts = info.preparation
    wanted = ("labels", "problem_type", "scores_are", "sure_above")
    return {**{name: facts[name].value for name in wanted}, "unsure_type": not facts["problem_type"].certain}


def _scores(graph: GraphInfo) -> Port | None:
    """The output with one row of scores; None when there is none."""
    return _text_outputs.output(graph, rank=2)
