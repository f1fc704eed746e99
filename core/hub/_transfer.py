"""Brings the files of one model into a folder: each checked on arrival, going on where an earlier try stopped."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import filelock

from core import settings
from core.errors import Full, HubUnreachable, NotFetched, RateLimited
from core.hub import _names
from core.hub._arrival import Damaged, arrive, parts
from core.hub._progress import Progress
from core.hub._record import Record
from core.hub._remote import model_of, remote
from core.hub._words import in_words
from core.listings import Fetched, RemoteFile
from core.quantities import size
from core.types import Say

_TRIES = 5
_MOST_WAIT_S = 30.0
_SHORT_PAUSE_S = 60
_LOOK_EVERY_S = 0.4


def fetch(files: Sequence[RemoteFile], folder: Path, token: str, source: str, say: Say) -> tuple[Fetched, ...]:
    """All of them, in their order. Raises NotFetched and its family, Full, or TooLarge, in words.

    What has arrived stays when it fails, and the next call goes on from there. Two calls for one folder take turns, and
    the second finds what the first has brought.
    """
    for file in files:
        if not _names.is_safe(file.path):
            raise NotFetched("A file has a name that can't be used.", f"“{file.path[:80]}”", "Choose another model.")
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(files, folder, say):
        record, progress = Record(folder), Progress(files, say)
        _check_room(files, folder)
        return tuple(_one(file, folder, (token, source), record, progress) for file in files)


def _alone(files: Sequence[RemoteFile], folder: Path, say: Say) -> AbstractContextManager[object]:
    """Waits while another process fetches into this folder, and shows how far that is."""
    lock = filelock.FileLock(folder / ".lock")
    total = sum(file.size_bytes or 0 for file in files)
    while True:
        try:
            return lock.acquire(timeout=_LOOK_EVERY_S)
        except filelock.Timeout:
            there = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
            say(min(1.0, there / total) if total else None, "Somebody else is fetching it already; waiting for that")


def _check_room(files: Sequence[RemoteFile], folder: Path) -> None:
    missing = sum(
        max(0, (file.size_bytes or 0) - _arrived(folder, file)) for file in files if not (folder / file.path).is_file()
    )
    free_bytes = shutil.disk_usage(folder).free - settings.DISK_LEFT_BYTES
    if missing > free_bytes:
        raise Full(
            "There is not enough room on the disk.",
            f"{size(missing)} have still to come, and {size(max(0, free_bytes))} are free.",
            "Delete something, or choose a smaller variant.",
        )


def _one(file: RemoteFile, folder: Path, asking: tuple[str, str], record: Record, progress: Progress) -> Fetched:
    """Tries again while that helps. `asking`: the token, and the name of the source."""
    known = record.have(file)
    if known:
        progress.had(known.size_bytes)
        record.keep(known)
        return known
    failed = pauses = damaged = 0
    while True:
        before = _arrived(folder, file)
        try:
            with in_words(model_of(file.url)):
                fetched = arrive(file, folder, remote(file, *asking), progress)
        except Damaged as error:
            damaged += 1
            if damaged > 1:
                raise _damaged(file) from error
            progress.words("It arrived damaged; fetching it once more")
        except RateLimited as error:
            pauses += 1
            if error.wait_s > _SHORT_PAUSE_S or pauses > _TRIES:
                raise
            _pause(error.wait_s, progress)
        except HubUnreachable:
            failed = 1 if _arrived(folder, file) > before else failed + 1
            if failed > _TRIES:
                raise
            progress.words(f"The connection broke off; trying again ({failed} of {_TRIES})")
            time.sleep(min(_MOST_WAIT_S, settings.HUB_RETRY_S * 2 ** (failed - 1)))
        else:
            record.keep(fetched)
            return fetched


def _arrived(folder: Path, file: RemoteFile) -> int:
    return sum(part.stat().st_size for part in parts(folder, file))


def _pause(wait_s: int, progress: Progress) -> None:
    for left in range(wait_s, 0, -1):
        progress.words(f"The hub asks for a pause: going on in {left} seconds")
        time.sleep(1)


def _damaged(file: RemoteFile) -> NotFetched:
    return NotFetched(
        "A file arrived damaged, twice.",
        f"{file.path} isn't what its source announced: its SHA-256 differs. It was thrown away.",
        "Try again later. If it stays so, don't use this model.",
    )
