"""Open: make a model ready and say what it can do and what it asks for."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core import registry
from core.actions import _library
from core.fields import Field
from core.types import ModelInfo, Say


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


def do(request: Request, say: Say) -> Opened:
    """Build or check the files, settle the task, and list the fields of its form."""
    known = _library.with_task(_library.find(request.model, say), request.task)
    decision = _library.library().decision(_library.key(known.info))
    return Opened(
        info=known.info,
        task=_choice(known.task_id),
        guessed=known.guessed,
        tasks=_offered(replace(known.info, preparation={}), known.task_id),
        fields=known.task.fields(known.info),
        form=decision.form,
    )


def _offered(info: ModelInfo, current: str) -> tuple[TaskChoice, ...]:
    tasks = registry.load(_library.TASKS)
    fitting = [task_id for task_id in tasks if tasks[task_id].fits(info) > 0]
    fitting.sort(key=lambda task_id: -tasks[task_id].fits(info))
    ids = dict.fromkeys([*info.tasks, *([] if info.tasks else fitting), current, "tensors"])
    return tuple(_choice(task_id) for task_id in sorted(ids, key=lambda task_id: task_id == "tensors"))


def _choice(task_id: str) -> TaskChoice:
    task = registry.load(_library.TASKS)[task_id]
    return TaskChoice(task_id, task.TITLE, task.SUMMARY, task.RESULT)
