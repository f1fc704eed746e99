"""Values out of files that strangers wrote: as the type they should have, or None."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

LARGEST_PX = 8192
_MOST_CHARACTERS = 500


def table(value: Any, *keys: str) -> Mapping[str, Any]:
    """The object under these keys, one inside the other; an empty one when it isn't there."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def whole(value: Any, lowest: int = 1, highest: int = LARGEST_PX) -> int | None:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if type(value) is int and lowest <= value <= highest else None


def number(value: Any, lowest: float = -1e6, highest: float = 1e6) -> float | None:
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if plain and math.isfinite(value) and lowest <= value <= highest else None


def numbers(value: Any, lowest: float = -1e6) -> list[float]:
    """One number, or one for each of three colours; empty when it is neither."""
    given = value if isinstance(value, list | tuple) else [value]
    found = [number(one, lowest) for one in given[:4]]
    known = [one for one in found if one is not None]
    return known if len(known) == len(given) and len(known) in (1, 3) else []


def switch(value: Any, *, otherwise: bool) -> bool:
    return value if isinstance(value, bool) else otherwise


def word(value: Any) -> str:
    """A text on one line; empty when it is none, or unreasonably long."""
    return value if isinstance(value, str) and len(value) <= _MOST_CHARACTERS and value.isprintable() else ""


def words(value: Any) -> tuple[str, ...]:
    given: Sequence[Any] = value if isinstance(value, list | tuple) else [value]
    return tuple(filter(None, map(word, given[:100])))
