"""Brings a model and a worker together: which worker, which files it is handed, what it is believed."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from core import beside, registry, settings
from core.actions import _side_files
from core.caller import Caller
from core.errors import UnsafeModel
from core.limits import run_limit_s
from core.listings import Preview
from core.types import GraphInfo, ModelInfo
from core.workers import wire
from core.workers.pool import Place, pool
from core.workers.worker import Begin, Given

INSIDE = "core.inside"
_LIBRARIES_BYTES = 100 * 2**20
"""What a worker takes before it has a model."""


def ask_model(
    name: str,
    info: ModelInfo,
    caller: Caller,
    request: Mapping[str, Any],
    uploads: Mapping[str, str] | None = None,
) -> Any:
    """What `core.inside.<name>` says about this model, checked to be of its RESULT."""
    with pool().worker(_place(info, caller), caller) as worker:
        mark = hashlib.sha256(msgspec.json.encode(info)).hexdigest()
        told = mark in worker.known
        stay = {name: path for name, path in _files(info).items() if name not in worker.known}
        asked = {
            **request,
            "mark": mark,
            "info": None
            if told
            else replace(
                info,
                parts={role: replace(graph, path="") for role, graph in info.parts.items()},
                files={name: name for name in info.files},
            ),
            "threads": settings.THREADS,
        }
        found = worker.ask(
            name, asked, caller, given=Given(stay, uploads or {}), limit_s=_limit_s(caller), doing=f"at “{info.title}”"
        )
        worker.known |= {mark, *stay}
    return believed(name, found)


def peak_bytes(info: ModelInfo, caller: Caller) -> int:
    """The most memory the process of this model has taken; 0 when it has none now."""
    key = _place(info, caller).key
    return max((worker.peak_bytes() for worker, has, _ in pool().workers() if has == key), default=0)


def describe(
    paths: Mapping[str, Path], caller: Caller, *, starter: bool = False, files: Mapping[str, str] | None = None
) -> dict[str, GraphInfo]:
    """The graphs of a model by role, checked and described by a worker, which keeps them for what comes next.

    `files`: what lies beside them (`ModelInfo.files`); it isn't read here.
    """
    size_bytes = sum(_size_bytes(path) for path in paths.values())
    begin = Begin(memory_bytes=settings.memory_limit_bytes(size_bytes))
    folders = {role: path.parent for role, path in paths.items()}

    def more(names: list[str]) -> tuple[Given, list[str]]:
        return _beside(names, folders)

    with pool().worker(Place((), begin, _estimate_bytes(size_bytes)), caller) as worker:
        given = Given({f"{role}/": str(path) for role, path in paths.items()})
        found = worker.ask(
            "describe",
            {"roles": list(paths)},
            caller,
            given=given,
            more=more,
            limit_s=_limit_s(caller),
            doing="looking at the model",
        )
        graphs: dict[str, GraphInfo] = believed("describe", found)
        if list(graphs) != list(paths):
            raise wire.bad_message("it describes other graphs than it was given")
        worker.known |= {f"{role}/{name}" for role, graph in graphs.items() for name in ("", *graph.external_files)}
        graphs = {role: _measured(graph, paths[role]) for role, graph in graphs.items()}
        pool().keep(worker, _key(graphs, "" if starter else caller.visitor, files or {}))
    return graphs


def _measured(graph: GraphInfo, path: Path) -> GraphInfo:
    """With the hash and size as they are: folders, warm workers and limits of memory hang on them."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    sizes = [beside.size_bytes(path.parent, name) or 0 for name in graph.external_files]
    return replace(graph, path=str(path), sha256=sha256, size_bytes=_size_bytes(path) + sum(sizes))


def peek(caller: Caller, size_bytes: int, read: Callable[[int, int], bytes]) -> Preview:
    """What is in a model's file of which only pieces are to be had. `read(start, end)` gives one.

    The worker that reads them has no network; it asks for pieces here, and only for such as there are.
    """
    with tempfile.TemporaryDirectory(dir=settings.data_folder(), prefix=".pieces-") as folder:
        asked, given_bytes = 0, 0

        def more(names: list[str]) -> tuple[Given, list[str]]:
            nonlocal asked, given_bytes
            if len(names) != 1:
                raise wire.bad_message("it asks for several pieces at once")
            start, end = _piece(names[0], size_bytes)
            asked, given_bytes = asked + 1, given_bytes + end - start
            if asked > _MOST_PIECES or given_bytes > _MOST_PIECE_BYTES:
                raise wire.bad_message("it asks for more pieces than it may have")
            path = Path(folder) / "piece"
            path.unlink(missing_ok=True)  # the one before; whoever has it open keeps it
            path.write_bytes(read(start, end))
            return Given({names[0]: str(path)}), []

        place = Place((), Begin(memory_bytes=settings.memory_limit_bytes(0)), _LIBRARIES_BYTES)
        with pool().worker(place, caller) as worker:
            found = worker.ask(
                "peek", {"size_bytes": size_bytes}, caller, more=more, limit_s=_limit_s(caller), doing="looking into it"
            )
    seen: Preview = believed("peek", found)
    return seen


def _piece(name: str, size_bytes: int) -> tuple[int, int]:
    """Where a piece begins and ends. Raises Crashed for one that can't be: nobody asks for such in good faith."""
    found = _PIECE.fullmatch(name)
    if not found:
        raise wire.bad_message("it asks for no piece of the file")
    start, end = int(found[1]), int(found[2])
    if not start < end <= min(size_bytes, start + _LARGEST_PIECE_BYTES):
        raise wire.bad_message("it asks for a piece that isn't there")
    return start, end


_PIECE = re.compile(r"([0-9]{1,15})-([0-9]{1,15})")
_LARGEST_PIECE_BYTES = 4 * 2**20
_MOST_PIECES = 400
_MOST_PIECE_BYTES = 32 * 2**20


def ask_reader(name: str, caller: Caller, request: Mapping[str, Any], uploads: Mapping[str, str] | None = None) -> Any:
    """What `core.inside.<name>` makes of what a person gave, without any model."""
    place = Place((caller.visitor, "reader"), Begin(memory_bytes=settings.memory_limit_bytes(0)), _LIBRARIES_BYTES)
    with pool().worker(place, caller) as worker:
        given = Given(visit=uploads or {})
        found = worker.ask(
            name, dict(request), caller, given=given, limit_s=_limit_s(caller), doing="reading your file"
        )
    return believed(name, found)


def file_job(
    name: str, caller: Caller, request: Mapping[str, Any], folder: Path, uploads: Mapping[str, str] | None = None
) -> Any:
    """What `core.inside.<name>` builds: a process that may write in this folder and nowhere else."""
    folder.mkdir(parents=True, exist_ok=True)
    begin = Begin("files", str(folder.resolve()), settings.memory_limit_bytes(settings.MAX_MODEL_BYTES))
    with pool().worker(Place((), begin, _LIBRARIES_BYTES), caller) as worker:
        found = worker.ask(name, dict(request), caller, given=Given(visit=uploads or {}), doing="building files")
    return believed(name, found)


def ask_hub(name: str, caller: Caller, request: Mapping[str, Any]) -> Any:
    """What `core.inside.<name>` finds out from a source of models: a process with the network that writes nothing."""
    place = Place((caller.visitor, "hub"), Begin("look_up"), _LIBRARIES_BYTES)
    with pool().worker(place, caller) as worker:
        found = worker.ask(name, dict(request), caller, limit_s=settings.LOOK_UP_LIMIT_S, doing="asking the hub")
    return believed(name, found)


def fetch(caller: Caller, request: Mapping[str, Any], folder: Path) -> Any:
    """What `core.inside.fetch_files` brings into this folder: a process with the network that understands nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    begin = Begin("download", str(folder.resolve()))
    with pool().worker(Place((), begin, _LIBRARIES_BYTES), caller) as worker:
        asked = {**request, "folder": str(folder.resolve())}
        found = worker.ask("fetch_files", asked, caller, limit_s=settings.DOWNLOAD_LIMIT_S, doing="fetching a model")
    return believed("fetch_files", found)


def believed(name: str, found: Any) -> Any:
    """The answer as the type the request promises. Raises Crashed when it isn't."""
    return wire.convert(found, registry.plugin(INSIDE, name).RESULT)


def _place(info: ModelInfo, caller: Caller) -> Place:
    size_bytes = sum(graph.size_bytes for graph in info.parts.values())
    begin = Begin(memory_bytes=settings.memory_limit_bytes(size_bytes))
    # Models that come with the app are the same for everybody; what a visitor brought is nobody else's.
    key = _key(info.parts, "" if info.origin == "starter" else caller.visitor, info.files)
    return Place(key, begin, _estimate_bytes(size_bytes))


def _key(graphs: Mapping[str, GraphInfo], whose: str, files: Mapping[str, str]) -> tuple[str, ...]:
    """Weights and what lies beside aren't part of a graph's hash: which files, and in which state, tells them apart."""
    weights = [
        f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}"
        for graph in graphs.values()
        for path in (Path(graph.path).parent / name for name in graph.external_files)
        if path.is_file()
    ]
    return (whose, *(graph.sha256 for graph in graphs.values()), *weights, *_side_files.states(files))


def _estimate_bytes(size_bytes: int) -> int:
    return _LIBRARIES_BYTES + 3 * size_bytes


def _limit_s(caller: Caller) -> float:
    return run_limit_s(classroom=not caller.is_owner)


def _files(info: ModelInfo) -> dict[str, str]:
    """Every file the model's process is handed, by the name it knows it under."""
    graphs = [graph.path for graph in info.parts.values()]
    files = {name: path for name, path in info.files.items() if _side_files.may_be_had(name, path, graphs)}
    for role, graph in info.parts.items():
        folder = Path(graph.path).parent
        files[f"{role}/"] = graph.path
        for name in graph.external_files:
            if beside.size_bytes(folder, name) is not None:
                files[f"{role}/{name}"] = str(folder / name)
    for fact in info.preparation.values():
        if fact.is_file and isinstance(fact.value, str) and fact.value not in files and _may_be_handed(fact.value):
            files[fact.value] = fact.value
    return files


def _may_be_handed(path: str) -> bool:
    """Only what belongs to a starter model or came with an installed package, whatever a note about a model says."""
    import sysconfig

    if not Path(path).is_absolute():  # the name of a file beside the model, which isn't there
        return False
    real = Path(path).resolve()
    roots = (settings.data_folder() / "starter", Path(sysconfig.get_paths()["purelib"]).resolve())
    return real.is_file() and any(real.is_relative_to(root) for root in roots)


def _beside(names: list[str], folders: Mapping[str, Path]) -> tuple[Given, list[str]]:
    """Which of the files a worker asks for it may have: plain ones beside the model; links are refused by name."""
    stay, refused = {}, []
    for asked in names:
        role, _, name = asked.partition("/")
        try:
            if role in folders and beside.size_bytes(folders[role], name) is not None:
                stay[asked] = str(folders[role] / name)
        except UnsafeModel:
            refused.append(asked)
    return Given(stay), refused


def _size_bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
