"""Sorts texts into labels the user types. Facts: those of `core.tasks._texts`, and
`sure_lead` how far the best label has to be ahead of the next · `sure_above` and how alike it has to be at least.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.errors import BadText
from core.fields import Field
from core.results import Table
from core.script import Script
from core.tasks import _texts, _vectors
from core.types import Fact, Graph, Inputs, ModelInfo, Say

TITLE = "Sort texts into my own labels"
SUMMARY = "Gives each text the label that fits its meaning best. You make up the labels."
RESULT = "table"

_TEXTS = (
    "The parcel was two weeks late.\n"
    "I was charged twice for one order.\n"
    "The screen stays black when I press the button.\n"
    "How do I change my password?\n"
    "Lovely weather today."
)
_LABELS = "delivery of a package\npayment and invoices\nbroken device\nlogin and password"


warm_up = _texts.warm_up


def fits(info: ModelInfo) -> float:
    """As good as comparing, but seldom the first thing to try."""
    return 0.7 if _texts.reads_texts(info) else 0.0


def assume(info: ModelInfo) -> dict[str, Fact]:
    """See `core.tasks._texts`; when an answer counts as sure is our own rule."""
    return {
        **_texts.assume(info),
        "sure_lead": Fact(0.05, "our own rule", certain=False),
        "sure_above": Fact(0.12, "our own rule", certain=False),
    }


def fields(info: ModelInfo) -> tuple[Field, ...]:
    """Texts, and the labels to sort them into."""
    del info
    return (
        Field("texts", "texts", "Your texts", "One per line.", default=_TEXTS),
        Field(
            "labels", "texts", "Your labels", "One per line, two or more. A few words work better than one.", _LABELS
        ),
    )


def answer(inputs: Inputs, parts: Mapping[str, Graph], info: ModelInfo, say: Say) -> Table:
    """The best label for each text, how alike the two are, 0 to 1, and whether that is clear.

    Raises BadText without a text or without two different labels.
    """
    texts, labels = inputs["texts"], tuple(dict.fromkeys(inputs["labels"]))
    if not texts or len(labels) < 2:
        raise BadText(
            "There is nothing to sort yet.",
            "Sorting takes at least one text and two different labels. Each line counts as one.",
            "Add what is missing and try again.",
        )
    before = _texts.alike_prefix(info)
    given = [before + text for text in (*texts, *labels)]
    found = _texts.embed(given, parts[next(iter(info.parts))], info, say)
    alike = _vectors.likeness(found[: len(texts)], found[len(texts) :])
    facts = info.preparation
    table = sorted_into(texts, labels, alike, facts["sure_above"].value, facts["sure_lead"].value)
    return Table(table["columns"], table["rows"], table["score_column"])


def explain(inputs: Inputs, info: ModelInfo) -> tuple[str, ...]:
    """How texts were read, what was cut, and what counts as sure."""
    texts = [(f"Text {number}", text) for number, text in enumerate(inputs["texts"], 1)]
    labels = [(f"Label {number}", text) for number, text in enumerate(inputs["labels"], 1)]
    above, lead = (info.preparation[name].value for name in ("sure_above", "sure_lead"))
    return (
        *_texts.explain([*texts, *labels], info, _texts.alike_prefix(info)),
        "Each text got the label whose meaning is closest to its own. Likeness is no probability.",
        f"It counts as sure when the likeness is at least {above:.2f} and {lead:.2f} ahead of the next label.",
    )


def code(inputs: Inputs, info: ModelInfo) -> Script:
    """Pieces, run, sort: the app's own functions."""
    del inputs
    above, lead = (info.preparation[name].value for name in ("sure_above", "sure_lead"))
    main = (
        "labels = tuple(dict.fromkeys(labels))\n"
        f"given = [{_texts.alike_prefix(info)!r} + text for text in (*texts, *labels)]\n"
        "found = vectors(pieces(given), model, HOW, pad_id)\n"
        "alike = likeness(found[: len(texts)], found[len(texts) :])\n"
        f"result = sorted_into(texts, labels, alike, {above!r}, {lead!r})"
    )
    return _texts.script(main, (sorted_into,), info)


def sorted_into(
    texts: Sequence[str], labels: Sequence[str], alike: np.ndarray, sure_above: float, sure_lead: float
) -> dict[str, Any]:
    """One row per text: the text, its label, the likeness cut to 0 to 1, and in words whether that is sure."""
    rows = []
    for text, scores in zip(texts, alike, strict=True):
        best, second = np.argsort(-scores, kind="stable")[:2]
        sure = "yes"
        if scores[best] < sure_above:
            sure = "no: close to none of the labels"
        elif scores[best] - scores[second] < sure_lead:
            sure = f"no: nearly as close to “{labels[second]}”"
        rows.append((text, labels[best], float(np.clip(scores[best], 0, 1)), sure))
    columns = ("text", "label", "likeness", "sure")
    return {"columns": columns, "rows": tuple(rows), "score_column": "likeness", "note": "", "kind": "table"}
