"""Which files beside a model say how it is fed and read, under which names, and whether the model may have them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path, PurePosixPath

from core import registry, settings

SHELF = "core.evidence"
_MOST_FILES = 64
_MOST_ABOVE = 3
_BELOW = ("onnx",)
"""Folders for graphs: what a model needs besides lies in the folder above."""


@cache
def patterns() -> tuple[str, ...]:
    """Names of all files that some kind of evidence reads or points to."""
    kinds = registry.load(SHELF).values()
    return tuple(dict.fromkeys(pattern for kind in kinds for pattern in kind.FILES))


def is_known(name: str) -> bool:
    return any(fnmatchcase(name, pattern) and name.count("/") == pattern.count("/") for pattern in patterns())


def named(paths: Iterable[str], graphs: Iterable[str]) -> dict[str, str]:
    """Paths of side files by their names, of all paths of a model; the one nearest to its graph has the plain name.

    >>> named(["config.json", "onnx/model.onnx", "model.safetensors"], ["onnx/model.onnx"])
    {'config.json': 'config.json'}
    """
    found: dict[str, str] = {}
    given = [path for path in paths if not path.lower().endswith(".onnx")]
    for graph in graphs:
        for folder in PurePosixPath(graph).parents:
            for path in given:
                name = PurePosixPath(path)
                inside = name.relative_to(folder).as_posix() if name.is_relative_to(folder) else ""
                if is_known(inside):
                    _take(found, inside, path)
    return dict(list(found.items())[:_MOST_FILES])


def _take(found: dict[str, str], name: str, path: str) -> None:
    """A second one of the same name, beside another graph, keeps its whole path."""
    if found.setdefault(name, path) != path and path not in found.values():
        found.setdefault(path, path)


def beside(graph: Path) -> dict[str, Path]:
    """Side files of a graph used where it lies: from its folder, and from the one above where that is for graphs."""
    return {name: path for folder in reversed(folders(graph.parent)) for name, path in inside(folder).items()}


def folders(folder: Path) -> tuple[Path, ...]:
    """Where the side files of graphs in this folder lie, the nearest first."""
    return (folder, folder.parent) if folder.name in _BELOW else (folder,)


def inside(folder: Path) -> dict[str, Path]:
    """Side files in a folder, by name: plain files of their own, no links, not too large."""
    plain = [pattern for pattern in patterns() if "/" not in pattern]
    deep = [folder / pattern for pattern in patterns() if "/" in pattern]
    try:
        here = [Path(entry.path) for entry in os.scandir(folder) if any(fnmatchcase(entry.name, p) for p in plain)]
    except OSError:
        here = []
    found = {path.relative_to(folder).as_posix(): path for path in sorted([*here, *deep])}
    return {name: path for name, path in list(found.items())[:_MOST_FILES] if may_be_had(name, str(path))}


def may_be_had(name: str, path: str, graphs: Iterable[str] | None = None) -> bool:
    """Whether this is a plain file of its own under a name we know: no link, not too large.

    With the paths of a model's `graphs`, only beside one of them or in a folder a little above, where a repository
    keeps it.
    """
    parts, place = PurePosixPath(name).parts, Path(path)
    if not parts or ".." in parts or not (is_known(name) or is_known(parts[-1])) or place.parts[-len(parts) :] != parts:
        return False
    root, *ways = list(place.parents)[len(parts) - 1 :: -1]
    if graphs is not None and not any(root in list(Path(graph).parents)[: 1 + _MOST_ABOVE] for graph in graphs):
        return False
    try:
        found = place.lstat()
        plain = stat.S_ISREG(found.st_mode) and found.st_nlink == 1 and found.st_size <= settings.MAX_TOKENIZER_BYTES
        return plain and all(stat.S_ISDIR(way.lstat().st_mode) for way in ways)
    except OSError:
        return False


def states(files: Mapping[str, str]) -> list[str]:
    """Changes when one of the files does, comes, or goes; not when all move to another folder."""
    return [f"{name} {_state(path)}" for name, path in sorted(files.items())]


def _state(path: str) -> str:
    try:
        found = os.stat(path)  # noqa: PTH116  one question about a path
    except OSError:
        return "gone"
    return f"{found.st_size} {found.st_mtime_ns}"
