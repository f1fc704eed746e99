"""A model summed up: a sentence, its main blocks, the operators it uses, its figures. Nothing is run."""

from __future__ import annotations

from dataclasses import dataclass

from core.actions import _library, _workers
from core.actions.look_inside import part_of
from core.caller import Caller
from core.scenes import GraphSummary


@dataclass(frozen=True)
class Request:
    model: str
    part: str = ""
    """The role of one of its graphs; empty for the first."""


def do(request: Request, caller: Caller) -> GraphSummary:
    info = _library.find(request.model, caller)
    found: GraphSummary = _workers.ask_model("sum_up_graph", info, caller, {"part": part_of(info, request.part)})
    return found
