"""Export: a model with its card and settings as one zip, to use on another computer."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from core import settings
from core.actions import _files, _library, show_entry
from core.caller import Caller
from core.errors import UserError
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
    """What was decided about the model goes along; who it belongs to and where it lay doesn't. Raises UserError."""
    entry = show_entry.do(show_entry.Request(request.model), caller).entry
    name = re.sub(r"[^\w .-]+", "_", entry.info.title).strip(" .")[:60] or "model"
    target = Path(request.target) if request.target else _own_target(caller)
    decision = _library.library().decision(_library.key(entry.info), caller.visitor)
    try:
        bundle.pack(entry, decision, _files.folder_of(entry), target, caller.say)
    except OSError as error:
        raise _not_packed(error, target) from error
    return Exported(str(target), f"{name}.zip", target.stat().st_size)


def _own_target(caller: Caller) -> Path:
    folder = settings.data_folder() / "exports" / caller.visitor
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink(missing_ok=True)
    return folder / f"{secrets.token_hex(8)}.zip"


def _not_packed(error: OSError, target: Path) -> UserError:
    return UserError(
        "The model couldn't be packed.",
        f"“{Path(error.filename or target).name}”: {error.strerror or error}.",
        "Check that the model's files are complete (the page My library does it), and that the zip goes to a folder "
        "with enough room that you may write to.",
    )
