"""Read what was given, prepare it, run the model, read its answer: beside the session, in its own process."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core import registry
from core.inside._desk import Desk
from core.inside._inputs import read
from core.inside._model import graphs, info_of
from core.types import Graph, Value


@dataclass(frozen=True)
class Answered:
    result: Any
    """One of `core.results`."""
    sentences: tuple[str, ...]
    read_ms: float
    run_ms: float
    total_ms: float
    open_ms: float


RESULT = Answered


def do(request: dict[str, Any], desk: Desk) -> Answered:
    """`request`: the model (see `_model.info_of`), "task", "given" by field name, and "threads"."""
    info = info_of(request, desk)
    task = registry.load("core.tasks")[request["task"]]
    opened, open_ms = graphs(info, desk, request["threads"])
    start = time.perf_counter()
    inputs = read(task.fields(info), request["given"], desk)
    read_ms = _since(start)
    clock = _Clock()
    result = task.answer(inputs, {role: clock.timed(graph) for role, graph in opened.items()}, info, desk.say)
    sentences = tuple(task.explain(inputs, info))
    return Answered(result, sentences, read_ms, clock.run_ms, _since(start), open_ms)


class _Clock:
    """Adds up the time spent inside the graphs."""

    def __init__(self) -> None:
        self.run_ms = 0.0

    def timed(self, graph: Graph) -> Graph:
        def run(feeds: Mapping[str, Value]) -> dict[str, Value]:
            start = time.perf_counter()
            try:
                return graph(feeds)
            finally:
                self.run_ms += _since(start)

        return run


def _since(start: float) -> float:
    return (time.perf_counter() - start) * 1000
