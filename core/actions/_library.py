"""Finds a model by what a person calls it: a starter, an entry of the library, or a file."""

from __future__ import annotations

import difflib
import threading
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import ModuleType

from core import registry, settings
from core.errors import ModelNotFound, NotInstalled
from core.model.describe import examine
from core.run.warm import is_warm
from core.store.store import Store
from core.types import Fact, ModelInfo, Say

STARTERS = "core.starter"
TASKS = "core.tasks"
_building = threading.Lock()


def find(name: str, say: Say) -> ModelInfo:
    """The model with this id, title or path; a starter is built first if need be.

    Raises ModelNotFound, or another ModelError when the file is not a model that can be opened.
    """
    wanted = name.strip().casefold()
    if wanted in _starters and all(map(is_warm, _starters[wanted].parts.values())):
        return _starters[wanted]
    for starter_id, starter in registry.load(STARTERS).items():
        if wanted in (starter_id, starter.TITLE.casefold()):
            return _starter(starter_id, say)
    for info in library().models():
        if wanted in (info.id, info.title.casefold()):
            return _still_there(info)
    path = Path(name).expanduser()
    if name.strip() and path.is_file():
        return from_file(path.resolve())
    raise _not_found(name)


def from_file(path: Path) -> ModelInfo:
    """A model file used where it lies, without being added to the library."""
    graph = examine(path)
    return ModelInfo(graph.sha256[:12], path.stem, "Your own file.", "file", {"model": graph})


@cache
def library() -> Store:
    """The library of this user, opened once."""
    return Store(settings.data_folder() / "library.db")


@dataclass(frozen=True)
class Known:
    """A model together with the task it is used for."""

    info: ModelInfo
    """Its `preparation` is complete for the task."""
    task_id: str
    task: ModuleType
    guessed: bool
    """True when nobody said what the model is for."""


def with_task(info: ModelInfo, task_id: str) -> Known:
    """What the model is for: the task asked for, else what the user decided, what is known, or the best guess."""
    decision = library().decision(key(info))
    chosen = task_id or decision.task or (info.tasks[0] if info.tasks else "")
    best = chosen or best_fit(info)
    task = registry.load(TASKS).get(best)
    if task is None:
        raise ModelNotFound(
            f"There is no task called “{best[:60]}”.",
            "Known tasks: " + ", ".join(registry.load(TASKS)) + ".",
            "Choose one of these.",
        )
    facts: dict[str, Fact] = {**_assumed(info, best), **info.preparation, **decision.facts}
    prepared = replace(info, preparation=facts)
    return Known(prepared, best, task, guessed=not chosen and best != "tensors")


def _assumed(info: ModelInfo, task_id: str) -> dict[str, Fact]:
    """What the task takes for granted about this very file; worked out once."""
    known = _assumptions.get((key(info), task_id))
    if known is None:
        known = _assumptions[key(info), task_id] = registry.load(TASKS)[task_id].assume(info)
    return known


_assumptions: dict[tuple[str, str], dict[str, Fact]] = {}


def best_fit(info: ModelInfo) -> str:
    """The id of the task that fits the shapes and notes in the file best; `tensors` fits everything a little."""
    tasks = registry.load(TASKS)
    return max(tasks, key=lambda task_id: tasks[task_id].fits(info))


def key(info: ModelInfo) -> str:
    """The SHA-256 that decisions about the model are kept under: that of its first graph."""
    return next(iter(info.parts.values())).sha256


def is_installed(starter: ModuleType) -> bool:
    """Whether the packages that carry the model's files are there. Nothing is imported to find out."""
    return all(registry.installed(package) for package in starter.PACKAGES)


_starters: dict[str, ModelInfo] = {}


def _starter(starter_id: str, say: Say) -> ModelInfo:
    with _building:  # two people opening it at once build it once
        known = _starters.get(starter_id)
        if known is None or not all(Path(graph.path).exists() for graph in known.parts.values()):
            known = _starters[starter_id] = _build(starter_id, say)
        return known


def _build(starter_id: str, say: Say) -> ModelInfo:
    starter = registry.load(STARTERS)[starter_id]
    if not is_installed(starter):
        raise NotInstalled(
            f"“{starter.TITLE}” isn't installed yet.",
            f"It comes with the optional extra “{starter.EXTRA}”, to keep the basic installation small.",
            f'In the project\'s folder run: pip install ".[{starter.EXTRA}]" and start the app again.',
        )
    built = starter.build(settings.data_folder() / "starter" / starter_id, say)
    parts = {role: examine(path) for role, path in built.parts.items()}
    return ModelInfo(
        id=starter_id,
        title=starter.TITLE,
        summary=starter.SUMMARY,
        origin="starter",
        parts=parts,
        tasks=tuple(starter.TASKS),
        preparation=built.preparation,
        licence=starter.LICENCE,
        source=starter.SOURCE,
    )


def _still_there(info: ModelInfo) -> ModelInfo:
    for graph in info.parts.values():
        if not Path(graph.path).is_file():
            raise ModelNotFound(
                f"The file of “{info.title}” is gone.",
                f"{Path(graph.path).name} was moved or deleted from the data folder.",
                "Remove the entry on the page Models and add the file again.",
            )
    return info


def _not_found(name: str) -> ModelNotFound:
    titles = [starter.TITLE for starter in registry.load(STARTERS).values()]
    titles += [info.title for info in library().models()]
    lowered = {title.casefold(): title for title in titles}
    close = difflib.get_close_matches(name.casefold(), lowered, n=1, cutoff=0.5)
    hint = f"Did you mean “{lowered[close[0]]}”?" if close else "There are: " + ", ".join(titles) + "."
    return ModelNotFound(
        f"No model is called “{name[:80]}”.",
        "It is neither in the library nor a file on this computer.",
        hint,
    )
