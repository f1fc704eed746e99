"""Export: a model with its card and settings as one zip, to use on another computer."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from core import settings
from core.actions import _files, _library, show_entry
from core.caller import Caller
from core.store import bundle


@dataclass(frozen=True)
class Request:
    model: str
    """The id."""
    target: str = ""
    """Path of the zip; empty for a file in the data folder that is deleted with the next export."""


@dataclass(frozen=True)
class Exported:
    path: str
    name: str
    """To save it under."""
    size_bytes: int


def do(request: Request, caller: Caller) -> Exported:
    """What was decided about the model goes along; who it belongs to and where it lay doesn't."""
    entry = show_entry.do(show_entry.Request(request.model), caller).entry
    name = re.sub(r"[^\w .-]+", "_", entry.info.title).strip(" .")[:60] or "model"
    target = Path(request.target) if request.target else _own_target(caller)
    decision = _library.library().decision(_library.key(entry.info), caller.visitor)
    bundle.pack(entry, decision, _files.folder_of(entry), target, caller.say)
    return Exported(str(target), f"{name}.zip", target.stat().st_size)


def _own_target(caller: Caller) -> Path:
    folder = settings.data_folder() / "exports" / caller.visitor
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink(missing_ok=True)
    return Path(tempfile.mkstemp(dir=folder, suffix=".zip")[1])
