"""The names of a model's classes out of the config.json that was fetched with it. Runs in a model worker."""

from __future__ import annotations

from typing import Any

from core.inside._desk import Desk
from core.readers.json_text import read_json
from core.readers.labels import read_labels

RESULT = list[str]
_KEYS = ("id2label", "label2id")


def do(request: dict[str, Any], desk: Desk) -> list[str]:
    """`request`: {"file": the name of the file handed in}. Empty when it names no classes, or only numbers them.

    Raises BadText or BadFile.
    """
    content = bytes(desk.files[request["file"]])
    config = read_json(content)
    if not isinstance(config, dict) or not any(isinstance(config.get(key), dict) for key in _KEYS):
        return []
    names = read_labels(content)
    return [] if all(name == f"LABEL_{number}" for number, name in enumerate(names)) else names
