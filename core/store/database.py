"""The file of the library: opened, brought up to date, and asked by one thread at a time."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core import settings
from core.errors import UserError
from core.store.migrations import migrate


class Database:
    """Safe to share between threads; two processes may have the same file open at once."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._connection = _open(path)

    def close(self) -> None:
        self._connection.close()

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """Raises UserError in words when the file can't be read now."""
        with self._lock, _in_words():
            return self._connection.execute(sql, values).fetchall()

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """All that is done inside happens, or none of it. Raises UserError in words when it can't be written."""
        with self._lock, _in_words(), self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            yield self._connection


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise _said(error) from error


def _said(error: sqlite3.Error) -> UserError:
    if _code(error) in _HELD:
        return UserError(
            "Your library is busy.",
            f"Another program has held it for more than {settings.LIBRARY_WAIT_S:.0f} seconds. Nothing was changed.",
            "Wait a moment and try again; close other programs that use it.",
            str(error),
        )
    if _code(error) in _NO_ROOM:
        return UserError(
            "Your library can't be written.",
            "The disk is full, or has a fault. Nothing was changed.",
            "Free some room on the disk, then try again.",
            str(error),
        )
    return UserError(
        "Your library can't be used.",
        "Its file is damaged or may not be written. Nothing was changed.",
        "Start the app again. If that doesn't help, rename the file library.db in the data folder to keep it aside.",
        str(error),
    )


def _open(path: Path) -> sqlite3.Connection:
    connection: sqlite3.Connection | None = None
    try:
        connection = sqlite3.connect(
            path, timeout=settings.LIBRARY_WAIT_S, check_same_thread=False, isolation_level=None
        )
        # Write-ahead logging without a disk flush per run: a power cut may lose the last line of history, nothing else.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        migrate(connection)
    except sqlite3.Error as error:
        if connection:
            connection.close()
        raise _not_opened(error, path) from error
    return connection


def _not_opened(error: sqlite3.Error, path: Path) -> UserError:
    if _code(error) in (*_HELD, *_NO_ROOM):
        return _said(error)
    if _code(error) in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return UserError(
            "Your library can't be opened.",
            f"The file {path.name} in the data folder may not be read or written by you.",
            "Check who owns the data folder (the page About names it), or choose another one.",
            str(error),
        )
    return UserError(
        "Your library can't be opened.",
        f"The file {path.name} in the data folder is damaged or was written by a newer version.",
        "Rename the file to keep it aside; a new, empty library is made at the next start.",
        str(error),
    )


_HELD = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)


def _code(error: sqlite3.Error) -> int:
    """The family of what went wrong, as SQLite numbers it."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
