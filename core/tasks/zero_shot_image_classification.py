"""Says which of your own words fits a picture (CLIP, SigLIP).

Facts (`info.preparation`), besides those of `core.tasks._picture_input` and `core.tasks._towers`: `scores` how the
model's numbers become percentages: `softmax` shares among the labels, `sigmoid` each label on its own · `logit_scale`,
`logit_bias` what the likeness of words and picture is multiplied with and what is added, where the model leaves that
to us · `sure_above` 0 to 1, below it the answer counts as "not sure".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.errors import BadText, RunFailed, TooLarge
from core.fields import Field
from core.results import RankedLabel, Ranking
from core.script import Script
from core.tasks import _picture_input, _tower_ports, _towers, _vocabulary
from core.tasks._pictures import prepared
from core.tasks._towers import fed_words, unit
from core.types import Fact, Graph, Inputs, ModelInfo, Say

TITLE = "Which of my words fits"
SUMMARY = "You write the labels; the model says which one fits your picture best."
RESULT = "ranking"

MOST_LABELS = 200
_PLACE = "{label}"
_EXAMPLE = "a cat\na dog\na cup of coffee\na person\na building"
_RELATIVE = "The model's own scale isn't in its files: the order holds, the percentages are only relative."
_kept: dict[str, Any] = {}
"""The labels of the last picture as vectors."""


warm_up = _towers.warm_up


def fits(info: ModelInfo) -> float:
    """Certain for a model with a half for words and one for pictures."""
    towers = _tower_ports.find(info)
    if towers is None:
        return 0.0
    return 0.95 if towers.logits or set(info.parts) == {"text", "vision"} else 0.85


def assume(info: ModelInfo) -> dict[str, Fact]:
    """As CLIP or SigLIP take pictures and words, told apart by config.json or the inputs."""
    towers = _tower_ports.find(info)
    if towers is None:
        return {}
    kind, why, certain = _towers.family(info, towers)
    apart, own = not towers.logits, "our own rule"
    sigmoid = kind == _towers.SIGLIP and not apart
    unknown = "the files don't say; it is what CLIP models end up with"
    return {
        **_towers.picture_facts(info, towers),
        **_towers.word_facts(info, towers),
        "scores": Fact("sigmoid" if sigmoid else "softmax", why, certain=certain and not (apart and kind != "clip")),
        "logit_scale": Fact(100.0, unknown, certain=False) if apart else Fact(1.0, "the model's own answer"),
        "logit_bias": Fact(0.0, unknown, certain=False) if apart else Fact(0.0, "the model's own answer"),
        "sure_above": Fact(0.1 if sigmoid else 0.4, own, certain=False),
    }


def fields(info: ModelInfo) -> tuple[Field, ...]:
    """One picture or many, the labels, and the sentence they are put into."""
    del info
    help_ = "Models of this kind learned from sentences, so each label is put into one."
    default = f"This is a photo of {_PLACE}."
    return (
        Field("picture", "picture", "Your picture", many=True),
        Field("labels", "texts", "Your labels", "One per line, two or more.", default=_EXAMPLE),
        Field("template", "text", f"The sentence around a label, {_PLACE}", help_, default=default, required=False),
    )


def answer(inputs: Inputs, parts: Mapping[str, Graph], info: ModelInfo, say: Say) -> Ranking:
    """All labels, the best first. Raises BadText without labels, RunFailed when the scores can't be read."""
    towers, facts = _found(info), _values(info)
    how, tokenizer = _towers.how(info, towers), _vocabulary.tokenizer(info)
    labels, texts = _texts(inputs)
    _towers.too_long(texts, info, towers)
    say(None, "Comparing words and picture")
    with _towers.readable():
        if towers.logits:
            scores = graph_scores(inputs["picture"], texts, parts, tokenizer, how)
        else:
            words = _word_vectors(texts, parts, how, info)
            scores = vector_scores(inputs["picture"], words, parts, {**how, **facts})
    if scores.shape != (len(labels),) or not np.isfinite(scores).all():
        raise _unreadable(scores, labels)
    found = ranked_labels(scores, labels, facts["scores"], facts["sure_above"], _note(info, labels))
    rows = tuple(RankedLabel(row["label"], row["score"]) for row in found["rows"])
    return Ranking(rows, found["sure"], found["note"], found["independent"])


def explain(inputs: Inputs, info: ModelInfo) -> tuple[str, ...]:
    """How picture and words were fed, and what the percentages mean."""
    labels, texts = _texts(inputs)
    facts = _values(info)
    each = facts["scores"] == "sigmoid"
    return (
        *_picture_input.sentences(inputs.get("picture"), info.preparation),
        f"Each label was put into a sentence, such as “{texts[0]}”.",
        *_cut(labels, texts, info),
        "Each label was judged on its own; several may fit, or none."
        if each
        else "The percentages are shares among your labels: they always add up to 100 %, even when none fits.",
        *((_RELATIVE,) if not info.preparation["logit_scale"].certain else ()),
    )


def verified(info: ModelInfo) -> str:
    """What the numbers were compared with."""
    return "transformers 5.24" if _tower_ports.find(info) else ""


def code(inputs: Inputs, info: ModelInfo) -> Script:
    """Words, picture, compare: the app's own functions."""
    towers, facts = _found(info), _values(info)
    how = _towers.how(info, towers)
    scores = (
        "scores = graph_scores(picture, texts, parts, tokenizer, HOW)"
        if towers.logits
        else "scores = vector_scores(picture, word_vectors(texts, parts, tokenizer, HOW), parts, HOW)"
    )
    labels, _ = _texts(inputs)
    main = (
        "labels = list(dict.fromkeys(labels))\n"
        "texts = [sentence(label, template) for label in labels]\n"
        f"{scores}\n"
        f"result = ranked_labels(scores, labels, {facts['scores']!r}, {facts['sure_above']!r}, "
        f"{_note(info, labels)!r})"
    )
    constants = {"HOW": {**how, **{name: facts[name] for name in ("logit_scale", "logit_bias")}}}
    return _towers.script(main, (sentence, graph_scores, vector_scores, ranked_labels), constants, info)


def sentence(label: str, template: str) -> str:
    """The label in its sentence; without one, the label alone."""
    template = template or "{label}"
    return template.replace("{label}", label) if "{label}" in template else template.replace("{}", label)


def graph_scores(
    picture: np.ndarray, texts: Sequence[str], parts: Mapping[str, Any], tokenizer: Any, how: dict[str, Any]
) -> np.ndarray:
    """What a graph with both halves says about each text and the picture: (texts,), any number."""
    words, fed, found = fed_words(texts, tokenizer, how), prepared(picture, how), []
    for start in range(0, len(texts), how["at_once"]):
        some = {name: values[start : start + how["at_once"]] for name, values in words.items()}
        found.append(np.ravel(parts[how["text"]]({**some, how["picture_in"]: fed})[how["logits"]]))
    return np.concatenate(found).astype(np.float64)


def vector_scores(picture: np.ndarray, words: np.ndarray, parts: Mapping[str, Any], how: dict[str, Any]) -> np.ndarray:
    """How alike the picture and each text are, times the model's scale: (texts,), any number."""
    also = {name: np.asarray(one["values"], one["dtype"]) for name, one in how["also"].items()}
    seen = unit(parts[how["vision"]]({how["picture_in"]: prepared(picture, how), **also})[how["image_out"]])
    return np.asarray(words @ seen[0] * how["logit_scale"] + how["logit_bias"], np.float64)


def ranked_labels(scores: np.ndarray, labels: list[str], kind: str, sure_above: float, note: str) -> dict[str, Any]:
    """All labels, the best first: shares of 1 (`softmax`), or each 0 to 1 on its own (`sigmoid`)."""
    if kind == "sigmoid":
        values = np.exp(-np.logaddexp(0, -scores))
    else:
        values = np.exp(scores - scores.max())
        values = values / values.sum()
    order = np.argsort(-values, kind="stable")
    rows = [{"label": labels[place], "score": float(values[place])} for place in order]
    sure = bool(values.max() >= sure_above)
    words = note if sure else f"None of your labels stands out. {note}".strip()
    return {"rows": rows, "sure": sure, "note": words, "independent": kind == "sigmoid", "kind": "ranking"}


def _found(info: ModelInfo) -> _tower_ports.Towers:
    towers = _tower_ports.find(info)
    if towers is None:
        raise RunFailed(
            "This model can't compare words with pictures.",
            "It takes one part for words and one for pictures, as CLIP and SigLIP models have them.",
            "Choose another task for this model, or another model.",
        )
    return towers


def _values(info: ModelInfo) -> dict[str, Any]:
    return {name: fact.value for name, fact in info.preparation.items()}


def _texts(inputs: Inputs) -> tuple[list[str], list[str]]:
    """The labels, each once, and the sentences they are put into."""
    labels, template = list(dict.fromkeys(inputs["labels"] or ())), inputs.get("template") or ""
    if not labels:
        raise BadText("There are no labels yet.", "The model chooses among your words.", "Write one label per line.")
    if len(labels) > MOST_LABELS:
        raise TooLarge(
            "These are too many labels.",
            f"There are {len(labels):,}; the limit is {MOST_LABELS}. Each line counts as one.",
            "Give fewer lines.",
        )
    if template.strip() and _PLACE not in template and "{}" not in template:
        raise BadText(
            "The sentence has no place for a label.",
            f"It says “{template[:80]}”, so every label would give the same sentence.",
            f"Write {_PLACE} where the label belongs, or leave the sentence empty.",
        )
    return labels, [sentence(label, template) for label in labels]


def _word_vectors(texts: list[str], parts: Mapping[str, Any], how: dict[str, Any], info: ModelInfo) -> np.ndarray:
    """As `_towers.word_vectors`; kept for the next picture, since the words are mostly the same."""
    fed = [how[name] for name in ("tokenizer", "max_tokens", "pad_to", "pad_id")]
    key = (info.id, info.parts[how["text"]].sha256, tuple(texts), repr(fed))
    if _kept.get("key") != key:
        _kept["vectors"] = _towers.word_vectors(texts, parts, _vocabulary.tokenizer(info), how)
        _kept["key"] = key
    found: np.ndarray = _kept["vectors"]
    return found


def _unreadable(scores: np.ndarray, labels: list[str]) -> RunFailed:
    wrong = "some of its scores are infinite or missing"
    if scores.shape != (len(labels),):
        wrong = f"it gave {scores.size} scores for {len(labels)} labels"
    return RunFailed(
        "The model's answer can't be read.",
        f"It should give one number per label, but {wrong}.",
        "Check under “How it is fed” how pictures are prepared, or try another model.",
    )


def _note(info: ModelInfo, labels: list[str]) -> str:
    shares = info.preparation["scores"].value == "softmax"
    alone = "With a single label this is always 100 %; add others to compare." if shares and len(labels) == 1 else ""
    return alone or ("" if info.preparation["logit_scale"].certain else _RELATIVE)


def _cut(labels: list[str], texts: list[str], info: ModelInfo) -> list[str]:
    """A sentence about labels that were longer than the model reads."""
    how = _towers.how(info, _found(info))
    long = _towers.too_long(texts, info, _found(info))
    most, name = how["max_tokens"], labels[long[0]][:40] if long else ""
    return (
        [f"“{name}” is longer than the {most} pieces of words the model reads; its end was left out."] if long else []
    )
