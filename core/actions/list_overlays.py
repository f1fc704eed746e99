"""What the picture of a model can be coloured by."""

from __future__ import annotations

from dataclasses import dataclass

from core.actions import _library, _workers
from core.caller import Caller
from core.scenes import Choice


@dataclass(frozen=True)
class Request:
    model: str
    """Its worker is asked; what it says is the same for every model."""


def do(request: Request, caller: Caller) -> tuple[Choice, ...]:
    """Quick once the model's worker is there."""
    found: tuple[Choice, ...] = _workers.ask_model("list_overlays", _library.find(request.model, caller), caller, {})
    return found
