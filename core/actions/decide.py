"""Remember, for this very file, what the user said it is for and how its inputs are filled."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from core import preparation
from core.actions import _library
from core.caller import Caller
from core.errors import InputError
from core.types import Fact, ModelInfo


@dataclass(frozen=True)
class Request:
    model: str
    task: str | None = None
    """A task's id; empty to go back to the app's own guess; None to leave it."""
    facts: dict[str, Fact] = field(default_factory=dict)
    """How it is fed and read; added to what was decided before."""
    for_task: str = ""
    """Id of the task these are facts of; empty for what the model is for."""
    forget: tuple[str, ...] = ()
    """Names of facts to leave to the app again; `*` for all."""
    form: dict[str, Any] | None = None
    """Plain values by field name; None to leave it."""


def do(request: Request, caller: Caller) -> None:
    """Decisions are kept by the file's SHA-256, so they survive removing and renaming. Raises InputError."""
    info = _library.find(request.model, caller)
    sha256 = _library.key(info)
    decision = _library.library().decision(sha256, caller.visitor)
    if request.task is not None:
        decision = replace(decision, task=request.task)
    if request.form is not None:
        decision = replace(decision, form=request.form)
    kept = {name: fact for name, fact in decision.facts.items() if not {name, "*"} & set(request.forget)}
    facts = _checked(request, info, caller) if request.facts else {}
    _library.library().decide(sha256, replace(decision, facts={**kept, **facts}), caller.visitor)


def _checked(request: Request, info: ModelInfo, caller: Caller) -> dict[str, Fact]:
    """Each of the kind that the task's own fact is."""
    known = _library.with_task(info, request.for_task, caller).info.preparation
    if strange := [name for name in request.facts if name not in known]:
        raise InputError(
            f"There is nothing called “{strange[0][:60]}” to settle.",
            "For this task there are: " + ", ".join(known) + "." if known else "This task needs nothing to be settled.",
            "Use one of these names.",
        )
    return {name: preparation.changed(name, known[name], fact.value) for name, fact in request.facts.items()}
