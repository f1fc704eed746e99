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
    (  # what the library knows of a model, in columns that can be searched and sorted; versions of a model are a family
        *(
            f"ALTER TABLE models ADD COLUMN {column}"
            for column in (
                "title TEXT NOT NULL DEFAULT ''",
                "title_key TEXT NOT NULL DEFAULT ''",  # the title in small letters, as it is looked for
                "family TEXT NOT NULL DEFAULT ''",
                "version TEXT NOT NULL DEFAULT ''",
                "in_use INTEGER NOT NULL DEFAULT 1",  # of each family exactly one
                "origin TEXT NOT NULL DEFAULT '{}'",  # core.store.entries.Origin as JSON
                "source TEXT NOT NULL DEFAULT ''",
                "source_id TEXT NOT NULL DEFAULT ''",
                "parent TEXT NOT NULL DEFAULT ''",
                "note TEXT NOT NULL DEFAULT ''",
                "tags TEXT NOT NULL DEFAULT '[]'",  # a list as JSON
                "files TEXT NOT NULL DEFAULT '[]'",  # core.listings.Fetched as JSON
                "size_bytes INTEGER NOT NULL DEFAULT 0",
                "words TEXT NOT NULL DEFAULT ''",  # what a search looks in, in small letters
                "used_at TEXT NOT NULL DEFAULT ''",
                "memory_bytes INTEGER",
                "time_ms REAL",
                "runs INTEGER NOT NULL DEFAULT 0",
            )
        ),
        "ALTER TABLE parts ADD COLUMN path TEXT NOT NULL DEFAULT ''",
        "UPDATE parts SET path = coalesce(json_extract(info, '$.path'), '')",
        """
    UPDATE models SET
        title = json_extract(info, '$.title'),
        title_key = casefold(json_extract(info, '$.title')),
        family = id,
        version = 'as you added it',
        words = casefold(
            json_extract(info, '$.title') || char(10) || json_extract(info, '$.summary') || char(10)
            || coalesce(json_extract(info, '$.tasks'), '') || char(10) || coalesce(json_extract(info, '$.licence'), '')
        ),
        size_bytes = (
            SELECT coalesce(sum(json_extract(parts.info, '$.size_bytes')), 0) FROM parts
            WHERE parts.visitor = models.visitor AND parts.model_id = models.id
        ),
        used_at = (
            SELECT coalesce(max(ran_at), '') FROM runs
            WHERE runs.visitor = models.visitor AND runs.model_id = models.id
        ),
        runs = (SELECT count(*) FROM runs WHERE runs.visitor = models.visitor AND runs.model_id = models.id)""",
        # What a search needs, without the rest of the row: going through 5,000 of them takes a few milliseconds.
        "CREATE INDEX models_by_family ON models (visitor, family, in_use, size_bytes, words)",
        "CREATE INDEX models_by_title ON models (visitor, title_key)",
        "CREATE INDEX models_by_source ON models (visitor, source, source_id)",
        "CREATE INDEX parts_by_path ON parts (path)",
        "CREATE INDEX runs_by_visitor ON runs (visitor, model_id, id)",
    ),
)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the database up to date; all of it happens or nothing.

    Raises sqlite3.DatabaseError when the file was written by a newer version of the app.
    """
    connection.create_function("casefold", 1, lambda text: str(text or "").casefold(), deterministic=True)
    connection.execute("BEGIN IMMEDIATE")  # two starts at once: the second waits, then finds nothing to do
    with connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > len(STEPS):
            raise sqlite3.DatabaseError(f"the library is at step {version}, this app knows {len(STEPS)}")
        for step in STEPS[version:]:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(STEPS)}")
