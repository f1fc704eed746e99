"""The field of the form for one column of a table: a choice, a slider where the range is known, else a box."""

from __future__ import annotations

import keyword
import math
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from core.fields import Field

_FAR = 1e15
_WHOLE = ("int", "uint")
_TAKEN = frozenset(
    {
        "table",
        "parts",
        "result",
        "np",
        "json",
        "os",
        "sys",
        "words",
        "feeds",
        "outputs",
        "rows",
        "wrong",
        "odd",
        "found",
    }
)
"""Names that a script uses for something else; so are those of its functions."""


def field_names(names: Sequence[str], taken: Sequence[str]) -> list[str]:
    """A name for each field of the form, such as `sepal_length_cm`: one that Python takes, each once."""
    found: list[str] = []
    for place, name in enumerate(names, 1):
        word = re.sub(r"\W+", "_", name.lower()).strip("_")
        word = word if word.isidentifier() else f"column_{place}"
        while word in found or word in _TAKEN or word in taken or keyword.iskeyword(word):
            word += "_"
        found.append(word)
    return found


def field(name: str, column: dict[str, Any], span: Any) -> Field:
    """The widget for one column: a choice, a slider where the range is known, else a box to type in."""
    title, words, whole = column["name"], tuple(column["words"]), column["dtype"].startswith(_WHOLE)
    if column["dtype"] == "bool":
        return Field(name, "choice", title, default="no", choices=("no", "yes"), required=False)
    if words:
        return Field(name, "choice", title, default=words[0], choices=words, required=False)
    if column["dtype"] == "string":
        return Field(name, "text", title, required=False)
    number = Field(name, "number", title, default=0.0, required=False)
    if not _is_span(span, whole):
        return replace(number, typed=True, minimum=-_FAR, maximum=_FAR, step=1.0 if whole else 0.1)
    low, high = float(span[0]), float(span[1])
    step = _step(high - low, whole)
    middle = round(low + round((high - low) / 2 / step) * step, 10)
    return replace(number, minimum=low, maximum=high, step=step, default=middle)


def _is_span(span: Any, whole: bool) -> bool:
    if not isinstance(span, list | tuple) or len(span) != 2:
        return False
    if not all(isinstance(end, int | float) and abs(end) < _FAR for end in span):  # NaN isn't either
        return False
    return bool(span[0] < span[1]) and not (whole and any(end != int(end) for end in span))


def _step(length: float, whole: bool) -> float:
    """About a hundredth of a range: 1, 2 or 5 with zeros."""
    size = 10.0 ** math.floor(math.log10(length / 100))
    step = next(size * times for times in (1, 2, 5, 10) if size * times >= length / 100 * 0.99)
    return max(1.0, step) if whole else step
