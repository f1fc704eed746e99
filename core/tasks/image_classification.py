"""Names what is in a picture.

Facts (`info.preparation`): `labels` names in the order of the scores · `resize` how the picture is made to fit:
`crop` (shortest side to `resize_px`, then the middle), `stretch` or `fit` (grey frame) · `width_px`, `height_px` ·
`resample` bicubic, bilinear, nearest, lanczos · `colour` RGB, BGR, grey · `mean`, `std` on the scale 0 to 255 ·
`layout` NCHW or NHWC · `dtype` of what is fed · `sure_above` 0 to 1, below it the answer counts as "not sure" ·
`unsure_note` the sentence that says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.errors import RunFailed
from core.fields import Field
from core.results import RankedLabel, Ranking
from core.script import Script
from core.tasks import _notes, _picture_input, _pictures
from core.types import Fact, Graph, Inputs, ModelInfo, Port, Say

TITLE = "Name what is in a picture"
SUMMARY = "Shows the five names the model finds most likely for your picture."
RESULT = "ranking"


def fits(info: ModelInfo) -> float:
    """High for one picture in and one row of scores out."""
    graph = next(iter(info.parts.values()))
    if len(info.parts) > 1 or len(graph.inputs) != 1 or len(graph.outputs) != 1:
        return 0.0
    if not _picture_input.takes_picture(graph.inputs[0]) or not _gives_scores(graph.outputs[0]):
        return 0.0
    return 0.95 if _notes.labels(graph.metadata) else 0.85


def assume(info: ModelInfo) -> dict[str, Fact]:
    """Size, order and type from the shape of the input; names from the file's notes; colours as most models want."""
    graph = next(iter(info.parts.values()))
    port, notes = graph.inputs[0], "the model's own notes"
    names = _notes.labels(graph.metadata)
    return {
        **_picture_input.facts(graph, port, "crop", 224, "what most classifiers do"),
        "labels": Fact(names, notes) if names else Fact([], "the file doesn't name its classes", certain=False),
        "sure_above": Fact(0.30, "our own rule", certain=False),
        "unsure_note": Fact("None of the names the model knows stands out here.", "our own rule", certain=False),
    }


def fields(info: ModelInfo) -> tuple[Field, ...]:
    """One picture, or many at once."""
    del info
    return (Field("picture", "picture", "Your picture", "One thing, large and in the middle, works best.", many=True),)


def answer(inputs: Inputs, parts: Mapping[str, Graph], info: ModelInfo, say: Say) -> Ranking:
    """The five most likely names. Raises RunFailed when the scores are not numbers."""
    del say
    role, graph = next(iter(info.parts.items()))
    facts = _values(info)
    fed = _pictures.prepared(inputs["picture"], facts)
    scores = parts[role]({graph.inputs[0].name: fed})[graph.outputs[0].name]
    if not np.isfinite(scores).all():
        raise RunFailed(
            "The model's answer isn't made of numbers.",
            "Some scores are infinite or missing, which means it was fed something it wasn't made for.",
            "Change how pictures are prepared under “How it is fed”, or try another picture.",
        )
    found = ranked(scores, facts["labels"], facts["sure_above"], facts["unsure_note"])
    rows = tuple(RankedLabel(row["label"], row["score"]) for row in found["rows"])
    return Ranking(rows, found["sure"], found["note"])


def explain(inputs: Inputs, info: ModelInfo) -> tuple[str, ...]:
    """What was done to the picture, and where the names and percentages come from."""
    facts = info.preparation
    return (
        *_picture_input.sentences(inputs.get("picture"), facts),
        f"The names come from {facts['labels'].source}."
        if facts["labels"].value
        else "The file doesn't name its classes, so they are numbered.",
        f"Below {facts['sure_above'].value:.0%} for the best name, the answer counts as “not sure”.",
    )


def code(inputs: Inputs, info: ModelInfo) -> Script:
    """Prepare, run, rank: the app's own functions."""
    del inputs
    role, graph = next(iter(info.parts.items()))
    facts = _values(info)
    feed, read = repr(graph.inputs[0].name), repr(graph.outputs[0].name)
    main = (
        f"fed = prepared(picture, HOW)\n"
        f"scores = parts[{role!r}]({{{feed}: fed}})[{read}]\n"
        f"result = ranked(scores, LABELS, {facts['sure_above']!r}, {facts['unsure_note']!r})"
    )
    constants: dict[str, Any] = {"HOW": _picture_input.how(info.preparation), "LABELS": facts["labels"]}
    return Script(main, (*_pictures.FUNCTIONS, ranked), constants, ("from typing import Any",))


def ranked(values: np.ndarray, labels: list[str], sure_above: float, unsure_note: str) -> dict[str, Any]:
    """The five best of the scores (1, C) or (1, C, 1, 1), made into probabilities where they are not yet."""
    scores = np.asarray(values, np.float64).reshape(len(values), -1)[0]
    if scores.min() < 0 or abs(scores.sum() - 1) > 0.01:
        scores = np.exp(scores - scores.max())
        scores /= scores.sum()
    names, note = list(labels), "" if labels else "The file doesn't name its classes, so they are numbered."
    if len(scores) == len(names) + 1:
        names = ["background", *names]
    if names and len(names) != len(scores):
        note = f"The model gives {len(scores)} scores but {len(names)} names are known, so numbers are shown."
        names = []
    best = np.argsort(-scores, kind="stable")[:5]
    rows = [{"label": names[i] if names else f"Class {i}", "score": min(float(scores[i]), 1.0)} for i in best]
    sure = bool(scores.max() >= sure_above)
    words = note if sure else f"{unsure_note} {note}".strip()
    return {"rows": rows, "sure": sure, "note": words, "independent": False, "kind": "ranking"}


def _values(info: ModelInfo) -> dict[str, Any]:
    return {name: fact.value for name, fact in info.preparation.items()}


def _gives_scores(port: Port) -> bool:
    if port.kind != "tensor" or port.shape is None or not port.dtype.startswith("float"):
        return False
    rest = port.shape[2:]
    row = len(port.shape) == 2 or (len(port.shape) == 4 and rest == (1, 1))
    return row and port.shape[1] != 1
