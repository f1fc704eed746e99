"""Check files: whether the files of a model are still what they were when they arrived."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from core.actions import _files, show_entry
from core.caller import Caller
from core.caller import stopped as was_stopped
from core.store.entries import Entry

_PIECE_BYTES = 4 * 2**20


@dataclass(frozen=True)
class Request:
    model: str
    """The id."""


@dataclass(frozen=True)
class Checked:
    path: str
    state: str
    """`as it was`, `changed`, `gone`."""
    sha256: str
    """As it is now; empty when it is gone."""


def do(request: Request, caller: Caller) -> tuple[Checked, ...]:
    """Reads every byte again. Nothing is repaired or deleted."""
    entry = show_entry.do(show_entry.Request(request.model), caller).entry
    files = expected(entry)
    total = sum(path.stat().st_size for path in files if path.is_file()) or 1
    checked, done = [], 0
    for path, sha256 in files.items():
        if not path.is_file():
            checked.append(Checked(path.name, "gone", ""))
            continue
        found = hashlib.sha256()
        with path.open("rb") as file:
            while piece := file.read(_PIECE_BYTES):
                if caller.stop.pressed:
                    raise was_stopped()
                found.update(piece)
                done += len(piece)
                caller.say(min(1.0, done / total), f"Reading {path.name}")
        state = "as it was" if found.hexdigest() == sha256 else "changed"
        checked.append(Checked(path.name, state, found.hexdigest()))
    return tuple(checked)


def expected(entry: Entry) -> dict[Path, str]:
    """SHA-256 by path: of everything that was fetched, else of the graphs."""
    folder = _files.folder_of(entry)
    fetched = {folder / file.path: file.sha256 for file in entry.files}
    return fetched or {Path(graph.path): graph.sha256 for graph in entry.info.parts.values()}
