"""What a model may be for, and how it would be fed and read: judged from shapes, names and the notes in its files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from core import registry
from core.inside._desk import Desk
from core.inside._model import info_of
from core.types import Fact


@dataclass(frozen=True)
class Study:
    fits: dict[str, float]
    """How well each task fits, 0 to 1, by its id."""
    facts: dict[str, Fact] = field(default_factory=dict)
    """What the task that was asked about takes for granted; of the best one where none was."""


RESULT = Study


def do(request: dict[str, Any], desk: Desk) -> Study:
    """`request`: the model (see `_model.info_of`) and "task", empty for the best one."""
    info = info_of(request, desk)
    tasks = registry.load("core.tasks")
    fits = {task_id: float(task.fits(info)) for task_id, task in tasks.items()}
    return Study(fits, tasks[request["task"] or max(fits, key=lambda task_id: fits[task_id])].assume(info))
