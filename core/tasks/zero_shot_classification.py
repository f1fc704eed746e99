"""Sorts a text into labels the user makes up, by a model that says whether one sentence follows from another.

Facts (`info.preparation`): those of `core.tasks._tokens`, and `labels` names in the order of the scores, one of which
means that it follows (`entailment`) and one that it doesn't (`contradiction`, `not_entailment`) · `sure_above` 0 to 1,
below it the answer counts as "not sure".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.errors import BadText, TooLarge
from core.fields import Field
from core.results import RankedLabel, Ranking
from core.script import Script
from core.tasks import _text_outputs, _tokens, _vocabulary
from core.types import Fact, Graph, Inputs, ModelInfo, Say

TITLE = "Sort a text into my own labels"
SUMMARY = "You make up the labels, and the model says which fit your text."
RESULT = "ranking"

MOST_LABELS = 100
SEVERAL = ("one fits best", "several may fit")
_TEMPLATE = "This example is {}."
_EXAMPLE = "I was charged twice for one order and want my money back."
_LABELS = "payment\ndelivery\nlogin and password\nbroken device"

warm_up = _tokens.warm_up


def fits(info: ModelInfo) -> float:
    """High where the labels say whether one text follows from another."""
    graph = next(iter(info.parts.values()))
    if len(info.parts) > 1 or not _vocabulary.main_file(info) or not _tokens.reads_pieces(graph):
        return 0.0
    known = _text_outputs.entailment(_text_outputs.labels(info))
    port = _text_outputs.output(graph, rank=2)
    return 0.9 if known and port and _text_outputs.width(port) != 1 else 0.0


def assume(info: ModelInfo) -> dict[str, Fact]:
    """Names from the file's notes."""
    graph = next(iter(info.parts.values()))
    return {
        **_tokens.assume(info),
        "labels": _text_outputs.labels_fact(graph),
        "sure_above": Fact(0.5, "our own rule", certain=False),
    }


def fields(info: ModelInfo) -> tuple[Field, ...]:
    """A text, labels, whether several may hold, and the sentence they are put into."""
    del info
    return (
        Field("text", "text", "Your text", "A sentence or a few.", _EXAMPLE),
        Field("labels", "texts", "Your labels", "One per line.", _LABELS),
        Field("several", "choice", "How many labels fit", "", SEVERAL[0], SEVERAL),
        Field("template", "text", "Sentence the label is put into", "{} stands for the label.", _TEMPLATE),
    )


def verified(info: ModelInfo) -> str:
    """What cutting, reading and scores were compared with."""
    del info
    return "transformers 4.57"


def answer(inputs: Inputs, parts: Mapping[str, Graph], info: ModelInfo, say: Say) -> Ranking:
    """The labels, the best one first. Raises BadText without text, label or a place for it, TooLarge for very many."""
    text, labels = inputs["text"], list(dict.fromkeys(inputs["labels"]))
    if not text.strip() or not labels or "{}" not in inputs["template"]:
        raise BadText(
            "There is nothing to sort yet.",
            "Sorting takes a text, at least one label, and a sentence in which {} stands for the label.",
            "Add what is missing and try again.",
        )
    if len(labels) > MOST_LABELS:
        raise TooLarge(
            "These are too many labels.",
            f"There are {len(labels)}; the limit is {MOST_LABELS}, because the text is read once for each.",
            "Give fewer labels.",
        )
    plan, names = _plan(info), list(info.preparation["labels"].value)
    sentences = [inputs["template"].replace("{}", label) for label in labels]
    found = [parts[0] for parts in _tokens.pairs(text, sentences, info, plan)]
    rows = _tokens.run(parts[next(iter(info.parts))], found, info, plan, rank=1, say=say)
    if len(rows[0][0]) < 2:
        raise _tokens.odd("It gives one score where at least two are needed: that it follows, and that it doesn't.")
    sorted_in = followed([row[0] for row in rows], labels, names, inputs["several"] == SEVERAL[1], _sure(info))
    ranked = tuple(RankedLabel(row["label"], row["score"]) for row in sorted_in["rows"])
    return Ranking(ranked, sorted_in["sure"], sorted_in["note"], sorted_in["independent"])


def explain(inputs: Inputs, info: ModelInfo) -> tuple[str, ...]:
    """How each label was judged, and what was cut."""
    plan = _plan(info)
    sentences = [inputs["template"].replace("{}", label) for label in dict.fromkeys(inputs["labels"])]
    found = _tokens.pairs(inputs["text"], sentences, info, plan)
    cut = max((part for part in found if len(part) > 1), key=lambda part: len(part[0].ids), default=None)
    kept = max(end for (_, end), own in zip(cut[0].offsets, cut[0].sequence_ids, strict=True) if own == 0) if cut else 0
    words = " ".join(inputs["text"][max(kept - 60, 0) : kept].split()[-5:])
    each = "Each label was judged on its own, so several may fit."
    return (
        *_tokens.explain(info, found[0][:1] if found else ()),
        *(f"For each label the model was asked whether “{one}” follows from your text." for one in sentences[:1]),
        each if inputs["several"] == SEVERAL[1] else "The shares of all labels add up to 100 %.",
        *((f"The text is longer than the model reads: only its start, up to “…{words}”, was used.",) if cut else ()),
    )


def code(inputs: Inputs, info: ModelInfo) -> Script:
    """Cut, run, compare: the app's own functions."""
    del inputs
    main = (
        "labels = list(dict.fromkeys(labels))\n"
        "found = [windows(tokenizer, text, template.replace('{}', label), HOW)[0][0] for label in labels]\n"
        "rows = [np.float64(row[0]) for row in ran(model, found, HOW, pad_id)]\n"
        f"result = followed(rows, labels, NAMES, several == {SEVERAL[1]!r}, {_sure(info)!r})"
    )
    constants = {"NAMES": list(info.preparation["labels"].value)}
    return _tokens.script(main, (followed,), _plan(info), info, constants)


def followed(
    rows: Sequence[np.ndarray], labels: Sequence[str], names: Sequence[str], several: bool, sure_above: float
) -> dict[str, Any]:
    """The labels by how well they follow, from one row of scores (C,) for each.

    `names` of the scores say which one means that it follows; without them it is the last, and the first the contrary.
    Source of the rule: the zero-shot classification of transformers.
    """
    logits = np.stack(rows)
    lowered = [name.casefold() for name in names] if len(names) == logits.shape[1] else []
    yes = next((place for place, name in enumerate(lowered) if name.startswith("entail")), logits.shape[1] - 1)
    against = ("contra", "not_entail", "not entail", "not-entail")
    usual = logits.shape[1] - 1 if yes == 0 else 0
    no = next((place for place, name in enumerate(lowered) if name.startswith(against)), usual)
    alone = several or len(labels) == 1
    compared = logits[:, [no, yes]] if alone else logits[:, yes][None]
    shares = np.exp(compared - compared.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    scores = shares[:, 1] if alone else shares[0]
    best = [int(place) for place in np.argsort(-scores, kind="stable")]
    sure = bool(scores.max() >= sure_above)
    return {
        "kind": "ranking",
        "rows": [{"label": labels[place], "score": float(scores[place])} for place in best],
        "sure": sure,
        "note": "" if sure else "None of your labels seems to fit well.",
        "independent": alone,
    }


def _plan(info: ModelInfo) -> dict[str, Any]:
    port = _text_outputs.output(next(iter(info.parts.values())), rank=2)
    return {**_tokens.how(info, [port.name] if port else []), "stride": 0}


def _sure(info: ModelInfo) -> float:
    return float(info.preparation["sure_above"].value)
