"""Doubts about an answer: runs every check of `core.guard`, against what the model makes of two pictures of our own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TypeAlias

import numpy as np

from core import registry
from core.errors import UserError
from core.fields import Field
from core.guard import _drawn
from core.guard._contract import COMPARED, Look, Outputs, Seen
from core.inside._clock import Clock
from core.inside._desk import Desk
from core.types import Doubt, Graph, Inputs, ModelInfo

SHELF = "core.guard"
_SLOW_MS = 1000
"""A model that takes longer isn't shown pictures nobody asked about."""
_MOST_CHARACTERS = 10_000
_MOST_BYTES = 2**20
_MOST_KEPT = 8


Looks: TypeAlias = tuple[Look | None, Look | None]


@dataclass(frozen=True)
class Asked:
    """What a model was asked, and with what at hand."""

    mark: str
    """Tells models and their preparations apart."""
    task_id: str
    inputs: Inputs
    info: ModelInfo
    graphs: Mapping[str, Graph]
    desk: Desk

    @property
    def task(self) -> ModuleType:
        return registry.load("core.tasks")[self.task_id]


def doubts(seen: Seen) -> tuple[Doubt, ...]:
    """What the checks object to, in the order of their names."""
    found = {name: check.judge(seen) for name, check in registry.load(SHELF).items()}
    return tuple(Doubt(name, words) for name, words in found.items() if words)


def looks(asked: Asked, kind: str, run_ms: float) -> Looks:
    """What the model makes of an empty and of a drawn picture, with the same form otherwise; worked out once and kept.

    Both None where no check compares such a `kind` of result, the form isn't about one picture, or it takes too long.
    """
    if kind not in COMPARED or run_ms > _SLOW_MS:
        return None, None
    fields = asked.task.fields(asked.info)
    form = _rest_of_form(fields, asked.inputs)
    if form is None:
        return None, None
    known: dict[Any, Looks] = asked.desk.kept.setdefault("looks", {})
    key = (asked.mark, asked.task_id, form)
    if key not in known:
        blank, scene = (look(asked, fields[0].name, picture) for picture in (_drawn.blank(), _drawn.scene()))
        known[key] = (blank, scene)
        while len(known) > _MOST_KEPT:
            known.pop(next(iter(known)))
    return known[key]


def look(asked: Asked, field: str, picture: Any) -> Look | None:
    """What the model makes of another picture in that field; None when it can't be shown that one."""
    try:
        return look_at(asked, field, picture)
    except UserError:
        return None


def look_at(asked: Asked, field: str, picture: Any) -> Look:
    """The same. Raises UserError when it can't be shown that one."""
    clock = Clock()
    result = asked.task.answer({**asked.inputs, field: picture}, clock.timed(asked.graphs), asked.info, _silent)
    return Look(result, clock.outputs if _size_bytes(clock.outputs) <= _MOST_BYTES else {})


def _rest_of_form(fields: tuple[Field, ...], inputs: Inputs) -> str | None:
    """The values of all fields but the main one; None when it isn't a picture, or another one is large."""
    if not fields or fields[0].kind != "picture":
        return None
    rest = [inputs.get(field.name) for field in fields[1:]]
    words = [word for value in rest for word in (value if isinstance(value, tuple) else (value,))]
    if not all(word is None or isinstance(word, str | int | float) for word in words):
        return None
    if sum(len(word) for word in words if isinstance(word, str)) > _MOST_CHARACTERS:
        return None
    return repr(rest)


def _size_bytes(outputs: Outputs) -> int:
    values = [value for by_name in outputs.values() for value in by_name.values()]
    return sum(value.nbytes if isinstance(value, np.ndarray) else _MOST_BYTES for value in values)


def _silent(_share: float | None, _words: str) -> None:
    """Nobody waits for this answer."""
