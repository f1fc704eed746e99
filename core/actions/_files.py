"""Where the files of an entry lie, and which of them nobody else needs."""

from __future__ import annotations

import shutil
from pathlib import Path

from core import settings
from core.actions import _library
from core.store.entries import Entry


def folder_of(entry: Entry) -> Path:
    """The folder that the paths in `entry.files` start from; without such paths, that of the first graph."""
    path = Path(next(iter(entry.info.parts.values())).path)
    for file in entry.files:
        parts = Path(file.path).parts
        if path.parts[-len(parts) :] == parts:
            return Path(*path.parts[: -len(parts)])
    return path.parent


def files_of(entry: Entry) -> set[Path]:
    """Everything that belongs to it: what was fetched, graphs, and weights beside them."""
    folder = folder_of(entry)
    files = {folder / file.path for file in entry.files}
    for graph in entry.info.parts.values():
        files |= {Path(graph.path), *(Path(graph.path).parent / name for name in graph.external_files)}
    return files


def only_of(entry: Entry, visitor: str) -> set[Path]:
    """Files that go when this entry goes: those in the data folder that no other entry of anybody uses."""
    others: set[Path] = set()
    for other, whose in _library.library().shelf.using(folder_of(entry)):
        if (other.info.id, whose) != (entry.info.id, visitor):
            others |= files_of(other)
    return {path for path in files_of(entry) - others if is_ours(path)}


def is_ours(path: Path) -> bool:
    """Only what lies in the data folder is ever deleted: a model may be used where it lies."""
    data = settings.data_folder().resolve()
    return any(path.resolve().is_relative_to(data / room) for room in ("models", "hub"))


_NOTES = (".lock", ".fetched.json")
"""What a download leaves beside the files; parts on their way aren't among it, somebody may be fetching them."""


def delete(files: set[Path], folder: Path) -> None:
    """These files, and the folder once nothing of a model is left in it, nor on its way there."""
    for path in files:
        path.unlink(missing_ok=True)
    left = [path for path in folder.rglob("*") if path.is_file() and path.name not in _NOTES]
    if not left and is_ours(folder) and folder.resolve().parent != settings.data_folder().resolve():
        shutil.rmtree(folder, ignore_errors=True)
