"""What one box of a model's picture does, takes, gives and stores. Nothing is run."""

from __future__ import annotations

from dataclasses import dataclass

from core.actions import _library, _workers
from core.actions.look_inside import part_of
from core.caller import Caller
from core.scenes import Detail


@dataclass(frozen=True)
class Request:
    model: str
    part: str
    """The role of one of its graphs; empty for the first."""
    box_id: str


def do(request: Request, caller: Caller) -> Detail:
    """Quick after the first time. Raises InputError for a box that isn't there."""
    info = _library.find(request.model, caller)
    asked = {"part": part_of(info, request.part), "box": request.box_id}
    found: Detail = _workers.ask_model("look_at_box", info, caller, asked)
    return found
