"""Shows how alike texts are in meaning, each with each. Facts: see `core.tasks._texts`."""

from __future__ import annotations

from collections.abc import Mapping

from core.errors import BadText, TooLarge
from core.fields import Field
from core.results import Matrix
from core.script import Script
from core.tasks import _texts, _vectors
from core.types import Fact, Graph, Inputs, ModelInfo, Say

TITLE = "How alike are these texts"
SUMMARY = "Compares the meaning of your texts, each with each."
RESULT = "matrix"

MOST_TEXTS = 500
_EXAMPLE = (
    "The train to Berlin leaves at nine.\n"
    "Our railway journey starts in the morning.\n"
    "My grandmother bakes the best apple pie.\n"
    "This recipe for a fruit cake is delicious.\n"
    "The stock market fell sharply today."
)


warm_up = _texts.warm_up


def fits(info: ModelInfo) -> float:
    """Good for a graph of the BERT family that gives numbers for a text."""
    return 0.8 if _texts.reads_texts(info) else 0.0


def assume(info: ModelInfo) -> dict[str, Fact]:
    """See `core.tasks._texts`."""
    return _texts.assume(info)


def fields(info: ModelInfo) -> tuple[Field, ...]:
    """Two texts or more."""
    del info
    return (Field("texts", "texts", "Your texts", "One per line, two or more.", default=_EXAMPLE),)


def answer(inputs: Inputs, parts: Mapping[str, Graph], info: ModelInfo, say: Say) -> Matrix:
    """1 is the same meaning, about 0 nothing in common. Raises BadText for a single text, TooLarge for very many."""
    texts = inputs["texts"]
    if len(texts) < 2:
        raise BadText(
            "There is nothing to compare yet.",
            f"{len(texts) or 'No'} text was given, and comparing takes two. Each line counts as one text.",
            "Add another line.",
        )
    if len(texts) > MOST_TEXTS:
        raise TooLarge(
            "These are too many texts to compare each with each.",
            f"There are {len(texts):,}; the limit is {MOST_TEXTS}. Each line counts as one text.",
            "Give fewer lines, or use “Find in my texts”, which takes more.",
        )
    before = _texts.alike_prefix(info)
    found = _texts.embed([before + text for text in texts], parts[next(iter(info.parts))], info, say)
    return Matrix(texts, texts, _vectors.likeness(found, found))


def explain(inputs: Inputs, info: ModelInfo) -> tuple[str, ...]:
    """How texts were read, what was cut, and what the numbers mean."""
    named = [(f"Text {number}", text) for number, text in enumerate(inputs["texts"], 1)]
    return (
        *_texts.explain(named, info, _texts.alike_prefix(info)),
        "A likeness of 1 is the same meaning, near 0 nothing in common. It is no probability.",
        "It is about the topic more than the truth: a sentence and its opposite are alike.",
    )


def code(inputs: Inputs, info: ModelInfo) -> Script:
    """Pieces, run, compare: the app's own functions."""
    del inputs
    main = (
        f"found = vectors(pieces({_texts.alike_prefix(info)!r} + text for text in texts), model, HOW, pad_id)\n"
        'result = {"kind": "matrix", "rows": texts, "columns": texts, "values": likeness(found, found).tolist()}'
    )
    return _texts.script(main, (), info)
