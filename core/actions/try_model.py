"""Try it: give a model one picture, text or table of numbers, and get its answer."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core import in_words
from core.actions import _library
from core.actions._forms import filled, read
from core.results import Result
from core.run.warm import is_warm, warm_graph
from core.store.store import Run
from core.types import Graph, ModelInfo, Say, Timing, Value


@dataclass(frozen=True)
class Request:
    model: str
    """Id, title, or path of an .onnx file."""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    """By field name, as `core.fields` says; fields left out take their default."""
    task: str = ""
    """Id of a task; empty for what the model is for."""


@dataclass(frozen=True)
class Answer:
    model: str
    """The model's title."""
    model_id: str
    task: str
    result: Result
    timing: Timing
    preparation: tuple[str, ...]
    """Sentences: what was done to the input, how the answer was read, what was cut or guessed."""
    guessed: bool = False
    """True when the task itself is a guess from the shapes in the file."""


def do(request: Request, say: Say) -> Answer:
    """Read the inputs, prepare them, run the model, read its answer, and add a line to the history."""
    known = _library.with_task(_library.find(request.model, say), request.task)
    fields = known.task.fields(known.info)
    given = filled(fields, request.inputs)
    opening = time.perf_counter()
    graphs, open_ms = _open_graphs(known.info, say), _since(opening)
    start = time.perf_counter()
    inputs = read(fields, given)
    read_ms = _since(start)
    clock = _Clock()
    result: Result = known.task.answer(
        inputs, {role: clock.timed(graph) for role, graph in graphs.items()}, known.info, say
    )
    sentences: tuple[str, ...] = known.task.explain(inputs, known.info)
    total_ms = _since(start)
    timing = Timing(read_ms, clock.run_ms, total_ms - read_ms - clock.run_ms, total_ms, open_ms)
    summary = in_words.without_quoting(result)
    _library.library().record(Run(known.info.id, known.task_id, total_ms, clock.run_ms, summary))
    return Answer(known.info.title, known.info.id, known.task_id, result, timing, sentences, known.guessed)


def _open_graphs(info: ModelInfo, say: Say) -> dict[str, Graph]:
    if not all(is_warm(graph) for graph in info.parts.values()):
        say(None, f"Opening {info.title}")
    return {role: warm_graph(graph) for role, graph in info.parts.items()}


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
