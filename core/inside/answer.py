"""Read what was given, prepare it, run the model, read its answer: beside the session, in its own process."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from core import registry
from core.guard._contract import Seen
from core.inside import _guard
from core.inside._clock import Clock, since
from core.inside._desk import Desk
from core.inside._inputs import read
from core.inside._model import graphs, info_of
from core.types import Doubt


@dataclass(frozen=True)
class Answered:
    result: Any
    """One of `core.results`."""
    sentences: tuple[str, ...]
    read_ms: float
    run_ms: float
    total_ms: float
    open_ms: float
    doubts: tuple[Doubt, ...] = ()
    """Why the answer may be wrong. Looking for these is no part of `total_ms`."""


RESULT = Answered


def do(request: dict[str, Any], desk: Desk) -> Answered:
    """`request`: the model (see `_model.info_of`), "task", "given" by field name, and "threads"."""
    info = info_of(request, desk)
    task = registry.load("core.tasks")[request["task"]]
    opened, open_ms = graphs(info, desk, request["threads"])
    start = time.perf_counter()
    inputs = read(task.fields(info), request["given"], desk)
    read_ms = since(start)
    clock = Clock()
    result = task.answer(inputs, clock.timed(opened), info, desk.say)
    sentences = tuple(task.explain(inputs, info))
    total_ms = since(start)
    asked = _guard.Asked(request["mark"], request["task"], inputs, info, opened, desk)
    looks = _guard.looks(asked, result.kind, clock.run_ms)
    doubts = _guard.doubts(Seen(result, clock.outputs, info, *looks))
    return Answered(result, sentences, read_ms, clock.run_ms, total_ms, open_ms, doubts)
