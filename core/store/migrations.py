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
    (  # each visitor of a classroom has models, decisions and a history of their own; "owner" sits at the computer
        "ALTER TABLE models RENAME TO models_before",
        """
    CREATE TABLE models (
        visitor TEXT NOT NULL,
        id TEXT NOT NULL,
        info TEXT NOT NULL,             -- core.types.ModelInfo without its parts, as JSON
        added_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
        PRIMARY KEY (visitor, id)
    )""",
        "INSERT INTO models SELECT 'owner', id, info, added_at FROM models_before ORDER BY added_at, rowid",
        "ALTER TABLE parts RENAME TO parts_before",
        """
    CREATE TABLE parts (
        visitor TEXT NOT NULL,
        model_id TEXT NOT NULL,
        role TEXT NOT NULL,
        position INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        info TEXT NOT NULL,             -- core.types.GraphInfo as JSON
        PRIMARY KEY (visitor, model_id, role),
        FOREIGN KEY (visitor, model_id) REFERENCES models(visitor, id) ON DELETE CASCADE
    )""",
        "INSERT INTO parts SELECT 'owner', model_id, role, position, sha256, info FROM parts_before",
        "DROP TABLE parts_before",
        "DROP TABLE models_before",
        "ALTER TABLE preparations RENAME TO preparations_before",
        """
    CREATE TABLE preparations (
        visitor TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        task TEXT NOT NULL,
        facts TEXT NOT NULL,            -- {name: core.types.Fact} as JSON
        form TEXT NOT NULL,             -- how each input was filled, as JSON
        changed_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
        PRIMARY KEY (visitor, sha256)
    )""",
        "INSERT INTO preparations SELECT 'owner', sha256, task, facts, form, changed_at FROM preparations_before",
        "DROP TABLE preparations_before",
        "ALTER TABLE runs ADD COLUMN visitor TEXT NOT NULL DEFAULT 'owner'",
        """
    CREATE TABLE jobs (                 -- what works in the background; those still here at the next start were cut off
        id TEXT PRIMARY KEY,
        visitor TEXT NOT NULL,
        title TEXT NOT NULL,
        action TEXT NOT NULL,
        request TEXT NOT NULL,          -- the action's Request as JSON
        process TEXT NOT NULL,          -- the run of the app it belongs to
        started_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
    )""",
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
