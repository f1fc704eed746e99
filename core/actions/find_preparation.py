"""The preparation doctor: try other ways to feed a model, so that a person can pick the one whose answer is right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core import limits
from core.actions import _library, _workers
from core.actions._forms import filled, uploads
from core.actions.try_model import believed
from core.caller import Caller
from core.fields import Field
from core.results import Result
from core.samples import pictures
from core.types import Doubt, Fact

BUDGET_S = 60.0
_MOST_PHOTOGRAPHS = 5
_SHARE_OF_LIMIT = 0.4
"""Of the longest time a model may take for one request; a search mustn't come near it."""


@dataclass(frozen=True)
class Request:
    model: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    task: str = ""
    open_all: bool = False
    """What is certain comes into question too."""


@dataclass(frozen=True)
class Candidate:
    facts: dict[str, Fact]
    """To be remembered with the action `decide` when the person says it is the right one."""
    words: str
    """Such as `blue first, 0 to 1, whole picture stretched`."""
    result: Result
    """For the person's picture."""
    doubts: tuple[Doubt, ...]
    score: float
    """The higher the more believable; comparable within one search only."""
    is_current: bool


@dataclass(frozen=True)
class Found:
    candidates: tuple[Candidate, ...]
    """The best few, the most believable first; the one in use is always among them."""
    tried: int
    pictures: int
    """How many pictures the ranking rests on: the person's and some of ours."""


VARIED = ("colour", "mean", "std", "resize")
"""Names of the facts that are tried otherwise."""


def can_be_tried(fields: Sequence[Field], preparation: Mapping[str, Fact]) -> bool:
    """Whether there is a picture, and anything about it that could be otherwise."""
    return any(field.kind == "picture" for field in fields) and any(name in preparation for name in VARIED)


def is_open(preparation: Mapping[str, Fact]) -> bool:
    """Whether anything about the picture is a guess; else only `open_all` finds something to try."""
    return any(name in preparation and not preparation[name].certain for name in VARIED)


def do(request: Request, caller: Caller) -> Found:
    """Raises InputError when there is nothing to try."""
    known = _library.with_task(_library.find(request.model, caller), request.task, caller)
    given = filled(known.task.fields(known.info), request.inputs)
    asked = {
        "task": known.task_id,
        "given": given,
        "open_all": request.open_all,
        "photographs": _photographs(known),
        "budget_s": min(BUDGET_S, _SHARE_OF_LIMIT * limits.run_limit_s(classroom=not caller.is_owner)),
    }
    found = _workers.ask_model("try_preparations", known.info, caller, asked, uploads(given))
    kinds = (known.task.RESULT, *getattr(known.task, "ALSO", ()))
    made = tuple(
        Candidate(
            {name: Fact(value, "you") for name, value in one.facts.items()},
            one.words,
            believed(one.result, kinds),
            one.doubts,
            one.score,
            one.is_current,
        )
        for one in found.found
    )
    return Found(made, found.tried, found.pictures)


def _photographs(known: _library.Known) -> list[bytes]:
    """Files of a few samples: those the task names as its best, else photographs."""
    here = {sample.name: sample for sample in pictures.samples("try")}
    best = [name for name in getattr(known.task, "SAMPLES", ()) if name in here]
    photographs = [name for name, sample in here.items() if sample.draw is None]
    return [pictures.read(name) for name in (best or photographs)[:_MOST_PHOTOGRAPHS]]
