"""Names what is in a picture.

Facts (`info.preparation`), besides those of a picture input (`core.tasks._picture_input`): `labels` names in the order
of the scores · `problem_type` what the scores mean: `single_label_classification` one name is right (softmax),
`multi_label_classification` each is judged on its own (sigmoid), `regression` numbers, not names · `sure_above` 0 to 1,
below it the answer counts as "not sure" · `unsure_note` the sentence that says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from core import notes
from core.errors import RunFailed
from core.fields import Field
from core.results import RankedLabel, Ranking, Table
from core.script import Script
from core.tasks import _imagenet, _picture_input, _pictures
from core.types import Fact, Graph, GraphInfo, Inputs, ModelInfo, Port, Say

TITLE = "Name what is in a picture"
SUMMARY = "Shows the five names the model finds most likely for your picture."
RESULT = "ranking"
ALSO = ("table",)
warm_up = _imagenet.names

_FEATURES = ("embed", "feature", "pooler", "descriptor")
"""In names of outputs that describe a picture in numbers and name nothing."""
_ONE, _EACH, _NUMBERS = "single_label_classification", "multi_label_classification", "regression"


def fits(info: ModelInfo) -> float:
    """High for one picture in and one row of scores out, with or without the best name beside it."""
    graph = next(iter(info.parts.values()))
    if len(info.parts) > 1 or len(graph.inputs) != 1 or not _picture_input.takes_picture(graph.inputs[0]):
        return 0.0
    port = _scores(graph)
    if port is None or _count(port) == 1:
        return 0.0 if port is None else 0.2
    if any(word in port.name.casefold() for word in _FEATURES):
        return 0.3
    return 0.95 if notes.labels(graph.metadata) or port.kind == "sequence" else 0.85


def assume(info: ModelInfo) -> dict[str, Fact]:
    """Size, order and type from the shape of the input; names from the file's notes; colours as most models want."""
    graph = next(iter(info.parts.values()))
    port, names = graph.inputs[0], notes.labels(graph.metadata)
    return {
        **_picture_input.facts(graph, port, "crop", 224, "what most classifiers do"),
        "labels": Fact(names, "the model's own notes") if names else _unnamed(_scores(graph)),
        "problem_type": Fact(_ONE, "what most classifiers do", certain=False),
        "sure_above": Fact(0.30, "our own rule", certain=False),
        "unsure_note": Fact("None of the names the model knows stands out here.", "our own rule", certain=False),
    }


def _unnamed(port: Port | None) -> Fact:
    """Names where the file has none: with 1,000 scores, or one more for the background, they are ImageNet's."""
    if port is not None and _count(port) in (1000, 1001):
        return Fact(_imagenet.names(), "the usual list of 1,000 things (ImageNet)", certain=False)
    return Fact([], "the file doesn't name its classes", certain=False)


def fields(info: ModelInfo) -> tuple[Field, ...]:
    """One picture, or many at once."""
    del info
    return (Field("picture", "picture", "Your picture", "One thing, large and in the middle, works best.", many=True),)


def verified(info: ModelInfo) -> str:
    """What preparing and reading were compared with."""
    del info
    return "transformers 5.24 and torch 2.13"


def answer(inputs: Inputs, parts: Mapping[str, Graph], info: ModelInfo, say: Say) -> Ranking | Table:
    """The five most likely names; of a model that gives numbers, these. Raises RunFailed when they are none."""
    del say
    role, graph = next(iter(info.parts.items()))
    facts = _values(info)
    fed = _pictures.prepared(inputs["picture"], facts)
    output = (_scores(graph) or graph.outputs[0]).name
    scores, names = row_of(parts[role]({graph.inputs[0].name: fed})[output], facts["labels"])
    _check(scores)
    found = ranked(scores, names, _reading(facts, output))
    if found["kind"] == "table":
        return Table(tuple(found["columns"]), tuple(map(tuple, found["rows"])))
    rows = tuple(RankedLabel(row["label"], row["score"]) for row in found["rows"])
    return Ranking(rows, found["sure"], found["note"], found["independent"])


def _check(scores: np.ndarray) -> None:
    if scores.ndim != 1 or not scores.size:
        raise RunFailed(
            "The model's answer isn't one row of scores.",
            f"It has the shape {' × '.join(map(str, scores.shape)) or 'of a single number'}.",
            "Choose another task for this model, or check under “How it is fed” the size of the picture.",
        )
    if not np.isfinite(scores).all():
        raise RunFailed(
            "The model's answer isn't made of numbers.",
            "Some scores are infinite or missing, which means it was fed something it wasn't made for.",
            "Change how pictures are prepared under “How it is fed”, or try another picture.",
        )


def explain(inputs: Inputs, info: ModelInfo) -> tuple[str, ...]:
    """What was done to the picture, and where the names and percentages come from."""
    facts = info.preparation
    return (
        *_picture_input.sentences(inputs.get("picture"), facts),
        f"The names come from {facts['labels'].source}."
        if facts["labels"].value
        else "The file doesn't name its classes, so they are numbered.",
        _meaning(facts["problem_type"]),
        f"Below {facts['sure_above'].value:.0%} for the best name, the answer counts as “not sure”.",
    )


def _meaning(problem: Fact) -> str:
    words = {
        _EACH: "Each name was judged on its own, so several may hold",
        _NUMBERS: "The model gives numbers, not names",
    }.get(problem.value, "One name was taken to be right, so that the scores of all together are 100 %")
    return f"{words}, because {problem.source} says so." if problem.certain else f"{words}."


def code(inputs: Inputs, info: ModelInfo) -> Script:
    """Prepare, run, rank: the app's own functions."""
    del inputs
    role, graph = next(iter(info.parts.items()))
    facts = _values(info)
    feed, read = repr(graph.inputs[0].name), repr((_scores(graph) or graph.outputs[0]).name)
    main = (
        f"fed = prepared(picture, HOW)\n"
        f"scores, names = row_of(parts[{role!r}]({{{feed}: fed}})[{read}], LABELS)\n"
        f"result = ranked(scores, names, READING)"
    )
    constants: dict[str, Any] = {"HOW": _picture_input.how(info.preparation), "LABELS": facts["labels"]}
    constants["READING"] = _reading(facts, (_scores(graph) or graph.outputs[0]).name)
    return Script(main, (*_pictures.FUNCTIONS, row_of, ranked), constants, ("from typing import Any",))


def row_of(value: Any, labels: list[str]) -> tuple[np.ndarray, list[str]]:
    """The first row of scores, float64 (C,), and its names: of (1, C), (1, C, 1, 1), or [{name: score}] (ZipMap)."""
    value = value if isinstance(value, list) else np.atleast_1d(value)
    first = value[0] if len(value) else []
    if isinstance(first, dict):
        named = all(isinstance(name, str) for name in first)
        return np.asarray(list(first.values()), np.float64), list(first) if named else list(labels)
    row = np.asarray(first, np.float64)
    return row.reshape(-1) if row.size == max((1, *row.shape)) else row, list(labels)


def _reading(facts: Mapping[str, Any], output: str) -> dict[str, Any]:
    """What `ranked` goes by. An output that is called logits holds no probabilities yet."""
    told = {name: facts[name] for name in ("sure_above", "unsure_note", "problem_type")}
    return {**told, "raw": output == "logits", "shown": facts.get("shown", 5)}


def ranked(scores: np.ndarray, labels: list[str], how: dict[str, Any]) -> dict[str, Any]:
    """The best of the scores (C,), as many as `shown` says, made into probabilities where they are not yet.

    As transformers do it: by softmax, or each by the logistic function where each is judged on its own, as where there
    is only one.
    """
    problem, raw = how["problem_type"], how["raw"]
    names, note = list(labels), "" if labels else "The file doesn't name its classes, so they are numbered."
    if len(scores) == len(names) + 1 and len(names) > 1:
        names = ["background", *names]
    if names and len(names) != len(scores) and (len(scores) > 1 or len(names) > 2):
        note = f"The model gives {len(scores)} scores but {len(names)} names are known, so numbers are shown."
        names = []
    if problem == "regression":
        rows = [[names[i] if names else f"Number {i + 1}", float(scores[i])] for i in range(min(len(scores), 1000))]
        return {"columns": ["What", "Value"], "rows": rows, "kind": "table"}
    each = problem == "multi_label_classification" or len(scores) == 1
    if each and (raw or scores.min() < 0 or scores.max() > 1):
        scores = np.exp(-np.logaddexp(0, -scores))
    elif not each and (raw or scores.min() < 0 or abs(scores.sum() - 1) > 0.01):
        scores = np.exp(scores - scores.max())
        scores = scores / scores.sum()
    if len(scores) == 1 and len(names) == 2:
        scores = np.array([1 - scores[0], scores[0]])
    best = np.argsort(-scores, kind="stable")
    best = best[: max(how["shown"], min(50, int((scores > 0.5).sum())) if each else 0)]
    found = [{"label": names[i] if names else f"Class {i}", "score": float(scores[i])} for i in best]
    sure = bool(scores.max() >= how["sure_above"])
    words = note if sure else f"{how['unsure_note']} {note}".strip()
    return {"rows": found, "sure": sure, "note": words, "independent": each, "kind": "ranking"}


def _values(info: ModelInfo) -> dict[str, Any]:
    return {name: fact.value for name, fact in info.preparation.items()}


def _scores(graph: GraphInfo) -> Port | None:
    """The output with the scores: the only one, or `logits`, or one beside which only the best name is told."""
    rows = [port for port in graph.outputs if _is_row(port)]
    named = next((port for port in rows if port.name == "logits"), None)
    others = [port for port in graph.outputs if port not in rows]
    if len(rows) == 1 and (named or all(_is_name(port) for port in others)):
        return rows[0]
    return named


def _is_row(port: Port) -> bool:
    if port.kind == "sequence":
        return port.type.startswith("seq(map(") and port.dtype.startswith("float")
    if port.kind != "tensor" or port.shape is None or not port.dtype.startswith("float"):
        return False
    shape = port.shape
    return len(shape) == 2 or (len(shape) == 4 and (1, 1) in (shape[1:3], shape[2:]))


def _is_name(port: Port) -> bool:
    words = port.dtype in ("string", "int64", "int32")
    return port.kind == "tensor" and words and port.shape is not None and len(port.shape) <= 2


def _count(port: Port) -> int | None:
    """How many classes there are; None when the file leaves it open."""
    shape = port.shape or ()
    size = next((size for size in shape[1:] if size != 1), 1) if len(shape) > 1 else None
    return size if isinstance(size, int) else None
