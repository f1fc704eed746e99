"""Try many: the same model on many pictures or files, in the background, one answer each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.actions import _library, try_model
from core.caller import Caller
from core.errors import Stopped, UserError


@dataclass(frozen=True)
class Item:
    name: str
    inputs: Mapping[str, Any]


@dataclass(frozen=True)
class Request:
    model: str
    items: tuple[Item, ...]
    task: str = ""


@dataclass(frozen=True)
class Outcome:
    name: str
    answer: try_model.Answer | None
    error: UserError | None = None
    """Why there is no answer to this one; the others are answered all the same."""


def do(request: Request, caller: Caller) -> tuple[Outcome, ...]:
    """In the order of the items."""
    known = _library.with_task(_library.find(request.model, caller), request.task, caller)
    outcomes = []
    for place, item in enumerate(request.items):
        caller.say(place / len(request.items), f"{place + 1} of {len(request.items)}: {item.name}")
        outcomes.append(_one(known, item, caller))
    return tuple(outcomes)


def _one(known: _library.Known, item: Item, caller: Caller) -> Outcome:
    try:
        return Outcome(item.name, try_model.answer(known, item.inputs, caller))
    except Stopped:
        raise
    except UserError as error:
        return Outcome(item.name, None, error)
