"""The models in the library, each visitor's apart. Versions of one model are a family, and one of them is in use."""

from __future__ import annotations

import os
import sqlite3
import statistics
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from core.errors import ModelNotFound, UserError
from core.listings import Fetched
from core.store.database import Database
from core.store.entries import Entry, Origin, Page
from core.types import GraphInfo, ModelInfo

MAX_TITLE = 120
_LAST_RUNS = 20
_COLUMNS = (
    "visitor, id, info, title, family, version, in_use, origin, parent, note, tags, files, size_bytes, added_at, "
    "used_at, memory_bytes, time_ms, runs"
)
_ORDERS = {
    "used": "coalesce(nullif(used_at, ''), added_at) DESC, rowid DESC",
    "added": "added_at DESC, rowid DESC",
    "title": "title_key, rowid",
    "size": "size_bytes DESC, rowid DESC",
}


class Shelf:
    """`visitor` is whose models are meant; `also`: further visitors whose models may be seen, not changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, entry: Entry, visitor: str) -> None:
        """Add it, or replace the one with the same id, which keeps its note, tags, measured numbers and use.

        The first of a family is the one in use; a later version doesn't take its place by itself.
        """
        info = replace(entry.info, parts={})
        with self._database.change() as db:
            before = db.execute(
                "SELECT in_use, family, note, tags, used_at, memory_bytes, time_ms, runs, added_at FROM models"
                " WHERE visitor = ? AND id = ?",
                (visitor, info.id),
            ).fetchone()
            shared = db.execute(
                "SELECT title, note, tags FROM models WHERE visitor = ? AND family = ? AND id <> ? LIMIT 1",
                (visitor, entry.family, info.id),
            ).fetchone()
            alone = not db.execute(
                "SELECT 1 FROM models WHERE visitor = ? AND family = ? AND id <> ? AND in_use",
                (visitor, entry.family, info.id),
            ).fetchone()
            _forget(db, info.id, visitor)
            db.execute(
                "INSERT INTO models (visitor, id, info, title, title_key, family, version, in_use, origin, source,"
                " source_id, parent, note, tags, files, size_bytes, words)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '')",
                (
                    *(visitor, info.id, _json(info), info.title, info.title.casefold(), entry.family, entry.version),
                    *(alone, _json(entry.origin), entry.origin.source, entry.origin.id, entry.parent, entry.note),
                    *(_json(entry.tags), _json(entry.files), entry.size_bytes or _size_bytes(entry.info)),
                ),
            )
            if before:
                db.execute(
                    "UPDATE models SET in_use = max(in_use, ?), note = ?, tags = ?, used_at = ?, memory_bytes = ?,"
                    " time_ms = ?, runs = ?, added_at = ? WHERE visitor = ? AND id = ?",
                    (before[0] and before[1] == entry.family, *before[2:], visitor, info.id),
                )
                db.execute(  # it was in use, and its family chose another one while it was away
                    "UPDATE models SET in_use = 0 WHERE visitor = ? AND family = ? AND id <> ?"
                    " AND EXISTS (SELECT 1 FROM models AS new WHERE new.visitor = ? AND new.id = ? AND new.in_use)",
                    (visitor, entry.family, info.id, visitor, info.id),
                )
            if shared:  # what a person wrote is about the model, whatever version of it
                db.execute(
                    "UPDATE models SET title = ?, title_key = ?, note = ?, tags = ? WHERE visitor = ? AND id = ?",
                    (shared[0], shared[0].casefold(), shared[1], shared[2], visitor, info.id),
                )
            _save_parts(db, entry.info, visitor)
            _index(db, info.id, visitor)

    def entry(self, id_: str, visitor: str, also: Sequence[str] = ()) -> Entry | None:
        """The model with this id."""
        for whose in (visitor, *also):
            found = self._entries("id = ? AND visitor = ?", (id_, whose))
            if found:
                return found[0][0]
        return None

    def find(self, name: str, visitor: str, also: Sequence[str] = ()) -> ModelInfo | None:
        """The model with this id, or this title in any case: then the version in use."""
        for whose in (visitor, *also):
            found = self._entries("visitor = ? AND id = ?", (whose, name)) or self._entries(
                "visitor = ? AND title_key = ? AND in_use LIMIT 1", (whose, name.casefold())
            )
            if found:
                return found[0][0].info
        return None

    def page(
        self,
        visitor: str,
        words: str = "",
        *,
        tag: str = "",
        sort: str = "used",
        start: int = 0,
        count: int = 24,
        all_versions: bool = False,
        also: Sequence[str] = (),
    ) -> Page:
        """Of each model the version in use, or all versions. All words must occur in one of its versions."""
        whose = (visitor, *also)
        mine = f"visitor IN ({', '.join('?' * len(whose))})"
        where, values = mine, [*whose]
        for word in words.casefold().split():
            same = f"SELECT visitor, family FROM models WHERE {mine} AND instr(words, ?)"  # noqa: S608  our own words
            where += f" AND (visitor, family) IN ({same})"
            values += [*whose, word]
        if tag:
            where += " AND instr(tags, ?)"
            values.append(_json(tag))
        where += "" if all_versions else " AND in_use"
        of_all = f"SELECT visitor, family FROM models WHERE {where}"  # noqa: S608  our own words
        [(total,)] = self._database.rows(f"SELECT count(*) FROM ({of_all})", values)  # noqa: S608
        [(size_bytes,)] = self._database.rows(  # all versions lie on the disk, whichever is in use
            f"SELECT coalesce(sum(size_bytes), 0) FROM models WHERE (visitor, family) IN ({of_all})",  # noqa: S608
            values,
        )
        order = f"ORDER BY {_ORDERS[sort]}"
        these = f"SELECT rowid FROM models WHERE {where} {order} LIMIT ? OFFSET ?"  # noqa: S608  our own words
        # Only what is on this page is read whole; the rest is sorted by what it is sorted by.
        found = self._entries(f"rowid IN ({these}) {order}", (*values, count, start)) if count else []
        return Page(tuple(entry for entry, _ in found), total, size_bytes)

    def versions(self, family: str, visitor: str) -> tuple[Entry, ...]:
        """The newest first."""
        found = self._entries("visitor = ? AND family = ? ORDER BY added_at DESC, rowid DESC", (visitor, family))
        return tuple(entry for entry, _ in found)

    def of_origin(self, source: str, id_: str, visitor: str) -> tuple[Entry, ...]:
        """What was fetched from there, the newest first."""
        where = "visitor = ? AND source = ? AND source_id = ? ORDER BY added_at DESC, rowid DESC"
        return tuple(entry for entry, _ in self._entries(where, (visitor, source, id_)))

    def using(self, folder: Path) -> tuple[tuple[Entry, str], ...]:
        """Anybody's models with a graph in this folder or below, each with its visitor."""
        below, beyond = f"{folder}{os.sep}", f"{folder}{chr(ord(os.sep) + 1)}"  # all that begins so, and nothing else
        where = "(visitor, id) IN (SELECT visitor, model_id FROM parts WHERE parts.path >= ? AND parts.path < ?)"
        return tuple(self._entries(where, (below, beyond)))

    def tags(self, visitor: str) -> tuple[tuple[str, int], ...]:
        """Each tag and how many models have it, in the order of the alphabet."""
        return tuple(
            self._database.rows(
                "SELECT value, count(*) FROM models, json_each(models.tags)"
                " WHERE visitor = ? AND in_use AND tags <> '[]' GROUP BY value ORDER BY value",
                (visitor,),
            )
        )

    def use(self, id_: str, visitor: str) -> None:
        """Make this version the one in use. Raises ModelNotFound."""
        with self._database.change() as db:
            family = _family(db, id_, visitor)
            db.execute("UPDATE models SET in_use = id = ? WHERE visitor = ? AND family = ?", (id_, visitor, family))

    def describe(
        self,
        id_: str,
        visitor: str,
        title: str | None = None,
        note: str | None = None,
        tags: tuple[str, ...] | None = None,
    ) -> None:
        """Change title, note or tags, which all versions share; None leaves a thing. Raises UserError in words."""
        with self._database.change() as db:
            family = _family(db, id_, visitor)
            if title is not None:
                _rename(db, family, visitor, " ".join(title.split()))
            if note is not None:
                db.execute(
                    "UPDATE models SET note = ? WHERE visitor = ? AND family = ?", (note.strip(), visitor, family)
                )
            if tags is not None:
                clean = tuple(dict.fromkeys(" ".join(tag.split())[:40] for tag in tags if tag.strip()))
                db.execute(
                    "UPDATE models SET tags = ? WHERE visitor = ? AND family = ?", (_json(clean), visitor, family)
                )
            for (same,) in db.execute(
                "SELECT id FROM models WHERE visitor = ? AND family = ?", (visitor, family)
            ).fetchall():
                _index(db, same, visitor)

    def remove(self, id_: str, visitor: str) -> None:
        """Forget it. When it was the version in use, the newest one left is."""
        with self._database.change() as db:
            _forget(db, id_, visitor)

    def measured(self, id_: str, memory_bytes: int, visitor: str) -> None:
        """The most memory its process has taken; less than before changes nothing."""
        with self._database.change() as db:
            db.execute(
                "UPDATE models SET memory_bytes = max(coalesce(memory_bytes, 0), ?)"
                " WHERE visitor = ? AND id = ? AND ? > 0",
                (memory_bytes, visitor, id_, memory_bytes),
            )

    def _entries(self, where: str, values: Sequence[Any]) -> list[tuple[Entry, str]]:
        rows = self._database.rows(f"SELECT {_COLUMNS} FROM models WHERE {where}", values)  # noqa: S608  our own words
        return [(_entry(row, self._parts(row[0], row[1])), row[0]) for row in rows]

    def _parts(self, visitor: str, id_: str) -> dict[str, GraphInfo]:
        rows = self._database.rows(
            "SELECT role, info FROM parts WHERE visitor = ? AND model_id = ? ORDER BY position", (visitor, id_)
        )
        return {role: msgspec.json.decode(info, type=GraphInfo) for role, info in rows}


def _forget(db: sqlite3.Connection, id_: str, visitor: str) -> None:
    which = "SELECT family, in_use FROM models WHERE visitor = ? AND id = ?"
    row = db.execute(which, (visitor, id_)).fetchone()
    db.execute("DELETE FROM models WHERE visitor = ? AND id = ?", (visitor, id_))
    if row and row[1]:
        db.execute(
            "UPDATE models SET in_use = 1 WHERE rowid = (SELECT rowid FROM models"
            " WHERE visitor = ? AND family = ? ORDER BY added_at DESC, rowid DESC LIMIT 1)",
            (visitor, row[0]),
        )


def ran(db: sqlite3.Connection, id_: str, visitor: str) -> None:
    """A run was recorded: when it was used last, and how long its last runs took."""
    if not db.execute("SELECT 1 FROM models WHERE visitor = ? AND id = ?", (visitor, id_)).fetchone():
        return
    times = [
        time_ms
        for (time_ms,) in db.execute(
            "SELECT total_ms FROM runs WHERE visitor = ? AND model_id = ? ORDER BY id DESC LIMIT ?",
            (visitor, id_, _LAST_RUNS),
        )
    ]
    db.execute(
        "UPDATE models SET used_at = CURRENT_TIMESTAMP, runs = runs + 1, time_ms = ? WHERE visitor = ? AND id = ?",
        (statistics.median(times), visitor, id_),
    )


def _save_parts(db: sqlite3.Connection, info: ModelInfo, visitor: str) -> None:
    db.executemany(
        "INSERT INTO parts (visitor, model_id, role, position, sha256, info, path) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (visitor, info.id, role, position, graph.sha256, _json(graph), graph.path)
            for position, (role, graph) in enumerate(info.parts.items())
        ],
    )


def _family(db: sqlite3.Connection, id_: str, visitor: str) -> str:
    row = db.execute("SELECT family FROM models WHERE visitor = ? AND id = ?", (visitor, id_)).fetchone()
    if row is None:
        raise ModelNotFound(
            "This model isn't in the library any more.", "It may have been removed in another tab.", "Reload the page."
        )
    return str(row[0])


def _rename(db: sqlite3.Connection, family: str, visitor: str, title: str) -> None:
    if not 0 < len(title) <= MAX_TITLE:
        raise UserError("This name can't be used.", f"A name has 1 to {MAX_TITLE} characters.", "Choose another one.")
    taken = db.execute(
        "SELECT 1 FROM models WHERE visitor = ? AND title_key = ? AND family <> ?", (visitor, title.casefold(), family)
    ).fetchone()
    if taken:
        raise UserError(
            f"“{title}” is another model's name.",
            "Two models of one library can't be called alike.",
            "Choose another one.",
        )
    db.execute(
        "UPDATE models SET title = ?, title_key = ? WHERE visitor = ? AND family = ?",
        (title, title.casefold(), visitor, family),
    )


def _index(db: sqlite3.Connection, id_: str, visitor: str) -> None:
    """What the words of a search are looked for in."""
    row = db.execute(
        "SELECT info, title, version, source_id, note, tags FROM models WHERE visitor = ? AND id = ?", (visitor, id_)
    ).fetchone()
    info = msgspec.json.decode(row[0], type=ModelInfo)
    said = (*row[1:5], *msgspec.json.decode(row[5], type=list[str]), info.summary, info.licence, *info.tasks)
    words = "\n".join(said).casefold()
    db.execute("UPDATE models SET words = ? WHERE visitor = ? AND id = ?", (words, visitor, id_))


def _entry(row: Sequence[Any], parts: dict[str, GraphInfo]) -> Entry:
    (_, _, info, title, family, version, in_use, origin, parent, note, tags, files, size_bytes, *measured) = row
    added_at, used_at, memory_bytes, time_ms, runs = measured
    return Entry(
        replace(msgspec.json.decode(info, type=ModelInfo), title=title, parts=parts),
        family,
        version,
        bool(in_use),
        msgspec.json.decode(origin, type=Origin),
        parent,
        note,
        msgspec.json.decode(tags, type=tuple[str, ...]),
        msgspec.json.decode(files, type=tuple[Fetched, ...]),
        size_bytes,
        added_at,
        used_at,
        memory_bytes,
        time_ms,
        runs,
    )


def _size_bytes(info: ModelInfo) -> int:
    return sum(graph.size_bytes for graph in info.parts.values())


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
