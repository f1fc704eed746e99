"""The database's history: statements run in order, once each. Append only; a landed step is never edited."""

from __future__ import annotations

import sqlite3

STEPS: tuple[tuple[str, ...], ...] = (
    (
        """
    CREATE TABLE models (
        id TEXT PRIMARY KEY,
        info TEXT NOT NULL,             -- core.types.ModelInfo without its parts, as JSON
        added_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
    )""",
        """
    CREATE TABLE parts (                -- a model is one entry with named graphs
        model_id TEXT NOT NULL REFERENCES models(id) ON DELETE CASCADE,
        role TEXT NOT NULL,
        position INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        info TEXT NOT NULL,             -- core.types.GraphInfo as JSON
        PRIMARY KEY (model_id, role)
    )""",
        """
    CREATE TABLE preparations (         -- what a user decided about a file, whatever it is called
        sha256 TEXT PRIMARY KEY,
        task TEXT NOT NULL,
        facts TEXT NOT NULL,            -- {name: core.types.Fact} as JSON
        form TEXT NOT NULL,             -- how each input was filled, as JSON
        changed_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
    )""",
        """
    CREATE TABLE runs (
        id INTEGER PRIMARY KEY,
        model_id TEXT NOT NULL,
        task TEXT NOT NULL,
        total_ms REAL NOT NULL,
        run_ms REAL NOT NULL,
        summary TEXT NOT NULL,          -- the answer in a few words; what was given is not kept
        ran_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
    )""",
        "CREATE INDEX runs_by_model ON runs (model_id, id)",
    ),
)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the database up to date; all of it happens or nothing.

    Raises sqlite3.DatabaseError when the file was written by a newer version of the app.
    """
    connection.execute("BEGIN IMMEDIATE")  # two starts at once: the second waits, then finds nothing to do
    with connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > len(STEPS):
            raise sqlite3.DatabaseError(f"the library is at step {version}, this app knows {len(STEPS)}")
        for step in STEPS[version:]:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(STEPS)}")
