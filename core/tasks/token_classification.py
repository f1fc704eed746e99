"""Finds names of people, places and other things in a text, at their exact characters.

Facts (`info.preparation`): those of `core.tasks._tokens`, and `labels` names in the order of the scores, such as
`B-PER` (a person begins), `I-PER` (it goes on), `O` (nothing).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.errors import BadText
from core.fields import Field
from core.results import Span, Spans
from core.script import Script
from core.tasks import _entities, _text_outputs, _tokens, _vocabulary
from core.tasks._entities import by_piece, by_word, grouped, joined, placed
from core.tasks._text_outputs import named
from core.types import Fact, Graph, GraphInfo, Inputs, ModelInfo, Port, Say

TITLE = "Find names in a text"
SUMMARY = "Marks people, places and other things in your text."
RESULT = "spans"

STRATEGIES = ("simple", "first", "average", "max", "none")
"""Named as in the library transformers, which they are like."""
_EXAMPLE = "Angela Merkel visited Paris in June and met the head of Siemens."
_HELP = (
    "How pieces become words and words become names. simple: neighbours with the same label. first, average, max: each "
    "word as a whole, by its first piece, the mean or the surest. none: every piece for itself."
)

warm_up = _tokens.warm_up


def fits(info: ModelInfo) -> float:
    """High for pieces of words in and a row of scores for each, with a file that says how texts are cut."""
    graph = next(iter(info.parts.values()))
    if len(info.parts) > 1 or not _vocabulary.main_file(info) or not _tokens.reads_pieces(graph):
        return 0.0
    port = _scores(graph)
    if port is None or (len(graph.outputs) > 1 and port.name != "logits"):
        return 0.0
    if _text_outputs.labels(info):
        return 0.85
    return 0.6 if _text_outputs.width(port) else 0.3


def assume(info: ModelInfo) -> dict[str, Fact]:
    """Names from the file's notes; parts of a long text overlap a little."""
    graph = next(iter(info.parts.values()))
    return {**_tokens.assume(info, stride_tokens=64), "labels": _text_outputs.labels_fact(graph)}


def fields(info: ModelInfo) -> tuple[Field, ...]:
    """A text, and how pieces are merged."""
    del info
    return (
        Field("text", "text", "Your text", "A sentence or many pages.", _EXAMPLE),
        Field("merging", "choice", "How pieces are merged", _HELP, STRATEGIES[0], STRATEGIES),
    )


def verified(info: ModelInfo) -> str:
    """What cutting, reading and scores were compared with."""
    del info
    return "transformers 4.57"


def answer(inputs: Inputs, parts: Mapping[str, Graph], info: ModelInfo, say: Say) -> Spans:
    """The names, each with its characters. Raises BadText without a text, RunFailed for scores of another form."""
    text = inputs["text"]
    if not text.strip():
        raise BadText("There is no text yet.", "The field is empty.", "Write or paste a text and try again.")
    plan = _plan(info)
    found, step = _tokens.windows(text, None, info, plan)
    rows = _tokens.run(parts[next(iter(info.parts))], found, info, plan, rank=2, say=say)
    pieces = joined(found, step, [row[0] for row in rows])
    marked = entities(text, pieces, info.preparation["labels"].value, inputs["merging"])
    spans = tuple(Span(span["start"], span["end"], span["label"], span["score"]) for span in marked["spans"])
    return Spans(text, spans, marked["headline"], marked["note"])


def explain(inputs: Inputs, info: ModelInfo) -> tuple[str, ...]:
    """How the text was cut, read and merged, and where the names come from."""
    facts = info.preparation
    found, _ = _tokens.windows(inputs["text"], None, info, _plan(info))
    overlap = ("Where parts overlap, each piece counts where it stands further from the edge.",)
    merged = {
        "none": "Every piece is shown for itself.",
        "simple": "Neighbouring pieces with the same label were put together; their score is the mean.",
        "first": "Each word has the label of its first piece; neighbours with the same label were put together.",
        "average": "Each word has the label with the best mean over its pieces; neighbours were put together.",
        "max": "Each word has the label of its surest piece; neighbours with the same label were put together.",
    }
    names = f"The labels come from {facts['labels'].source}." if facts["labels"].value else "The labels have no names."
    return (*_tokens.explain(info, found), *(overlap if len(found) > 1 else ()), merged[inputs["merging"]], names)


def code(inputs: Inputs, info: ModelInfo) -> Script:
    """Cut, run, merge: the app's own functions."""
    del inputs
    main = (
        "found, step = windows(tokenizer, text, None, HOW)\n"
        "rows = ran(model, found, HOW, pad_id)\n"
        "pieces = joined(found, step, [np.float64(row[0]) for row in rows])\n"
        "result = entities(text, pieces, LABELS, merging)"
    )
    constants = {"LABELS": list(info.preparation["labels"].value)}
    needed = (named, *_entities.FUNCTIONS, entities)
    return _tokens.script(main, needed, _plan(info), info, constants)


def entities(text: str, pieces: Sequence[dict[str, Any]], labels: Sequence[str], merging: str) -> dict[str, Any]:
    """The names in a text, from its pieces as `joined` gives them."""
    count = len(pieces[0]["shares"]) if pieces else len(labels)
    names, note = named(labels, count)
    if note and (not names or names[0].upper() == "LABEL_0"):
        note = f"{note} The first one is taken to mean “nothing”."
    names = names or [f"Class {place}" for place in range(count)]
    nothing = "O" if "O" in names else names[0] if note else ""
    tagged = by_word(text, pieces, merging) if merging in ("first", "average", "max") else by_piece(pieces)
    found = tagged if merging == "none" else grouped(tagged, names)
    spans = placed(text, [one for one in found if names[one["place"]] != nothing], names, merging)
    return {"kind": "spans", "text": text, "spans": spans, "headline": "", "note": note}


def _plan(info: ModelInfo) -> dict[str, Any]:
    port = _scores(next(iter(info.parts.values())))
    return {**_tokens.how(info, [port.name] if port else []), "by_piece": True}


def _scores(graph: GraphInfo) -> Port | None:
    return _text_outputs.output(graph, rank=3)
