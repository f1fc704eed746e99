"""Open: make a model ready and say what it can do and what it asks for."""

from __future__ import annotations

from dataclasses import dataclass

from core import registry
from core.actions import _library
from core.caller import Caller
from core.fields import Field
from core.types import ModelInfo


@dataclass(frozen=True)
class Request:
    model: str
    task: str = ""


@dataclass(frozen=True)
class TaskChoice:
    id: str
    title: str
    summary: str
    result: str


@dataclass(frozen=True)
class Opened:
    info: ModelInfo
    """With its preparation for this task."""
    task: TaskChoice
    guessed: bool
    tasks: tuple[TaskChoice, ...]
    """Those offered first: what it is known for, or what fits its shapes; raw numbers always come last."""
    fields: tuple[Field, ...]
    form: dict[str, object]
    """How the inputs were filled last time."""
    verified: str = ""
    """What this way of feeding and reading was compared with; empty where nothing independent was."""
    notes: tuple[str, ...] = ()
    """Sentences: files beside the model that were left out, and why."""


def do(request: Request, caller: Caller) -> Opened:
    """Build or check the files, settle the task, and list the fields of its form."""
    known = _library.with_task(_library.find(request.model, caller), request.task, caller)
    decision = _library.library().decision(_library.key(known.info), caller.visitor)
    return Opened(
        info=known.info,
        task=_choice(known.task_id),
        guessed=known.guessed,
        tasks=_offered(known),
        fields=known.task.fields(known.info),
        form=decision.form,
        verified=known.task.verified(known.info) if hasattr(known.task, "verified") else "",
        notes=known.notes,
    )


def _offered(known: _library.Known) -> tuple[TaskChoice, ...]:
    info = known.info
    fits = {} if info.tasks and info.tasks_are_certain else known.fits
    fitting = sorted((task_id for task_id, fit in fits.items() if fit > 0), key=lambda task_id: -fits[task_id])
    ids = dict.fromkeys([*known.tasks, *fitting, known.task_id, "tensors"])
    return tuple(_choice(task_id) for task_id in sorted(ids, key=lambda task_id: task_id == "tensors"))


def _choice(task_id: str) -> TaskChoice:
    task = registry.load(_library.TASKS)[task_id]
    return TaskChoice(task_id, task.TITLE, task.SUMMARY, task.RESULT)
