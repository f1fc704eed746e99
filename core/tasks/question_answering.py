"""Finds the answer to a question in a text, word for word, or says that the text doesn't hold it.

Facts (`info.preparation`): those of `core.tasks._tokens`, and `window_tokens` how many pieces of words are read at once
at most, question and marks included · `max_answer_tokens` how long an answer may be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.errors import BadText
from core.fields import Field
from core.results import Span, Spans
from core.script import Script
from core.tasks import _answers, _tokens, _vocabulary
from core.tasks._answers import candidates, merged
from core.types import Fact, Graph, GraphInfo, Inputs, ModelInfo, Say

TITLE = "Answer a question from a text"
SUMMARY = "Finds the place in your text that answers your question, or says that there is none."
RESULT = "spans"

_OUTPUTS = ("start_logits", "end_logits")
MISSING = ("say so when there is none", "always the best place")
_TEXT = (
    "The library in Harbour Street was opened in 1924. It was designed by Ada Lindqvist, who had studied in Vienna. "
    "Today it holds about 80,000 books, and the reading room is open from Tuesday to Sunday."
)

warm_up = _tokens.warm_up


def fits(info: ModelInfo) -> float:
    """Certain where two outputs say for each piece whether an answer starts or ends there."""
    graph = next(iter(info.parts.values()))
    if len(info.parts) > 1 or not _vocabulary.main_file(info) or not _tokens.reads_pieces(graph):
        return 0.0
    return 0.95 if _outputs(graph) else 0.0


def assume(info: ModelInfo) -> dict[str, Fact]:
    """The lengths these models are taught with."""
    habit = "what most models of this kind are taught with"
    return {
        **_tokens.assume(info, stride_tokens=128),
        "window_tokens": Fact(384, habit, certain=False),
        "max_answer_tokens": Fact(30, habit, certain=False),
    }


def fields(info: ModelInfo) -> tuple[Field, ...]:
    """A question, the text to look in, and what to do when the answer isn't in it."""
    del info
    return (
        Field("question", "text", "Your question", "One question.", "Who designed the library?"),
        Field("text", "text", "Your text", "A few sentences or many pages.", _TEXT),
        Field("missing", "choice", "When the text may not hold it", "", MISSING[0], MISSING),
    )


def verified(info: ModelInfo) -> str:
    """What cutting, reading and scores were compared with."""
    del info
    return "transformers 4.57"


def answer(inputs: Inputs, parts: Mapping[str, Graph], info: ModelInfo, say: Say) -> Spans:
    """The answer as a place in the text. Raises BadText without question or text, or when the question is too long."""
    question, text = inputs["question"].strip(), inputs["text"]
    if not question or not text.strip():
        raise BadText(
            "There is nothing to answer yet.",
            "Answering takes a question and a text that may hold the answer.",
            "Fill in both and try again.",
        )
    plan = _plan(info)
    found, _ = _tokens.windows(question, text, info, plan, cut="second")
    rows = _tokens.run(parts[next(iter(info.parts))], found, info, plan, rank=1, say=say)
    best = answered(text, found, rows, info.preparation["max_answer_tokens"].value, inputs["missing"] == MISSING[0])
    spans = tuple(Span(span["start"], span["end"], span["label"], span["score"]) for span in best["spans"])
    return Spans(text, spans, best["headline"], best["note"])


def explain(inputs: Inputs, info: ModelInfo) -> tuple[str, ...]:
    """How the text was read, and how the answer was chosen."""
    found, _ = _tokens.windows(inputs["question"].strip(), inputs["text"], info, _plan(info), cut="second")
    most = info.preparation["max_answer_tokens"].value
    none = "“No answer” was chosen when the model found it likelier than the best place."
    return (
        *_tokens.explain(info, found),
        *(("The question stood before each part; the best place of all parts was taken.",) if len(found) > 1 else ()),
        f"The answer is the likeliest start and end, at most {most} pieces apart, widened to whole words.",
        none if inputs["missing"] == MISSING[0] else "The best place is shown in any case.",
    )


def code(inputs: Inputs, info: ModelInfo) -> Script:
    """Cut, run, choose: the app's own functions."""
    del inputs
    most = info.preparation["max_answer_tokens"].value
    main = (
        "found, _ = windows(tokenizer, question.strip(), text, HOW, 'second')\n"
        "rows = [[np.float64(value) for value in row] for row in ran(model, found, HOW, pad_id)]\n"
        f"result = answered(text, found, rows, {most!r}, missing == {MISSING[0]!r})"
    )
    return _tokens.script(main, (*_answers.FUNCTIONS, answered), _plan(info), info, {})


def answered(
    text: str, parts: Sequence[Any], rows: Sequence[Sequence[np.ndarray]], most_pieces: int, may_miss: bool
) -> dict[str, Any]:
    """The best place over all parts, from the scores (start, end) of each; or none, when that is likelier."""
    found, none = [], 1.0
    for part, (start, end) in zip(parts, rows, strict=True):
        places, nothing = candidates(part, start, end, most_pieces)
        none = min(none, nothing)
        found += merged(text, part, places)
    best = max(found, key=lambda one: one["score"], default=None)
    if best is None or (may_miss and none > best["score"]):
        note = f"The model finds it likelier that the text doesn't hold the answer ({none:.0%})."
        return {"kind": "spans", "text": text, "spans": [], "headline": "No answer in this text", "note": note}
    span = {**best, "label": "answer"}
    return {"kind": "spans", "text": text, "spans": [span], "headline": text[best["start"] : best["end"]], "note": ""}


def _plan(info: ModelInfo) -> dict[str, Any]:
    plan = _tokens.how(info, _outputs(next(iter(info.parts.values()))))
    most = min(plan["max_tokens"], info.preparation["window_tokens"].value)
    return {**plan, "max_tokens": most, "by_piece": True}


def _outputs(graph: GraphInfo) -> list[str]:
    """The names of the scores for start and end; nothing unless both are there."""
    rows = {port.name.split(":")[0]: port.name for port in graph.outputs if len(port.shape or ()) == 2}
    return [rows[name] for name in _OUTPUTS] if set(_OUTPUTS) <= set(rows) else []
