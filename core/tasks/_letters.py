"""The letters a reader of text knows, in the order of its scores; the first one stands for none.

They lie in the notes of the file (RapidOCR), in a list beside it (`ppocr_keys_v1.txt`, `dict.txt`), or in PaddleOCR's
inference.yml. "None" comes before the list and most often a space after it; some lists hold these already.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from fnmatch import fnmatchcase

from core import files
from core.types import Fact, GraphInfo, ModelInfo

NOTE = "character"
LISTS = ("*dict*.txt", "*keys*.txt", "*charset*.txt", "*alphabet*.txt")
"""What people call such lists."""
_CONFIG = "inference.yml"
_MOST_LETTERS = 100_000
_MOST_BYTES = 4 * 2**20
_ITEM = re.compile(r"\s*- (.*)")


def alphabet(info: ModelInfo, recogniser: GraphInfo) -> Fact:
    """The letters, from the first place that has any."""
    count = _scores(recogniser)
    noted = recogniser.metadata.get(NOTE, "")
    if noted:
        return Fact(_framed(noted.split("\n"), count), "the model's own notes")
    for name, letters in (*_lists(info), *_of_config(info)):
        if letters:
            return Fact(_framed(letters, count), name, certain=not count or abs(len(letters) + 2 - count) < 3)
    return Fact([], "the model doesn't name its letters", certain=False)


def _framed(letters: list[str], count: int) -> list[str]:
    """The list with "none" before it and a space after it, as far as it doesn't hold them. `count`: 0 for unknown."""
    if letters[0].strip("<>[]").casefold() in ("blank", "") and letters[0] != "\u3000":
        letters = letters[1:]
    framed = ["", *letters]
    spaced = framed if " " in letters[-1:] else [*framed, " "]
    return framed if count == len(framed) else spaced


def _lists(info: ModelInfo) -> list[tuple[str, list[str]]]:
    names = [name for name in info.files if any(fnmatchcase(name.casefold(), pattern) for pattern in LISTS)]
    return [(name, _read(info, name, _lines)) for name in names]


def _of_config(info: ModelInfo) -> list[tuple[str, list[str]]]:
    return [(_CONFIG, _read(info, _CONFIG, _yaml_letters))] if _CONFIG in info.files else []


def _read(info: ModelInfo, name: str, cut: Callable[[str], list[str]]) -> list[str]:
    """The letters in a file; none when it can't be read, or holds something else."""
    try:
        data = files.read(info.files[name])
        letters = cut(data.decode("utf-8-sig")) if len(data) <= _MOST_BYTES else []
    except (OSError, UnicodeDecodeError):
        return []
    return letters if 1 < len(letters) <= _MOST_LETTERS else []


def _lines(text: str) -> list[str]:
    """One per line. Only line feeds end a line: other ends of lines, and spaces, are letters too."""
    return [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")]


def _yaml_letters(text: str) -> list[str]:
    """The list under `character_dict:`, picked out line by line."""
    lines = iter(text.split("\n"))
    found: list[str] = []
    if not any(line.strip() == "character_dict:" for line in lines):
        return found
    for line in lines:
        item = _ITEM.fullmatch(line.removesuffix("\r"))
        if not item:
            break
        found.append(_unquoted(item[1]))
    return found


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    if len(text) > 1 and text[0] == text[-1] == '"':
        try:
            return str(json.loads(text))
        except ValueError:
            return text[1:-1]
    return text


def _scores(recogniser: GraphInfo) -> int:
    """How many letters it tells apart, when the file says so."""
    last = (recogniser.outputs[0].shape or (None,))[-1] if recogniser.outputs else None
    return last if isinstance(last, int) and last > 2 else 0
