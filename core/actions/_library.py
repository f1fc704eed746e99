"""Finds a model by what a person calls it: a starter, an entry of the library, or a file."""

from __future__ import annotations

import difflib
import hashlib
import os
import threading
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from types import ModuleType

import msgspec

from core import registry, settings
from core.actions import _side_files, _workers
from core.caller import Caller
from core.errors import Full, ModelNotFound, NotInstalled
from core.inside.study import Study
from core.store.store import Store
from core.types import GraphInfo, ModelInfo

STARTERS = "core.starter"
TASKS = "core.tasks"
_building = threading.Lock()
_opening = threading.Lock()


def find(name: str, caller: Caller) -> ModelInfo:
    """The model with this id, title or path; a starter is built first if need be.

    A path is for whoever sits at this computer only. Raises ModelNotFound, or another ModelError when the file is not a
    model that can be opened.
    """
    wanted = name.strip().casefold()
    for starter_id, starter in registry.load(STARTERS).items():
        if wanted in (starter_id, starter.TITLE.casefold()):
            return _starter(starter_id, caller)
    mine = library().shelf.find(name.strip(), caller.visitor, also=shared_by(caller))
    if mine:
        return _still_there(mine)
    path = Path(name).expanduser()
    if caller.is_owner and name.strip() and path.is_file():
        return _from_file(path.resolve(), caller)
    raise _not_found(name, caller)


def shared_by(caller: Caller) -> tuple[str, ...]:
    """Visitors whose library the caller may use too: the owner's, when they said so."""
    return (settings.OWNER,) if settings.SHARES_LIBRARY and not caller.is_owner else ()


def check_share(size_bytes: int, caller: Caller) -> None:
    """Raises Full when the visitor may not add that much."""
    most, limit_bytes = settings.models_share()
    mine = library().shelf.page(caller.visitor, count=0, all_versions=True)
    if mine.total >= most or mine.size_bytes + size_bytes > limit_bytes:
        raise Full(
            "There is no room for another model.",
            f"You have {mine.total} of {most} models, and they take {mine.size_bytes / 1e6:.0f} of "
            f"{limit_bytes / 1e6:.0f} MB; this one needs {size_bytes / 1e6:.0f} MB.",
            "Remove one on the page My library and try again.",
        )


def free_title(wanted: str, caller: Caller) -> str:
    """The title itself, or with a number behind it when the visitor has a model that is called so."""
    shelf = library().shelf
    numbered = (wanted, *(f"{wanted} ({number})" for number in range(2, 10_000)))
    return next(title for title in numbered if shelf.find(title, caller.visitor) is None)


def _from_file(path: Path, caller: Caller) -> ModelInfo:
    """A model file used where it lies, without being added to the library; looked at again when it has changed."""
    graph = _described.get(_state_of(path))
    if graph is None:
        graph = _workers.describe({"model": path}, caller)["model"]
        _described[_state_of(path)] = graph
        while len(_described) > MAX_STUDIES:
            _described.pop(next(iter(_described)))
    files = {name: str(found) for name, found in _side_files.beside(path).items()}
    return ModelInfo(graph.sha256[:12], path.stem, "Your own file.", "file", {"model": graph}, files=files)


_described: dict[tuple[str, int, int, int], GraphInfo] = {}


def _state_of(path: Path) -> tuple[str, int, int, int]:
    found = os.stat(path)  # noqa: PTH116  pairs with the tuple below
    return str(path), found.st_ino, found.st_size, found.st_mtime_ns


def library() -> Store:
    """The library of this user, opened once, however many ask at the same time."""
    with _opening:
        return opened_library()


@cache
def opened_library() -> Store:
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
    tasks: tuple[str, ...] = ()
    """All it is known to do, the best first; empty when nobody said."""
    fits: dict[str, float] = field(default_factory=dict)
    """How well each task fits, 0 to 1."""
    notes: tuple[str, ...] = ()
    """Sentences for the user: files beside the model that were left out, and why."""


def with_task(info: ModelInfo, task_id: str, caller: Caller) -> Known:
    """What the model is for: the task asked for, else what the user decided, what is known, or the best guess.

    How it is fed and read: as the user decided, else as our catalogue or the starter says, as its files say, or as the
    task assumes.
    """
    decision = library().decision(key(info), caller.visitor)
    chosen = task_id or decision.task
    if chosen and chosen not in registry.load(TASKS):
        raise _no_task(chosen)
    # what a task takes for granted may hang on what the user said, such as the family of a detector
    studied = study(replace(info, preparation={**info.preparation, **decision.facts}), chosen, caller)
    told = info.tasks if info.tasks_are_certain else ()
    tasks = tuple(dict.fromkeys([*told, *studied.tasks, *_that_fit(info.tasks, studied)]))
    guessed = not chosen and studied.task not in (*tasks, "tensors")
    prepared = replace(info, preparation=studied.facts)
    task = registry.load(TASKS)[studied.task]
    return Known(prepared, studied.task, task, guessed, tasks, studied.fits, studied.notes)


def _no_task(task_id: str) -> ModelNotFound:
    return ModelNotFound(
        f"There is no task called “{task_id[:60]}”.",
        "Known tasks: " + ", ".join(registry.load(TASKS)) + ".",
        "Choose one of these.",
    )


def _that_fit(task_ids: tuple[str, ...], studied: Study) -> list[str]:
    return [task_id for task_id in task_ids if studied.fits.get(task_id, 0) > 0]


def study(info: ModelInfo, task_id: str, caller: Caller) -> Study:
    """How well each task fits this very file, what its files say, and what the task takes for granted about it.

    Worked out once, and again when something beside the model has changed.
    """
    told = hashlib.sha256(msgspec.json.encode([info.preparation, info.tasks, info.tasks_are_certain])).hexdigest()
    whose = caller.visitor if info.files else ""
    asked = (key(info), task_id, told, whose, *_side_files.states(info.files))
    known = _studies.get(asked)
    if known is None:
        known = _studies[asked] = _workers.ask_model("study", info, caller, {"task": task_id})
        while len(_studies) > MAX_STUDIES:
            _studies.pop(next(iter(_studies)))
    return known


_studies: dict[tuple[str, ...], Study] = {}
MAX_STUDIES = 500


def key(info: ModelInfo) -> str:
    """The SHA-256 that decisions about the model are kept under: that of its first graph."""
    return next(iter(info.parts.values())).sha256


def is_installed(starter: ModuleType) -> bool:
    """Whether the packages that carry the model's files are there. Nothing is imported to find out."""
    return all(registry.installed(package) for package in starter.PACKAGES)


_starters: dict[str, ModelInfo] = {}


def _starter(starter_id: str, caller: Caller) -> ModelInfo:
    with _building:  # two people opening it at once build it once
        known = _starters.get(starter_id) or _kept(starter_id)
        if known is None or not all(Path(graph.path).exists() for graph in known.parts.values()):
            known = _build(starter_id, caller)
        _starters[starter_id] = known
        return known


def _build(starter_id: str, caller: Caller) -> ModelInfo:
    starter = registry.load(STARTERS)[starter_id]
    if not is_installed(starter):
        raise NotInstalled(
            f"“{starter.TITLE}” isn't installed yet.",
            f"It comes with the optional extra “{starter.EXTRA}”, to keep the basic installation small.",
            f'In the project\'s folder run: pip install ".[{starter.EXTRA}]" and start the app again.',
        )
    caller.say(None, f"Preparing {starter.TITLE}")
    folder = settings.data_folder() / "starter" / starter_id
    built = _workers.file_job("build_starter", caller, {"starter": starter_id, "folder": str(folder)}, folder)
    parts = _workers.describe({role: Path(path) for role, path in built.parts.items()}, caller, starter=True)
    info = ModelInfo(
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
    _keep(info, folder)
    return info


def _keep(info: ModelInfo, folder: Path) -> None:
    """Write down what was built, so that the next start needn't look at every file again."""
    note = {"version": settings.VERSION, "files": _states(info), "info": info}
    (folder / KEPT).write_bytes(msgspec.json.encode(note))


def _kept(starter_id: str) -> ModelInfo | None:
    """What was built before, when the app and every file are still the same."""
    path = settings.data_folder() / "starter" / starter_id / KEPT
    try:
        note = msgspec.json.decode(path.read_bytes())
        info = msgspec.convert(note["info"], type=ModelInfo)
        return info if (note["version"], note["files"]) == (settings.VERSION, _states(info)) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


KEPT = "built.json"


def _states(info: ModelInfo) -> list[list[str | int]]:
    paths = [graph.path for graph in info.parts.values()]
    paths += [str(fact.value) for fact in info.preparation.values() if fact.is_file]
    return [list(_state_of(Path(path))) for path in paths]


def _still_there(info: ModelInfo) -> ModelInfo:
    for graph in info.parts.values():
        if not Path(graph.path).is_file():
            raise ModelNotFound(
                f"The file of “{info.title}” is gone.",
                f"{Path(graph.path).name} was moved or deleted from the data folder.",
                "Remove the entry on the page My library and add the file again.",
            )
    return info


def _not_found(name: str, caller: Caller) -> ModelNotFound:
    titles = [starter.TITLE for starter in registry.load(STARTERS).values()]
    titles += [entry.info.title for entry in library().shelf.page(caller.visitor, count=200).entries]
    lowered = {title.casefold(): title for title in titles}
    close = difflib.get_close_matches(name.casefold(), lowered, n=1, cutoff=0.5)
    hint = f"Did you mean “{lowered[close[0]]}”?" if close else "There are: " + ", ".join(titles) + "."
    return ModelNotFound(
        f"No model is called “{name[:80]}”.",
        "It is neither in the library nor a file on this computer.",
        hint,
    )
