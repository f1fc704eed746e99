"""Look inside: the picture of a model's graph, with some of its groups open. Nothing is run."""

from __future__ import annotations

from dataclasses import dataclass

from core.actions import _library, _workers
from core.caller import Caller
from core.errors import InputError
from core.inside.draw_graph import Drawn
from core.types import ModelInfo


@dataclass(frozen=True)
class Request:
    model: str
    part: str = ""
    """The role of one of its graphs; empty for the first."""
    opened: tuple[str, ...] | None = None
    """Ids of open groups; None for a first look."""


def do(request: Request, caller: Caller) -> Drawn:
    """Quick after the first time: the model's worker keeps what it worked out."""
    info = _library.find(request.model, caller)
    asked = {"part": part_of(info, request.part), "opened": request.opened}
    drawn: Drawn = _workers.ask_model("draw_graph", info, caller, asked)
    return drawn


def part_of(info: ModelInfo, name: str) -> str:
    """The role of the graph that is meant. Raises InputError."""
    if name and name not in info.parts:
        raise InputError(
            f"This model has no part “{name[:60]}”.",
            "Its parts: " + ", ".join(info.parts) + ".",
            "Choose one of these.",
        )
    return name or next(iter(info.parts))
