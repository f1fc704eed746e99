"""Try it: give a model one picture, text or table of numbers, and get its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core import in_words, results
from core.actions import _library, _workers
from core.actions._forms import filled, uploads
from core.caller import Caller
from core.results import Result
from core.store.store import Run
from core.types import Doubt, Timing
from core.workers import wire


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
    doubts: tuple[Doubt, ...] = ()
    """Why the answer may be wrong: what the checks of `core.guard` object to."""


def do(request: Request, caller: Caller) -> Answer:
    """Let the model's worker read the inputs, run, and read the answer; add a line to the history."""
    known = _library.with_task(_library.find(request.model, caller), request.task, caller)
    return answer(known, request.inputs, caller)


def answer(known: _library.Known, inputs: Mapping[str, Any], caller: Caller) -> Answer:
    """One answer of a model whose task is settled."""
    given = filled(known.task.fields(known.info), inputs)
    asked = {"task": known.task_id, "given": given}
    found = _workers.ask_model("answer", known.info, caller, asked, uploads(given))
    result = believed(found.result, (known.task.RESULT, *getattr(known.task, "ALSO", ())))
    timing = Timing(
        found.read_ms, found.run_ms, found.total_ms - found.read_ms - found.run_ms, found.total_ms, found.open_ms
    )
    run = Run(known.info.id, known.task_id, timing.total_ms, timing.run_ms, in_words.without_quoting(result))
    _library.library().record(run, caller.visitor)
    if found.open_ms:  # the first answer after opening tells what a model takes
        _library.library().shelf.measured(known.info.id, _workers.peak_bytes(known.info, caller), caller.visitor)
    info = known.info
    return Answer(info.title, info.id, known.task_id, result, timing, found.sentences, known.guessed, found.doubts)


def believed(result: Any, kinds: tuple[str, ...]) -> Result:
    """The result as a kind the task promises, its arrays and their shapes checked."""
    if not isinstance(result, dict) or result.get("kind") not in kinds:
        raise wire.bad_message(f"a {' or '.join(kinds)} was promised")
    believed: Result = wire.convert(result, results.KINDS[result["kind"]])
    return believed
