"""One open library database."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from core import settings
from core.errors import UserError
from core.store.migrations import migrate
from core.types import Fact, GraphInfo, ModelInfo


@dataclass(frozen=True)
class Decision:
    """What a user decided about a model file."""

    task: str = ""
    """The task's id; empty when the app's own guess stands."""
    facts: dict[str, Fact] = field(default_factory=dict)
    form: dict[str, Any] = field(default_factory=dict)
    """How each input was filled last time: plain values by field name, never the user's files."""


@dataclass(frozen=True)
class Run:
    """One line of history."""

    model_id: str
    task: str
    total_ms: float
    run_ms: float
    summary: str
    ran_at: str = ""
    """UTC, `2026-01-31 12:00:00`; filled in by the database."""


@dataclass(frozen=True)
class StoredJob:
    """A background job as it is kept while it works."""

    id: str
    visitor: str
    title: str
    action: str
    request: str
    """The action's Request as JSON."""
    process: str
    """Marks the run of the app that started it."""


class Store:
    """The library on disk. Safe to share between threads; two processes may have it open at once."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._connection = _open(path)

    def close(self) -> None:
        self._connection.close()

    def save_model(self, info: ModelInfo, visitor: str = settings.OWNER) -> None:
        """Add the model, or replace the visitor's entry with the same id."""
        entry = msgspec.json.encode(replace(info, parts={})).decode()
        with self._transaction() as db:
            db.execute("DELETE FROM models WHERE visitor = ? AND id = ?", (visitor, info.id))
            db.execute("INSERT INTO models (visitor, id, info) VALUES (?, ?, ?)", (visitor, info.id, entry))
            db.executemany(
                "INSERT INTO parts (visitor, model_id, role, position, sha256, info) VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (visitor, info.id, role, position, graph.sha256, msgspec.json.encode(graph).decode())
                    for position, (role, graph) in enumerate(info.parts.items())
                ],
            )

    def model(self, model_id: str, visitor: str = settings.OWNER) -> ModelInfo | None:
        """The visitor's model with this id, or None."""
        return next((info for info in self.models(visitor) if info.id == model_id), None)

    def models(self, visitor: str = settings.OWNER) -> tuple[ModelInfo, ...]:
        """All models of one visitor, the newest first."""
        with self._lock:
            found = self._connection.execute(
                "SELECT id, info FROM models WHERE visitor = ? ORDER BY added_at DESC, rowid DESC", (visitor,)
            ).fetchall()
            parts = self._connection.execute(
                "SELECT model_id, role, info FROM parts WHERE visitor = ? ORDER BY position", (visitor,)
            ).fetchall()
        graphs: dict[str, dict[str, GraphInfo]] = {}
        for model_id, role, info in parts:
            graphs.setdefault(model_id, {})[role] = msgspec.json.decode(info, type=GraphInfo)
        return tuple(
            replace(msgspec.json.decode(info, type=ModelInfo), parts=graphs.get(model_id, {}))
            for model_id, info in found
        )

    def remove_model(self, model_id: str, visitor: str = settings.OWNER) -> None:
        """Forget the model. What was decided about its file is kept, should it come back."""
        with self._transaction() as db:
            db.execute("DELETE FROM models WHERE visitor = ? AND id = ?", (visitor, model_id))

    def decide(self, sha256: str, decision: Decision, visitor: str = settings.OWNER) -> None:
        """Remember what the visitor decided about the file with this SHA-256."""
        with self._transaction() as db:
            db.execute(
                "INSERT INTO preparations (visitor, sha256, task, facts, form) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (visitor, sha256) DO UPDATE SET task = excluded.task, facts = excluded.facts,"
                " form = excluded.form, changed_at = CURRENT_TIMESTAMP",
                (visitor, sha256, decision.task, _json(decision.facts), _json(decision.form)),
            )

    def decision(self, sha256: str, visitor: str = settings.OWNER) -> Decision:
        """What the visitor decided about the file; an empty decision when there is none."""
        with self._lock:
            row = self._connection.execute(
                "SELECT task, facts, form FROM preparations WHERE visitor = ? AND sha256 = ?", (visitor, sha256)
            ).fetchone()
        if row is None:
            return Decision()
        facts = msgspec.json.decode(row[1], type=dict[str, Fact])
        return Decision(row[0], facts, msgspec.json.decode(row[2], type=dict[str, Any]))

    def record(self, run: Run, visitor: str = settings.OWNER) -> None:
        """Add one line to the history; the oldest lines go when there are too many."""
        with self._transaction() as db:
            cursor = db.execute(
                "INSERT INTO runs (visitor, model_id, task, total_ms, run_ms, summary) VALUES (?, ?, ?, ?, ?, ?)",
                (visitor, run.model_id, run.task, run.total_ms, run.run_ms, run.summary),
            )
            if cursor.lastrowid and cursor.lastrowid % 100 == 0:
                db.execute("DELETE FROM runs WHERE id <= ?", (cursor.lastrowid - settings.MAX_HISTORY_ROWS,))

    def history(self, limit: int = 50, visitor: str = settings.OWNER) -> tuple[Run, ...]:
        """The visitor's last runs, the newest first."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT model_id, task, total_ms, run_ms, summary, ran_at FROM runs WHERE visitor = ?"
                " ORDER BY id DESC LIMIT ?",
                (visitor, limit),
            ).fetchall()
        return tuple(Run(*row) for row in rows)

    def job_started(self, job: StoredJob) -> None:
        """Remember what works in the background, in case the app is closed before it is done."""
        with self._transaction() as db:
            db.execute(
                "INSERT INTO jobs (id, visitor, title, action, request, process) VALUES (?, ?, ?, ?, ?, ?)",
                (job.id, job.visitor, job.title, job.action, job.request, job.process),
            )

    def job_over(self, job_id: str) -> None:
        """It ended, or nobody wants to hear of it any more."""
        with self._transaction() as db:
            db.execute("DELETE FROM jobs WHERE id = ?", (job_id,))

    def jobs(self) -> tuple[StoredJob, ...]:
        """All that were started and haven't ended, the oldest first."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT id, visitor, title, action, request, process FROM jobs ORDER BY started_at, rowid"
            ).fetchall()
        return tuple(StoredJob(*row) for row in rows)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._connection:
            yield self._connection


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=10, check_same_thread=False)
    try:
        # Write-ahead logging without a disk flush per run: a power cut may lose the last line of history, nothing else.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        migrate(connection)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise UserError(
            "Your library can't be opened.",
            f"The file {path.name} in the data folder is damaged or was written by a newer version.",
            "Rename the file to keep it aside; a new, empty library is made at the next start.",
            str(error),
        ) from error
    return connection


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
