"""One file on its way: what is there of it already, what comes, and whether it is what was announced.

Until it is whole and its hash is right it is called `.<name>.<version>.part`; a part of one version is never continued
with bytes of another.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import BinaryIO

import httpx2

from core import settings
from core.errors import NotFetched, TooLarge
from core.hub._progress import Progress
from core.hub._remote import Remote, stream
from core.listings import Fetched, RemoteFile
from core.quantities import size

MOST_BYTES = 2 * settings.MAX_MODEL_BYTES
"""Weights beside a graph can be larger than a graph's own file."""


class Damaged(Exception):
    """It isn't what was announced."""


def arrive(file: RemoteFile, folder: Path, from_: Remote, progress: Progress) -> Fetched:
    """Fetch what is missing of it. Raises Damaged, NotFetched, or what the client raises when the line breaks."""
    size_bytes = file.size_bytes if file.size_bytes is not None else from_.size_bytes
    _check_size(file, from_.size_bytes)
    part = _part(folder, file, from_)
    for other in parts(folder, file):
        if other != part:
            other.unlink()
    part.parent.mkdir(parents=True, exist_ok=True)
    found = _Hashes(size_bytes)
    with part.open("ab+") as target:
        target.seek(0)
        while piece := target.read(2**20):
            found.update(piece)
        progress.had(found.count)
        if size_bytes is None or found.count < size_bytes:
            try:
                found = _receive(from_, target, found, size_bytes, progress)
            except BaseException:
                progress.had(-target.tell())
                raise
    if size_bytes not in (None, found.count) or not found.fit(from_):
        part.unlink()
        progress.had(-found.count)
        raise Damaged
    part.replace(folder / file.path)
    return Fetched(file.path, found.count, found.sha256.hexdigest(), bool(from_.sha256))


def parts(folder: Path, file: RemoteFile) -> list[Path]:
    """What is there of a file that isn't whole, of any version."""
    path = folder / file.path
    start = f".{path.name[:150]}."
    if not path.parent.is_dir():
        return []
    return [one for one in path.parent.iterdir() if one.name.startswith(start) and one.name.endswith(".part")]


def _receive(from_: Remote, target: BinaryIO, found: _Hashes, size_bytes: int | None, progress: Progress) -> _Hashes:
    """Appends what is missing; from the beginning when the other side can't go on in the middle."""
    with stream(from_, found.count) as answer:
        if found.count and answer.status_code != httpx2.codes.PARTIAL_CONTENT:
            progress.had(-found.count)
            target.truncate(0)
            found = _Hashes(size_bytes)
        for piece in answer.iter_bytes(settings.HUB_PIECE_BYTES):
            if found.count + len(piece) > (MOST_BYTES if size_bytes is None else size_bytes):
                raise TooLarge(
                    "More arrives than was announced.", "This isn't the file that was looked at.", "Look it up again."
                )
            target.write(piece)
            found.update(piece)
            progress.came(len(piece))
        target.flush()
    if size_bytes is not None and found.count < size_bytes:
        raise httpx2.RemoteProtocolError("the answer ended too early")
    return found


class _Hashes:
    """Taken on the way, so that nothing has to be read twice."""

    def __init__(self, size_bytes: int | None) -> None:
        self.count = 0
        self.sha256 = hashlib.sha256()
        self._git = hashlib.sha1(b"blob %d\0" % (size_bytes or 0), usedforsecurity=False)

    def update(self, piece: bytes) -> None:
        self.count += len(piece)
        self.sha256.update(piece)
        if self.count <= settings.MAX_GIT_FILE_BYTES:
            self._git.update(piece)

    def fit(self, from_: Remote) -> bool:
        if from_.sha256:
            return self.sha256.hexdigest() == from_.sha256
        return not from_.git_sha1 or self._git.hexdigest() == from_.git_sha1


def _part(folder: Path, file: RemoteFile, from_: Remote) -> Path:
    place = f"{from_.location.partition('?')[0]} {from_.size_bytes}"
    version = from_.version or hashlib.sha256(place.encode()).hexdigest()
    path = folder / file.path
    return path.with_name(f".{path.name[:150]}.{version[:16]}.part")


def _check_size(file: RemoteFile, said_bytes: int | None) -> None:
    if max(said_bytes or 0, file.size_bytes or 0) > MOST_BYTES:
        raise NotFetched(
            "This file is too large.",
            f"{file.path} has {size(said_bytes or file.size_bytes or 0)}; the limit is {size(MOST_BYTES)}.",
            "Choose a smaller variant.",
        )
    if None not in (file.size_bytes, said_bytes) and file.size_bytes != said_bytes:
        raise NotFetched(
            "This file isn't the one that was looked at.",
            f"{file.path} has another size now.",
            "Look the model up once more and start again.",
        )
