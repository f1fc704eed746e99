"""Remember, for this very file, what the user said it is for and how its inputs are filled."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from core.actions import _library
from core.caller import Caller
from core.types import Fact


@dataclass(frozen=True)
class Request:
    model: str
    task: str | None = None
    """A task's id; empty to go back to the app's own guess; None to leave it."""
    facts: dict[str, Fact] = field(default_factory=dict)
    """Added to those decided before."""
    form: dict[str, Any] | None = None
    """Plain values by field name; None to leave it."""


def do(request: Request, caller: Caller) -> None:
    """Decisions are kept by the file's SHA-256, so they survive removing and renaming."""
    info = _library.find(request.model, caller)
    sha256 = _library.key(info)
    decision = _library.library().decision(sha256, caller.visitor)
    if request.task is not None:
        decision = replace(decision, task=request.task)
    if request.form is not None:
        decision = replace(decision, form=request.form)
    decided = replace(decision, facts={**decision.facts, **request.facts})
    _library.library().decide(sha256, decided, caller.visitor)
