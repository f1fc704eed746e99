"""Remove: take a model of your own out of the library and delete its files."""

from __future__ import annotations

from dataclasses import dataclass

from core.actions import _files, _library
from core.caller import Caller
from core.errors import ModelNotFound
from core.workers.pool import pool


@dataclass(frozen=True)
class Request:
    model: str
    """The id."""


def do(request: Request, caller: Caller) -> int:
    """How many bytes that freed. The files were copies; the user's original is untouched. Starters can't be removed.

    Files that another entry uses stay.
    """
    entry = _library.library().shelf.entry(request.model, caller.visitor)
    if entry is None:
        raise ModelNotFound(
            "This model isn't in the library any more.", "It may have been removed in another tab.", "Reload the page."
        )
    files, folder = _files.only_of(entry, caller.visitor), _files.folder_of(entry)
    frees_bytes = sum(path.stat().st_size for path in files if path.is_file())
    _library.library().shelf.remove(entry.info.id, caller.visitor)
    for graph in entry.info.parts.values():
        pool().forget(graph.sha256)
    _files.delete(files, folder)
    return frees_bytes
