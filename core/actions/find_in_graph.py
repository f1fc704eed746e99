"""Find in the picture of a model's graph: by a step's title, its operator, its name or a tensor. Nothing is run."""

from __future__ import annotations

from dataclasses import dataclass

from core.actions import _library, _workers
from core.actions.look_inside import part_of
from core.caller import Caller
from core.scenes import Found

_LONGEST = 200


@dataclass(frozen=True)
class Request:
    model: str
    words: str
    """All of them have to occur."""
    part: str = ""
    """The role of one of its graphs; empty for the first."""


def do(request: Request, caller: Caller) -> Found:
    info = _library.find(request.model, caller)
    asked = {"part": part_of(info, request.part), "words": request.words[:_LONGEST]}
    found: Found = _workers.ask_model("find_in_graph", info, caller, asked)
    return found
