"""What was given, as plain values: for the script that gives the same answer without this app."""

from __future__ import annotations

from typing import Any

from core import registry
from core.inside._desk import Desk
from core.inside._inputs import read
from core.inside._model import info_of

RESULT = dict[str, Any]


def do(request: dict[str, Any], desk: Desk) -> dict[str, Any]:
    """`request`: the model (see `_model.info_of`), "task" and "given".

    Pictures are checked and left out: a script reads its own.
    """
    info = info_of(request, desk)
    fields = registry.load("core.tasks")[request["task"]].fields(info)
    inputs = read(fields, request["given"], desk)
    pictures = {field.name for field in fields if field.kind in ("picture", "pictures")}
    return {name: None if name in pictures else value for name, value in inputs.items()}
