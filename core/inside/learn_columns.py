"""What a table tells about the columns of a model: names, ranges, words."""

from __future__ import annotations

from typing import Any

from core import registry
from core.inside._desk import Desk
from core.inside._inputs import read
from core.inside._model import info_of
from core.types import Fact

RESULT = dict[str, Fact]


def do(request: dict[str, Any], desk: Desk) -> dict[str, Fact]:
    """`request`: the model (see `_model.info_of`), "task" and "given": the form, with the table in it."""
    info = info_of(request, desk)
    task = registry.load("core.tasks")[request["task"]]
    inputs = read(task.fields(info), request["given"], desk)
    found: dict[str, Fact] = task.learn(inputs, info)
    return found
