"""What a model file says about itself in its metadata: names of classes, mean and spread of colours.

Nobody agreed on a format. Values are JSON, Python literals (as Ultralytics writes them) or plain lists; they are
parsed as data, never evaluated.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from typing import Any

_MAX_CHARACTERS = 500_000
_LARGEST = 10**9
LABEL_KEYS = ("names", "labels", "classes", "class_names", "id2label", "label_map", "categories")


def labels(metadata: Mapping[str, str]) -> list[str]:
    """The names of the classes in order; empty when the file doesn't say."""
    by_key = {key.casefold(): value for key, value in metadata.items()}
    found = (_names(value(by_key[key])) for key in LABEL_KEYS if key in by_key)
    return next((names for names in found if names), [])


def colour_numbers(metadata: Mapping[str, str], key: str) -> list[float]:
    """The three (or one) numbers kept under `mean` or `std`, on the scale 0 to 255; empty when the file doesn't say."""
    found = value(metadata.get(key, ""))
    if not isinstance(found, list | tuple) or len(found) not in (1, 3):
        return []
    if not all(isinstance(number, int | float) and abs(number) < _LARGEST for number in found):  # NaN isn't either
        return []
    scale = 255.0 if max(found) <= 1 else 1.0
    return [float(number) * scale for number in found]


def value(text: str) -> Any:
    """JSON or a Python literal; what is longer than any list of names could be is left as it is."""
    if len(text) > _MAX_CHARACTERS:
        return text
    for read in (json.loads, ast.literal_eval):
        try:
            return read(text)
        except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
            continue
    return text


def _names(found: Any) -> list[str]:
    if isinstance(found, str):
        lines = found.splitlines() if "\n" in found.strip() else found.split(",")
        return [line.strip() for line in lines if line.strip()] if len(lines) > 1 else []
    if isinstance(found, dict):
        return _from_table(found)
    if isinstance(found, list | tuple) and len(found) > 1 and all(_is_name(name) for name in found):
        return [str(name) for name in found]
    return []


def _from_table(table: dict[Any, Any]) -> list[str]:
    """From `{0: "cat", 1: "dog"}`, the numbers perhaps in quotes, or the other way round."""
    pairs = list(table.items())
    if pairs and all(isinstance(number, int) for _, number in pairs):
        pairs = [(number, name) for name, number in pairs]
    if not all(_is_name(part) for pair in pairs for part in pair):
        return []
    try:
        numbered = {int(number): str(name) for number, name in pairs}
    except (ValueError, TypeError):
        return []
    return [numbered[number] for number in sorted(numbered)] if sorted(numbered) == [*range(len(numbered))] else []


def _is_name(name: Any) -> bool:
    return isinstance(name, str) or (isinstance(name, int) and abs(name) < _LARGEST)
