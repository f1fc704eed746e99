"""Import: unpack a model that was packed by this app, on this or another computer."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from core import registry, settings
from core.actions import _library, _side_files, _workers
from core.caller import Caller
from core.errors import BadFile
from core.packed import Packed, check
from core.store import bundle
from core.store.entries import Entry
from core.store.shelf import MAX_TITLE
from core.store.store import Decision
from core.types import ModelInfo, Upload


@dataclass(frozen=True)
class Request:
    file: Upload


def do(request: Request, caller: Caller) -> ModelInfo:
    """The zip is unpacked by a process that may write into one folder only, and every file is checked and opened anew.

    What the zip says about the model is believed no further than that. Raises BadFile or ModelError in words.
    """
    caller.say(None, "Unpacking")
    _library.check_share(request.file.size_bytes, caller)
    models = settings.data_folder() / "models" / caller.visitor
    models.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=models, prefix=".new-") as folder:
        given = {request.file.path: request.file.path}
        asked = {"zip": request.file.path, "folder": folder, "most_bytes": 4 * settings.MAX_MODEL_BYTES}
        packed: Packed = _workers.file_job("unpack_bundle", caller, asked, Path(folder), given)
        check(packed)
        _library.check_share(sum(file.size_bytes for file in packed.files), caller)
        beside = _side_files.named((file.path for file in packed.files), packed.parts.values())
        files = {name: f"{folder}/{path}" for name, path in beside.items()}
        paths = {role: Path(folder) / path for role, path in packed.parts.items()}
        parts = _workers.describe(paths, caller, files=files)
        known = _library.library().shelf.entry(packed.id, caller.visitor)
        if known and _is_same(known, packed):
            return known.info
        if known or packed.id in registry.load(_library.STARTERS):
            raise _taken(known)
        home = models / packed.id
        shutil.rmtree(home, ignore_errors=True)
        Path(folder).rename(home)
        Path(folder).mkdir()  # so that the temporary folder has something to clean up
    stored = {role: replace(graph, path=str(home / packed.parts[role])) for role, graph in parts.items()}
    placed = {name: str(home / path) for name, path in beside.items()}
    entry = bundle.unpacked(packed, stored, _title(packed, caller), placed)
    _library.library().shelf.save(entry, caller.visitor)
    _decide(entry, Decision(packed.task, packed.facts, packed.form), caller)
    return entry.info


def _decide(entry: Entry, decision: Decision, caller: Caller) -> None:
    """What the visitor decided about the same file before stands."""
    library, key = _library.library(), _library.key(entry.info)
    if decision != Decision() and library.decision(key, caller.visitor) == Decision():
        library.decide(key, decision, caller.visitor)


def _is_same(known: Entry, packed: Packed) -> bool:
    """Nothing to compare where the files weren't measured."""
    mine, theirs = ({(file.path, file.sha256) for file in files} for files in (known.files, packed.files))
    return not mine or mine == theirs


def _taken(known: Entry | None) -> BadFile:
    if known is None:
        return BadFile(
            "This packed model can't be used.",
            "It calls itself like a model that comes with the app.",
            "Pack it once more where it came from.",
        )
    return BadFile(
        "Another model has this one's place.",
        f"“{known.info.title}” in your library has the same id and other files.",
        "Remove that one on the page My library, then add this zip again.",
    )


def _title(packed: Packed, caller: Caller) -> str:
    """Another version of a model that is there has its title."""
    same = _library.library().shelf.versions(packed.family, caller.visitor)
    return (
        same[0].info.title
        if same
        else _library.free_title(" ".join(packed.title.split())[:MAX_TITLE] or "model", caller)
    )
