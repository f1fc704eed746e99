"""Says what kind of content a file or a pasted text is.

Facts (`info.preparation`): `labels` ids of the kinds in the order of the scores · `descriptions` in words, by id ·
`text_kinds` ids of the kinds a person can read · `renamed` ids that are shown as another one · `sure_above` 0 to 1,
below it the answer counts as "not sure"; `sure_above_by_kind` where that differs · `first_bytes`, `last_bytes` how much
the model sees of each end, without white space, looked for in `block_bytes` · `padding` the number that fills up what
is shorter · `least_bytes` below which the model isn't asked.

The rules are those of Magika: https://github.com/google/magika, python/src/magika/magika.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.fields import Field
from core.results import RankedLabel, Ranking
from core.script import Script
from core.types import Fact, Graph, Inputs, ModelInfo, Say

TITLE = "What kind of content is this"
SUMMARY = "Recognises about 200 kinds of files from their content, whatever their name says."
RESULT = "ranking"

_EXAMPLE = (
    "import csv\n\n"
    "def total(path):\n"
    "    with open(path) as file:\n"
    '        return sum(float(row["price"]) for row in csv.DictReader(file))\n\n'
    'print(total("shopping.csv"))\n'
)
_SEEN = 2048
_KINDS = 214


def fits(info: ModelInfo) -> float:
    """Certain for the shapes and names of Magika's own file; no other model looks like it."""
    graph = next(iter(info.parts.values()))
    if len(graph.inputs) != 1 or len(graph.outputs) != 1:
        return 0.0
    given, made = graph.inputs[0], graph.outputs[0]
    size, kinds = ((port.shape or (None,))[-1] for port in (given, made))
    known = (given.name, given.dtype, size, made.name, kinds) == ("bytes", "int32", _SEEN, "target_label", _KINDS)
    return 0.95 if known else 0.0


def assume(info: ModelInfo) -> dict[str, Fact]:
    """Magika's window on a file; the names of the kinds aren't in the file."""
    del info
    window = {"first_bytes": 1024, "last_bytes": 1024, "block_bytes": 4096, "padding": 256, "least_bytes": 8}
    rest: dict[str, Any] = {"labels": [], "descriptions": {}, "text_kinds": [], "renamed": {}, "sure_above_by_kind": {}}
    facts = {name: Fact(value, "what Magika does", certain=False) for name, value in (window | rest).items()}
    return {**facts, "sure_above": Fact(0.5, "what Magika does", certain=False)}


def fields(info: ModelInfo) -> tuple[Field, ...]:
    """Any file, or a pasted text."""
    del info
    help_ = "Choose any file, or paste text. Only its first and last bytes are looked at; nothing in it is run."
    return (Field("file", "file", "Your file or text", help_, _EXAMPLE, required=False, many=True),)


def answer(inputs: Inputs, parts: Mapping[str, Graph], info: ModelInfo, say: Say) -> Ranking:
    """The five most likely kinds. What is empty or very short is told apart without the model."""
    del say
    role, graph = next(iter(info.parts.items()))
    facts = _values(info)
    data = inputs["file"] or b""
    fed = features(data, facts)
    if fed is None:
        found = too_short(data)
    else:
        found = judged(parts[role]({graph.inputs[0].name: fed})[graph.outputs[0].name][0], facts)
    rows = tuple(RankedLabel(row["label"], row["score"]) for row in found["rows"])
    return Ranking(rows, found["sure"], found["note"])


def explain(inputs: Inputs, info: ModelInfo) -> tuple[str, ...]:
    """How much of the file was looked at, and when the answer counts as sure."""
    facts, size_bytes = _values(info), len(inputs["file"] or b"")
    if features(inputs["file"] or b"", facts) is None:
        least = facts["least_bytes"]
        return (f"The model wasn't asked: it needs {least} bytes or more, white space at the start not counted.",)
    first, last = facts["first_bytes"], facts["last_bytes"]
    seen = (
        f"Of {size_bytes:,} bytes the model saw the first {first:,} and the last {last:,}, without white space there."
        if size_bytes > first + last
        else f"The model saw all {size_bytes:,} bytes."
    )
    special = len(facts["sure_above_by_kind"])
    more = f", for {special} kinds that are easily confused more" if special else ""
    return (
        f"{seen} It looks at the content only, not at the name of the file.",
        f"Below {facts['sure_above']:.0%} for the best kind{more}, the answer counts as “not sure”.",
    )


def code(inputs: Inputs, info: ModelInfo) -> Script:
    """Bytes to numbers, run, judge: the app's own functions."""
    del inputs
    role, graph = next(iter(info.parts.items()))
    feed, read = repr(graph.inputs[0].name), repr(graph.outputs[0].name)
    main = (
        'fed = features(file or b"", HOW)\n'
        "if fed is None:\n"
        '    result = too_short(file or b"")\n'
        "else:\n"
        f"    result = judged(parts[{role!r}]({{{feed}: fed}})[{read}][0], HOW)"
    )
    imports = ("from collections.abc import Mapping", "from typing import Any")
    return Script(main, (features, too_short, judged), {"HOW": _values(info)}, imports)


def features(data: bytes, how: Mapping[str, Any]) -> np.ndarray | None:
    """Both ends of the content as int32 (1, first + last bytes), filled up with padding; None when it is too short."""
    block, first, last = how["block_bytes"], how["first_bytes"], how["last_bytes"]
    start = data[:block].lstrip()[:first]
    end = data[-block:].rstrip()[-last:]
    if len(start) < how["least_bytes"]:
        return None
    numbers = np.full((1, first + last), how["padding"], np.int32)
    numbers[0, : len(start)] = np.frombuffer(start, np.uint8)
    numbers[0, first + last - len(end) :] = np.frombuffer(end, np.uint8)
    return numbers


def too_short(data: bytes) -> dict[str, Any]:
    """The answer for what is empty, or too short for the model."""
    if not data:
        row = {"label": "Empty file", "score": 1.0}
        return {
            "rows": (row,),
            "sure": True,
            "note": "There is nothing in it.",
            "independent": False,
            "kind": "ranking",
        }
    try:
        data[:4096].decode("utf-8")
        label = "Generic text document"
    except UnicodeDecodeError:
        label = "Unknown binary data"
    note = "It is too short for the model; only whether it can be read as text was checked."
    rows = ({"label": label, "score": 1.0},)
    return {"rows": rows, "sure": label != "Unknown binary data", "note": note, "independent": False, "kind": "ranking"}


def judged(scores: np.ndarray, how: Mapping[str, Any]) -> dict[str, Any]:
    """The five most likely of the scores (kinds,); sure only where Magika itself would be."""
    order = np.argsort(-scores, kind="stable")[:5]
    ids = [how["labels"][place] if how["labels"] else f"Kind {place}" for place in order]
    shown = [how["renamed"].get(name, name) for name in ids]
    words = [how["descriptions"].get(name, name) for name in shown]
    rows: dict[str, float] = {}
    for label, place in zip(words, order, strict=True):
        rows.setdefault(label, float(min(max(scores[place], 0), 1)))
    needed = how["sure_above_by_kind"].get(ids[0], how["sure_above"])
    sure, note = bool(scores[order[0]] >= needed), ""
    if not sure:
        safe = "txt" if shown[0] in how["text_kinds"] else "unknown"
        safe = how["descriptions"].get(safe, safe)
        note = f"For “{words[0]}” it has to be at least {needed:.0%} sure. All it can say safely: {safe}."
    listed = tuple({"label": label, "score": score} for label, score in rows.items())
    return {"rows": listed, "sure": sure, "note": note, "independent": False, "kind": "ranking"}


def _values(info: ModelInfo) -> dict[str, Any]:
    return {name: fact.value for name, fact in info.preparation.items()}
