"""Finds the pictures that look like one, or that fit a few words. Facts: see `core.tasks._picture_vectors`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.errors import InputError, RunFailed
from core.fields import Field
from core.results import Match, Matches
from core.script import Script
from core.tasks import _picture_sources, _picture_vectors, _tower_ports, _towers, _vocabulary
from core.types import Fact, Graph, Inputs, ModelInfo, Say

TITLE = "Find in my pictures"
SUMMARY = "Puts your pictures in order of how well they fit another picture, or words where the model knows words."
RESULT = "matches"

_WORDS_NOTE = "Between words and a picture 0.3 is already much; the order matters, not the number."


warm_up = _towers.warm_up


def fits(info: ModelInfo) -> float:
    """As good as comparing, and better where words can be looked for."""
    found = _picture_sources.source(info)
    if found is None:
        return 0.0
    return 0.84 if _knows_words(info) else found.fit - 0.05


def assume(info: ModelInfo) -> dict[str, Fact]:
    """See `core.tasks._picture_vectors`."""
    return _picture_vectors.assume(info)


def fields(info: ModelInfo) -> tuple[Field, ...]:
    """What to look for, and the pictures to look in."""
    pictures = Field("pictures", "pictures", "Your pictures", "Those to look in.")
    if _knows_words(info):
        words = Field("text", "text", "What are you looking for?", "A few words.", "a photo of a cat")
        instead = Field(
            "picture", "picture", "Or a picture to look for", "Used instead of the words above.", required=False
        )
        return words, pictures, instead
    return Field("picture", "picture", "The picture to look for", many=True), pictures


def answer(inputs: Inputs, parts: Mapping[str, Graph], info: ModelInfo, say: Say) -> Matches:
    """All pictures with their likeness, best first. Raises InputError when there is nothing to look for or in."""
    pictures, picture, text = inputs["pictures"] or (), inputs.get("picture"), inputs.get("text") or ""
    if picture is None and not text.strip():
        raise InputError(
            "There is nothing to look for yet.",
            "Finding takes words or a picture to compare with.",
            "Give one and try again.",
        )
    _picture_vectors.check_count(pictures)
    if picture is not None:
        target, note = _picture_vectors.embed([picture], parts, info, say)[0], ""
    else:
        target, note = _of_words(text, parts, info), _WORDS_NOTE
    rows = _picture_vectors.embed(pictures, parts, info, say)
    if len(target) != rows.shape[1]:
        raise _strangers(len(target), rows.shape[1])
    best = matches(rows, target, note)
    return Matches(best["field"], tuple(Match(row["place"], row["score"]) for row in best["rows"]), best["note"])


def explain(inputs: Inputs, info: ModelInfo) -> tuple[str, ...]:
    """How pictures were fed, and what the order means."""
    words = inputs.get("picture") is None and inputs.get("text")
    return (
        *_picture_vectors.explain(info),
        *((f"“{inputs['text'][:80]}” became a row of numbers of the same kind.",) if words else ()),
        "There is always a first place, even when no picture fits. Likeness is no probability.",
    )


def verified(info: ModelInfo) -> str:
    """What the numbers were compared with."""
    return "transformers 5.24" if _tower_ports.find(info) else ""


def code(inputs: Inputs, info: ModelInfo) -> Script:
    """Numbers of each picture, put in order: the app's own functions."""
    del inputs
    how = {"HOW": _picture_vectors.how(info)}
    of_picture = "target, note = vectors([picture], graph, HOW)[0], ''"
    main = "result = matches(vectors(pictures, graph, HOW), target, note)"
    start = 'graph = parts[HOW["role"]]\n'
    if not _knows_words(info):
        functions = (*_picture_vectors.FUNCTIONS, matches)
        return Script(f"{start}{of_picture}\n{main}", functions, how, _picture_vectors.IMPORTS)
    of_words = f"target, note = word_vectors([text], parts, tokenizer, HOW)[0], {_WORDS_NOTE!r}"
    main = f"{start}if picture is None:\n    {of_words}\nelse:\n    {of_picture}\n{main}"
    both = {"HOW": {**how["HOW"], **_towers.how(info, _words(info))}}
    return _towers.script(main, (*_picture_vectors.FUNCTIONS, matches), both, info)


def matches(rows: np.ndarray, target: np.ndarray, note: str) -> dict[str, Any]:
    """The pictures with the most likeness first; equal ones keep their order. All are unit vectors."""
    scores = np.clip(rows @ target, -1, 1)
    found = [{"place": int(place), "score": float(scores[place])} for place in np.argsort(-scores, kind="stable")]
    return {"field": "pictures", "rows": found, "note": note, "kind": "matches"}


def _words(info: ModelInfo) -> _tower_ports.Towers:
    towers = _tower_ports.find(info)
    if towers is None or not towers.text_out:
        raise RunFailed("This model knows no words.", "It only takes pictures.", "Give a picture to look for.")
    return towers


def _of_words(text: str, parts: Mapping[str, Graph], info: ModelInfo) -> np.ndarray:
    how, cutter = _towers.how(info, _words(info)), _vocabulary.tokenizer(info)
    _towers.too_long([text], info, _words(info))
    with _towers.readable():
        found: np.ndarray = _towers.word_vectors([text], parts, cutter, how)[0]
    if not np.isfinite(found).all():
        raise RunFailed(
            "The model's answer isn't made of numbers.",
            "Some values for your words are infinite or missing.",
            "Try other words, or give a picture to look for.",
        )
    return found


def _strangers(words: int, pictures: int) -> RunFailed:
    return RunFailed(
        "Words and pictures can't be compared.",
        f"The model gives {words} numbers for words but {pictures} for a picture, so its parts don't belong together.",
        "Add the parts of one and the same model, or give a picture to look for.",
    )


def _knows_words(info: ModelInfo) -> bool:
    towers = _tower_ports.find(info)
    return towers is not None and bool(towers.text_out and towers.image_out)
