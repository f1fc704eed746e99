"""Reads JSON that strangers wrote: plain values, never nested too deeply, no number that isn't one."""

from __future__ import annotations

import json
import math
import re
from itertools import accumulate
from typing import Any

from core import settings
from core.errors import BadText, TooLarge
from core.readers.text import decoded

_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
"""Possessive, so that a long string or a missing quote costs no more than its length."""
_NOT_STRUCTURE = re.compile(r"[^][{},]+")


def read_json(data: bytes | str, max_bytes: int = settings.MAX_JSON_BYTES) -> Any:
    """The value of a JSON text. Of a name that occurs twice in one object, the last wins.

    Raises BadText when it is no JSON, holds NaN, Infinity or a number beyond what a computer keeps, or is nested
    deeper than `core.settings` allows; TooLarge when it is too long or holds too many values.
    """
    if len(data) > max_bytes:
        raise TooLarge(
            "This JSON is too large.",
            f"It has {len(data) / 2**20:.1f} MB; the limit is {max_bytes / 2**20:.0f} MB.",
            "Check that it is the right file.",
        )
    text = (data if isinstance(data, str) else decoded(data)).removeprefix("\ufeff")
    _check_structure(text)
    try:
        return json.loads(text, parse_int=_whole, parse_float=_decimal, parse_constant=_no_number)
    except (json.JSONDecodeError, RecursionError) as error:
        raise BadText(
            "This is not valid JSON.",
            f"It breaks off at line {error.lineno:,}, column {error.colno:,}: {error.msg}."
            if isinstance(error, json.JSONDecodeError)
            else "It is nested too deeply.",
            "Save it once more with the program it came from.",
            str(error),
        ) from error


def _check_structure(text: str) -> None:
    """Counts brackets and commas outside strings, before anything is built from them."""
    marks = _NOT_STRUCTURE.sub("", _STRING.sub("", text))
    if len(marks) > 2 * settings.MAX_JSON_VALUES:
        raise TooLarge(
            "This JSON holds too many values.",
            f"The limit is {settings.MAX_JSON_VALUES:,}.",
            "Check that it is the right file.",
        )
    depth = max(accumulate({"[": 1, "{": 1, ",": 0}.get(mark, -1) for mark in marks), default=0)
    if depth > settings.MAX_JSON_DEPTH:
        raise BadText(
            "This JSON is nested too deeply.",
            f"It has {depth:,} levels; the limit is {settings.MAX_JSON_DEPTH}.",
            "Check that it is the right file.",
        )


def _whole(digits: str) -> int:
    if len(digits) > settings.MAX_JSON_DIGITS:  # the time to read a number grows with the square of its digits
        raise _bad_number(digits)
    return int(digits)


def _decimal(digits: str) -> float:
    if len(digits) > settings.MAX_JSON_DIGITS or not math.isfinite(float(digits)):
        raise _bad_number(digits)
    return float(digits)


def _no_number(word: str) -> Any:
    raise _bad_number(word)


def _bad_number(digits: str) -> BadText:
    shown = digits if len(digits) <= 40 else f"{digits[:20]}…"
    return BadText(
        "A number in this JSON can't be used.",
        f"It is {shown}, with {len(digits):,} characters; JSON keeps no infinite or missing numbers, "
        f"and this app reads up to {settings.MAX_JSON_DIGITS:,} digits.",
        "Correct it, or leave it out.",
    )
