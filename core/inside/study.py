"""What a model may be for, and how it would be fed and read: from what lies in and beside it, else its shapes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from core import registry
from core.inside._desk import Desk
from core.inside._evidence import gathered
from core.inside._model import info_of
from core.types import Fact


@dataclass(frozen=True)
class Study:
    fits: dict[str, float]
    """How well each task fits, 0 to 1, by its id."""
    task: str
    """The one that was asked about, else the one the model is for."""
    facts: dict[str, Fact] = field(default_factory=dict)
    """What that task takes for granted."""
    tasks: tuple[str, ...] = ()
    """Ids of tasks that files or notes name, and that fit, best first."""
    notes: tuple[str, ...] = ()
    """Sentences for the user: files that were left out, and why."""


RESULT = Study


def do(request: dict[str, Any], desk: Desk) -> Study:
    """`request`: the model (see `_model.info_of`) and "task", empty for the one it is for.

    Facts that came with the model count more than what its files say, and these more than what a task assumes.
    """
    info = info_of(request, desk)
    found = gathered(info)
    known = replace(info, preparation={**found.facts, **info.preparation})
    tasks = registry.load("core.tasks")
    fits = {task_id: float(task.fits(known)) for task_id, task in tasks.items()}
    named = _that_fit(found.tasks, fits)
    # what only a tag of the hub says is often wrong, so the model's own files count more
    first = info.tasks if info.tasks_are_certain and info.tasks else (*named, *_that_fit(info.tasks, fits))
    task_id = request["task"] or next(iter(first), "") or max(fits, key=lambda one: fits[one])
    return Study(fits, task_id, _settled(tasks[task_id].assume(known), known.preparation), named, found.notes)


def _settled(assumed: Mapping[str, Fact], known: Mapping[str, Fact]) -> dict[str, Fact]:
    """What is known over what is assumed; what a fact may be only the task can say."""
    may_be = {name: fact.choices for name, fact in assumed.items()}
    return {**assumed, **{name: replace(fact, choices=may_be.get(name, ())) for name, fact in known.items()}}


def _that_fit(task_ids: tuple[str, ...], fits: Mapping[str, float]) -> tuple[str, ...]:
    return tuple(task_id for task_id in task_ids if fits.get(task_id, 0) > 0)
