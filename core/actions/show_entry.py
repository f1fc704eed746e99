"""One model of the library: what is known about it, its versions, and what deleting it would free."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core import licences
from core.actions import _files, _library
from core.caller import Caller
from core.errors import ModelNotFound
from core.store.entries import Entry

QUICK = True


@dataclass(frozen=True)
class Request:
    model: str
    """The id."""


@dataclass(frozen=True)
class Shown:
    entry: Entry
    versions: tuple[Entry, ...]
    """All versions of the same model, the newest first, this one included."""
    licence: licences.Licence
    frees_bytes: int
    """What deleting it frees: files that others still use stay."""
    folder: Path
    is_mine: bool
    """Others' entries can be used, not changed."""


def do(request: Request, caller: Caller) -> Shown:
    """Raises ModelNotFound."""
    shelf = _library.library().shelf
    entry = shelf.entry(request.model, caller.visitor)
    is_mine = entry is not None
    entry = entry or shelf.entry(request.model, caller.visitor, also=_library.shared_by(caller))
    if entry is None:
        raise ModelNotFound(
            "This model isn't in the library any more.", "It may have been removed in another tab.", "Reload the page."
        )
    versions = shelf.versions(entry.family, caller.visitor) if is_mine else (entry,)
    frees = sum(path.stat().st_size for path in _files.only_of(entry, caller.visitor) if path.is_file())
    folder = _files.folder_of(entry)
    return Shown(entry, versions, licences.licence(entry.info.licence), frees, folder, is_mine)
