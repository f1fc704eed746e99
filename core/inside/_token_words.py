"""The pieces a text was cut into, as words: from the numbers that were fed and the vocabulary beside the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from core import files
from core.errors import UserError
from core.readers.json_text import read_json
from core.types import ModelInfo, Value

_FACTS = ("tokenizer", "vocabulary")
_LARGEST_BYTES = 64 * 2**20
_LONGEST = 24
_FILLS_UP = ("[PAD]", "<pad>", "<|pad|>")
_BEGINS_A_WORD = ("Ġ", "▁")


def token_words(info: ModelInfo, feeds: Mapping[str, Value]) -> tuple[int, tuple[str, ...]]:
    """How many places a row of the fed text has, and the pieces of the first one; 0 and none when it is no text."""
    rows = [value for value in feeds.values() if _is_text(value)]
    if not rows:
        return 0, ()
    length = int(rows[0].shape[1])
    numbers = next((row for row in rows if row.shape[1] == length and int(row.max(initial=0)) > 1), None)
    known = _vocabulary(info) if numbers is not None else {}
    if numbers is None or not known:
        return length, ()
    words = [known.get(number, f"piece {number}")[:_LONGEST] for number in numbers[0].tolist()]
    while len(words) > 1 and words[-1] in _FILLS_UP:
        words.pop()
    return length, tuple(words)


def _is_text(value: Value) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind in "iu" and value.ndim == 2 and value.shape[1] > 1


def _vocabulary(info: ModelInfo) -> dict[int, str]:
    """Piece by number; empty when there is no vocabulary that is understood."""
    for name in _FACTS:
        fact = info.preparation.get(name)
        if fact is not None and fact.is_file and isinstance(fact.value, str):
            try:
                data = files.read(fact.value)
                return _of_json(data) if fact.value.endswith(".json") else _of_lines(data)
            except (OSError, UserError, ValueError):
                return {}
    return {}


def _of_lines(data: bytes) -> dict[int, str]:
    return {} if len(data) > _LARGEST_BYTES else dict(enumerate(data.decode("utf-8").splitlines()))


def _of_json(data: bytes) -> dict[int, str]:
    """A tokenizer.json, or a plain table of numbers by piece."""
    said: Any = read_json(data, _LARGEST_BYTES)
    model = said.get("model", said) if isinstance(said, dict) else {}
    pieces = model.get("vocab", model) if isinstance(model, dict) else {}
    if isinstance(pieces, list):  # pieces with how likely each is
        pieces = {row[0]: place for place, row in enumerate(pieces) if isinstance(row, list) and row}
    found = {number: _plain(piece) for piece, number in pieces.items() if isinstance(number, int)}
    added = said.get("added_tokens", []) if isinstance(said, dict) else []
    marks = [one for one in added if isinstance(one, dict) and isinstance(one.get("id"), int)]
    return found | {mark["id"]: str(mark.get("content", "")) for mark in marks}


def _plain(piece: Any) -> str:
    text = str(piece)
    return text[1:] or " " if text.startswith(_BEGINS_A_WORD) else text
