"""Reads the names of a model's classes from a file beside it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from core import settings
from core.errors import BadFile, TooLarge
from core.readers.json_text import read_json
from core.readers.table import read_rows
from core.readers.text import decoded, repaired

_LOOKS_LIKE_JSON = re.compile(r'\s*(\{|\[\s*["\d\[{\]-])')
"""A list of names may begin with [PAD] or [UNK]."""
_NUMBERED_LINE = re.compile(r"\s*\"?\d{1,9}\"?\s*[,;\t]")
_TURNS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Marks that turn the direction of everything after them."""
_LINE_BREAKS = "\r\n"


def read_labels(data: bytes) -> list[str]:
    """The names in order, so that the name of class 7 is number 7; a class without a name shows its number.

    From JSON (`["cat"]`, `{"0": "cat"}`, `{"cat": 0}`, either inside `id2label` or `label2id`), from a table of
    numbers and names, or one name per line. Control characters are dropped.
    Raises BadText, BadFile or TooLarge.
    """
    if len(data) > settings.MAX_LABELS_BYTES:
        raise _too_many(f"{len(data) / 2**20:.0f} MB", f"{settings.MAX_LABELS_BYTES // 2**20} MB")
    text = decoded(data)
    if _LOOKS_LIKE_JSON.match(text):
        return _ordered(_from_json(read_json(text, settings.MAX_LABELS_BYTES)))
    lines = text.strip(_LINE_BREAKS).splitlines()
    if any(map(_NUMBERED_LINE.match, lines)) and all(map(_NUMBERED_LINE.match, filter(str.strip, lines[1:]))):
        return _ordered(_from_rows(read_rows(text.encode(), "names")))
    return _ordered(enumerate(lines) if text.strip() else ())


def _from_json(value: Any) -> Iterable[tuple[Any, Any]]:
    if isinstance(value, dict):
        for key in ("id2label", "label2id", "names", "labels", "classes"):
            if isinstance(value.get(key), dict | list):
                return _from_json(value[key])
        if value and all(type(number) is int for number in value.values()):
            return ((number, name) for name, number in value.items())
        return value.items()
    if isinstance(value, list):
        return enumerate(value)
    raise _bad("It is a single value, not a list.")


def _from_rows(rows: list[list[str]]) -> Iterable[tuple[Any, Any]]:
    """The first cell is the number, the second the name; a first row of words is taken for headings."""
    if len(rows[0]) < 2:
        raise _bad("It is a column of numbers without names.")
    return ((row[0], row[1]) for row in (rows if rows[0][0].strip().isdecimal() else rows[1:]))


def _ordered(pairs: Iterable[tuple[Any, Any]]) -> list[str]:
    names: dict[int, str] = {}
    for given, name in pairs:
        number = _number(given)
        if number in names:
            raise _bad(f"Two names have the number {number:,}.")
        names[number] = _name(name, number)
    if not names:
        raise _bad("It holds no name.")
    return [names.get(number) or str(number) for number in range(max(names) + 1)]


def _number(value: Any) -> int:
    text = str(value).strip()
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise _bad(f"“{text[:40]}” is not the number of a class.")
    if int(text) >= settings.MAX_LABELS:
        raise _too_many(f"a class number {int(text):,}", f"{settings.MAX_LABELS:,} classes")
    return int(text)


def _name(value: Any, number: int) -> str:
    if isinstance(value, list) and value:  # Keras writes ["n02123045", "tabby"]
        value = value[-1]
    if not isinstance(value, str | int | float):
        raise _bad(f"Class {number:,} has no name but {type(value).__name__}.")
    name = "".join(filter(_may_stay, repaired(str(value)))).strip()
    if len(name) > settings.MAX_LABEL_CHARACTERS:
        raise _too_many(
            f"a name of {len(name):,} characters, for class {number:,}", f"{settings.MAX_LABEL_CHARACTERS} characters"
        )
    return name


def _may_stay(letter: str) -> bool:
    return letter.isprintable() or (unicodedata.category(letter) not in ("Cc", "Zl", "Zp") and letter not in _TURNS)


def _bad(detail: str) -> BadFile:
    return BadFile(
        "The names of the classes can't be read from this file.",
        detail,
        'Give one name per line, a table of numbers and names, or JSON like {"0": "cat", "1": "dog"}.',
    )


def _too_many(found: str, limit: str) -> TooLarge:
    return TooLarge(
        "This list of names is too large.",
        f"It has {found}; the limit is {limit}.",
        "Check that it is the right file.",
    )
