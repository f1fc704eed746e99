"""Finds the texts that answer a question, best first. Facts: see `core.tasks._texts`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.errors import BadText
from core.fields import Field
from core.results import Table
from core.script import Script
from core.tasks import _texts
from core.types import Fact, Graph, Inputs, ModelInfo, Say

TITLE = "Find in my texts"
SUMMARY = "Puts your texts in order of how well they fit a question, by meaning and not by words."
RESULT = "table"

_EXAMPLE = (
    "Bicycles may be parked in the yard behind the house.\n"
    "The rubbish is collected every Tuesday before seven.\n"
    "Please don't play loud music after ten in the evening.\n"
    "The washing machine in the cellar takes coins of one euro.\n"
    "If the heating fails, call Mr Novak on the ground floor."
)


warm_up = _texts.warm_up


def fits(info: ModelInfo) -> float:
    """As good as comparing, but seldom the first thing to try."""
    return 0.7 if _texts.reads_texts(info) else 0.0


def assume(info: ModelInfo) -> dict[str, Fact]:
    """See `core.tasks._texts`."""
    return _texts.assume(info)


def fields(info: ModelInfo) -> tuple[Field, ...]:
    """A question, and the texts to look in."""
    del info
    return (
        Field(
            "question", "text", "What are you looking for?", "A question or a few words.", "Where can I wash clothes?"
        ),
        Field("texts", "texts", "Your texts", "One per line.", default=_EXAMPLE),
    )


def answer(inputs: Inputs, parts: Mapping[str, Graph], info: ModelInfo, say: Say) -> Table:
    """All texts with their likeness to the question, 0 to 1, best first. Raises BadText without any text."""
    question, texts = inputs["question"], inputs["texts"]
    if not texts or not question.strip():
        raise BadText(
            "There is nothing to search yet.",
            "Finding takes a question and at least one line of text.",
            "Fill in both and try again.",
        )
    asked, told = _texts.prefix(info, "query_prefix"), _texts.prefix(info, "passage_prefix")
    given = [asked + question, *(told + text for text in texts)]
    found = _texts.embed(given, parts[next(iter(info.parts))], info, say)
    table = ordered(texts, found[1:] @ found[0])
    return Table(table["columns"], table["rows"], table["score_column"], table["note"])


def explain(inputs: Inputs, info: ModelInfo) -> tuple[str, ...]:
    """How texts were read, what was cut, and what the order means."""
    texts = [(f"Text {number}", text) for number, text in enumerate(inputs["texts"], 1)]
    question = [("Your question", inputs["question"])]
    told = _texts.explain(texts, info, _texts.prefix(info, "passage_prefix"))
    return (
        *_texts.explain(question, info, _texts.prefix(info, "query_prefix"), "your question"),
        *told[1:],
        "There is always a first place, even when no text fits: below 0.3 it says so. That limit is our own.",
        "Likeness is no probability.",
    )


def code(inputs: Inputs, info: ModelInfo) -> Script:
    """Pieces, run, order: the app's own functions."""
    del inputs
    asked, told = _texts.prefix(info, "query_prefix"), _texts.prefix(info, "passage_prefix")
    main = (
        f"given = [{asked!r} + question, *({told!r} + text for text in texts)]\n"
        "found = vectors(pieces(given), model, HOW, pad_id)\n"
        "result = ordered(texts, found[1:] @ found[0])"
    )
    return _texts.script(main, (ordered,), info)


def ordered(texts: Sequence[str], scores: np.ndarray) -> dict[str, Any]:
    """The texts with the highest score first, scores cut to 0 to 1; equal ones keep their order."""
    scores = np.clip(scores, 0, 1)
    rows = tuple((texts[place], float(scores[place])) for place in np.argsort(-scores, kind="stable"))
    note = "" if rows[0][1] >= 0.3 else "No text seems to fit. These are only the nearest ones."
    return {"columns": ("text", "likeness"), "rows": rows, "score_column": "likeness", "note": note, "kind": "table"}
