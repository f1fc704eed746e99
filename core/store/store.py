"""One open library database."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from core import settings
from core.store.database import Database
from core.store.shelf import Shelf, ran
from core.types import Fact


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
        self._database = Database(path)
        self.shelf = Shelf(self._database)
        """The models."""

    def close(self) -> None:
        self._database.close()

    def decide(self, sha256: str, decision: Decision, visitor: str) -> None:
        """Remember what the visitor decided about the file with this SHA-256."""
        with self._database.change() as db:
            db.execute(
                "INSERT INTO preparations (visitor, sha256, task, facts, form) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (visitor, sha256) DO UPDATE SET task = excluded.task, facts = excluded.facts,"
                " form = excluded.form, changed_at = CURRENT_TIMESTAMP",
                (visitor, sha256, decision.task, _json(decision.facts), _json(decision.form)),
            )

    def decision(self, sha256: str, visitor: str) -> Decision:
        """What the visitor decided about the file; an empty decision when there is none."""
        rows = self._database.rows(
            "SELECT task, facts, form FROM preparations WHERE visitor = ? AND sha256 = ?", (visitor, sha256)
        )
        if not rows:
            return Decision()
        row = rows[0]
        facts = msgspec.json.decode(row[1], type=dict[str, Fact])
        return Decision(row[0], facts, msgspec.json.decode(row[2], type=dict[str, Any]))

    def record(self, run: Run, visitor: str) -> None:
        """Add one line to the history, and to what is known of the model; the oldest lines go when it gets long."""
        with self._database.change() as db:
            cursor = db.execute(
                "INSERT INTO runs (visitor, model_id, task, total_ms, run_ms, summary) VALUES (?, ?, ?, ?, ?, ?)",
                (visitor, run.model_id, run.task, run.total_ms, run.run_ms, run.summary),
            )
            if cursor.lastrowid and cursor.lastrowid % 100 == 0:
                db.execute("DELETE FROM runs WHERE id <= ?", (cursor.lastrowid - settings.MAX_HISTORY_ROWS,))
            ran(db, run.model_id, visitor)

    def history(self, visitor: str, limit: int = 50) -> tuple[Run, ...]:
        """The visitor's last runs, the newest first."""
        rows = self._database.rows(
            "SELECT model_id, task, total_ms, run_ms, summary, ran_at FROM runs WHERE visitor = ?"
            " ORDER BY id DESC LIMIT ?",
            (visitor, limit),
        )
        return tuple(Run(*row) for row in rows)

    def job_started(self, job: StoredJob) -> None:
        """Remember what works in the background, in case the app is closed before it is done."""
        with self._database.change() as db:
            db.execute(
                "INSERT INTO jobs (id, visitor, title, action, request, process) VALUES (?, ?, ?, ?, ?, ?)",
                (job.id, job.visitor, job.title, job.action, job.request, job.process),
            )

    def job_over(self, job_id: str) -> None:
        """It ended, or nobody wants to hear of it any more."""
        with self._database.change() as db:
            db.execute("DELETE FROM jobs WHERE id = ?", (job_id,))

    def jobs(self) -> tuple[StoredJob, ...]:
        """All that were started and haven't ended, the oldest first."""
        rows = self._database.rows(
            "SELECT id, visitor, title, action, request, process FROM jobs ORDER BY started_at, rowid"
        )
        return tuple(StoredJob(*row) for row in rows)


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
