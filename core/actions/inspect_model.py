"""Inspect: what a model takes, gives, and is made of. Nothing is run."""

from __future__ import annotations

from dataclasses import dataclass

from core.actions import _library
from core.caller import Caller
from core.types import ModelInfo


@dataclass(frozen=True)
class Request:
    model: str


def do(request: Request, caller: Caller) -> ModelInfo:
    """The model with its preparation for the task it is for."""
    return _library.with_task(_library.find(request.model, caller), "", caller).info
