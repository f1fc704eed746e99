"""Colours on the graph: by time, size, number format and more. For time the model is run on the person's own input."""

from __future__ import annotations

import hashlib
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from core import beside, settings
from core.actions import _library, _workers
from core.actions._forms import filled, uploads
from core.actions.look_inside import part_of
from core.caller import Caller
from core.scenes import Coloured
from core.types import ModelInfo
from core.workers import wire

MEASURED = "time"
MOST_KEPT = 64


@dataclass(frozen=True)
class Request:
    model: str
    boxes: tuple[str, ...]
    """Ids of groups and steps."""
    overlay: str
    """Id of a file in core/graph/overlays."""
    part: str = ""
    """The role of one of its graphs; empty for the first."""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    """For time: by field name, as for Try it; without any the model is fed values drawn at random."""
    task: str = ""
    """Id of a task; empty for what the model is for."""
    measured: int = 0
    """For time: another number measures anew."""


def do(request: Request, caller: Caller) -> Coloured:
    """Times are measured once for each input, the rest is quick. Raises InputError for an unknown overlay or part."""
    info = _library.find(request.model, caller)
    part = part_of(info, request.part)
    times = _times(info, part, request, caller) if request.overlay == MEASURED else None
    asked = {"part": part, "overlay": request.overlay, "boxes": request.boxes, "times": times}
    found: Coloured = _workers.ask_model("colour_graph", info, caller, asked)
    return found


def _times(info: ModelInfo, part: str, request: Request, caller: Caller) -> Any:
    """Where the time of a run goes, measured once: a click that opens a group mustn't run the model again."""
    key = (caller.visitor, _mark(info.parts[part], part, request.task, dict(request.inputs), request.measured))
    with _keeping:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    feeds = _feeds(info, part, request, caller) if request.inputs else {}
    found = _measured(info, part, feeds, caller)
    with _keeping:
        _kept[key] = found
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return found


_kept: OrderedDict[tuple[str, str], Any] = OrderedDict()
_keeping = threading.Lock()


def _feeds(info: ModelInfo, part: str, request: Request, caller: Caller) -> dict[str, Any]:
    """What the graph is fed for the person's input; empty when the task never calls it."""
    known = _library.with_task(info, request.task, caller)
    given = filled(known.task.fields(known.info), request.inputs)
    asked = {"task": known.task_id, "given": given, "part": part}
    found: dict[str, Any] = _workers.ask_model("capture_feeds", known.info, caller, asked, uploads(given))
    return found


def _measured(info: ModelInfo, part: str, feeds: Mapping[str, Any], caller: Caller) -> Any:
    """By a process that may write into one folder, which is deleted then: the runtime measures into files."""
    graph = info.parts[part]
    here = Path(graph.path).parent
    files = {"": graph.path, **{name: str(here / name) for name in graph.external_files}}
    present = {name: path for name, path in files.items() if not name or beside.size_bytes(here, name) is not None}
    with tempfile.TemporaryDirectory(dir=settings.data_folder(), prefix=".profile-") as folder:
        asked = {"graph": replace(graph, path=""), "feeds": feeds, "folder": folder, "threads": settings.THREADS}
        return _workers.file_job("profile_steps", caller, asked, Path(folder), present)


def _mark(*things: Any) -> str:
    """The same for the same plain data, files included."""
    digest = hashlib.sha256()

    def put(buffer: memoryview) -> int:
        digest.update(buffer)
        return len(buffer)

    digest.update(wire.to_header(wire.pack(things, put)))
    return digest.hexdigest()
