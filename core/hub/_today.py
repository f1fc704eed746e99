"""One variant of our catalogue as it lies on the hub today."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from core.hub._entries import Entry, Way
from core.hub._kinds import KINDS
from core.listings import Detail, RemoteFile, Variant

CHANGED = "the file has changed since we looked"
GONE = "its file isn't there any more"


def today(entry: Entry, way: Way, there: Detail) -> Variant | str:
    """The variant with the files it has now, or why there is none. A file that moved is found again by its name."""
    known = {file.path: file for variant in there.variants for file in variant.files}
    paths = {path: _path(path, known) for path in (*way.parts.values(), *_weights(entry, way))}
    if not all(paths.values()):
        return GONE
    ours = [_with_hash(known[now], entry.files[path].sha256) for path, now in paths.items()]
    files = {file.path: file for file in ours if file}
    if len(files) < len(ours):
        return CHANGED
    parts = {role: paths[path] for role, path in way.parts.items()}
    for file in _around(entry, set(parts.values()), there):
        files.setdefault(file.path, file)
    moved = [f"We knew {path}; it was found as {now}." for path, now in paths.items() if path != now]
    return Variant(
        id=way.numbers,
        title=title(way.numbers),
        numbers=way.numbers,
        parts=parts,
        files=tuple(files.values()),
        size_bytes=sum(file.size_bytes or 0 for file in files.values()),
        note=" ".join(filter(None, (_said(parts, there), *moved))),
    )


def title(numbers: str) -> str:
    return next(kind.title for kind in KINDS if kind.id == numbers)


def _path(path: str, known: Mapping[str, RemoteFile]) -> str:
    """Where the file is now; empty when it is nowhere, or in several places."""
    if path in known:
        return path
    name = path.rpartition("/")[2]
    alike = [other for other in known if other.rpartition("/")[2] == name]
    return alike[0] if len(alike) == 1 else ""


def _weights(entry: Entry, way: Way) -> list[str]:
    """Files of the entry that hold the weights of these graphs."""
    starts = tuple(f"{path}_data" for path in way.parts.values())
    return [path for path in entry.files if path.startswith(starts)]


def _with_hash(file: RemoteFile, sha256: str) -> RemoteFile | None:
    """With our hash where the hub tells none; None when it tells another one."""
    if not sha256 or file.sha256 == sha256:
        return file
    return None if file.sha256 else replace(file, sha256=sha256)


def _around(entry: Entry, graphs: set[str], there: Detail) -> Iterator[RemoteFile]:
    """The small files, and weights we don't know of, that go with these graphs."""
    for variant in there.variants:
        others = tuple(set(variant.parts.values()) - graphs)
        goes_with = not graphs.isdisjoint(variant.parts.values())
        for file in variant.files:
            if file.path in entry.companions or (goes_with and not file.path.startswith(others)):
                yield file


def _said(parts: Mapping[str, str], there: Detail) -> str:
    """What is noted about the same graphs in the hub's own list."""
    return next((one.note for one in there.variants if set(one.parts.values()) == set(parts.values())), "")
