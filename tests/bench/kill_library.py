"""Whether a program that is killed while it changes the library leaves it damaged, or loses what it said was done.

A child saves, renames, chooses and removes models in a loop. Before each change it says what it will do, and after it
that it is done. It is killed (SIGKILL) at a random moment, 50 times; every fifth time it begins with no library at all,
and is killed about when it makes one. After each kill the library is compared with what a few lines of plain Python
make of the changes that were said to be done: it may differ by the one change that was under way, whole, and by nothing
else. All counts of damage must be 0. A power cut is something else, and isn't tried.

Run: python -m tests.bench.kill_library [--kills 50] [--seed 0]
"""

from __future__ import annotations

import argparse
import json
import random
import select
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from core.errors import UserError
from core.settings import OWNER
from core.store.entries import Entry
from core.store.store import Store
from core.types import GraphInfo, ModelInfo
from tests.bench.serving import ROOT

FAMILIES = 8
MOST_MODELS = 60
ANEW_EVERY = 5
START_LIMIT_S = 60
LONGEST_S = 1.0
"""Of work after the start."""
DAMAGE = (
    *("integrity_check not ok", "can't be opened", "acknowledged changes lost or half done"),
    *("families with none or two in use", "models without their graph", "models a search can't find"),
)


class Change(NamedTuple):
    kind: str
    """`save`, `rename`, `use` or `remove`."""
    id: str
    family: str
    title: str


@dataclass(frozen=True)
class Row:
    family: str
    title: str
    in_use: bool


Rows = dict[str, Row]
"""By id, the oldest first."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--child", default="", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        change_for_ever(Path(asked.child), random.Random(asked.seed))
    with tempfile.TemporaryDirectory(prefix="onnx-playground-bench-") as folder:
        counts = trial(Path(folder), asked.kills, random.Random(asked.seed))
    print(f"{asked.kills} kills")
    for name in (*DAMAGE, *sorted({*counts} - {*DAMAGE})):
        print(f"  {counts[name]:6}  {name}{'  (target: 0)' if name in DAMAGE else ''}")
    raise SystemExit(1 if any(counts[name] for name in DAMAGE) else 0)


def trial(folder: Path, kills: int, chance: random.Random) -> Counter[str]:
    counts: Counter[str] = Counter()
    start_s = time_to_first_change(folder)
    rows: Rows = {}
    for number in range(kills):
        path = folder / f"library-{number // ANEW_EVERY}.db"
        is_new = not path.exists()
        rows = {} if is_new else rows
        first_s = start_s * 0.7  # Python itself starts before that, and nothing is to be hit there
        moment = chance.uniform(first_s, start_s * 1.1) if is_new else chance.uniform(0, LONGEST_S)
        said = killed(path, moment, chance.randrange(2**31), from_the_start=is_new)
        counts["kills of one that began without a library"] += is_new
        rows = look(path, rows, said, counts)
    return counts


def time_to_first_change(folder: Path) -> float:
    start = time.perf_counter()
    with child(folder / "first.db", 0) as process:
        assert process.stdout
        process.stdout.readline()
        took_s = time.perf_counter() - start
        process.kill()
    return took_s


def killed(path: Path, seconds: float, seed: int, *, from_the_start: bool) -> list[str]:
    """What it had said when it was killed, by lines. The seconds count from its start, or from its first change."""
    with child(path, seed) as process:
        if not from_the_start:
            select.select([process.stdout], [], [], START_LIMIT_S)
        try:
            process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            said: str = process.communicate(timeout=START_LIMIT_S)[0]
            return [line for line in said.splitlines(keepends=True) if line.endswith("\n")]
    raise SystemExit(f"it ended by itself: exit code {process.returncode}")


def child(path: Path, seed: int) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "tests.bench.kill_library", "--child", str(path), "--seed", str(seed)]
    return subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def look(path: Path, rows: Rows, said: list[str], counts: Counter[str]) -> Rows:
    """What is there now, all that is wrong with it counted."""
    changes = [Change(*json.loads(line)) for line in said if line != "done\n"]
    done = said.count("done\n")
    for change in changes[:done]:
        rows = after(rows, change)
    under_way = after(rows, changes[done]) if len(changes) > done else rows
    counts["changes acknowledged"] += done
    counts["kills before the first change" if not changes else "kills between changes"] += under_way is rows
    if not path.exists():
        return rows
    try:
        Store(path).close()  # as the next start does
    except UserError:
        counts["can't be opened"] += 1
        return rows
    there = read(path, counts)
    if under_way is not rows:
        counts["kills in a change that then was done" if there == under_way else "kills in a change not done"] += 1
    counts["acknowledged changes lost or half done"] += there not in (rows, under_way)
    return there


def read(path: Path, counts: Counter[str]) -> Rows:
    """Asked by plain SQL, without any of our code."""
    with closing(sqlite3.connect(path)) as db:
        counts["integrity_check not ok"] += db.execute("PRAGMA integrity_check").fetchall() != [("ok",)]
        found = db.execute("SELECT id, family, title, in_use FROM models ORDER BY added_at, rowid").fetchall()
        for wrong, where in _WRONG.items():
            counts[wrong] += db.execute(f"SELECT count(*) FROM models WHERE {where}").fetchone()[0]
    in_use = Counter(family for _, family, _, used in found if used)
    counts["families with none or two in use"] += sum(in_use[family] != 1 for family in {row[1] for row in found})
    return {id_: Row(family, title, bool(used)) for id_, family, title, used in found}


_WRONG = {
    "models without their graph": "1 <> (SELECT count(*) FROM parts WHERE model_id = models.id)",
    "models a search can't find": "NOT instr(words, title_key) OR NOT instr(words, version)",
}


def after(rows: Rows, change: Change) -> Rows:
    """What a change makes of the models, said once more in plain Python."""
    family = [id_ for id_, row in rows.items() if row.family == change.family]
    changed = dict(rows)
    if change.kind == "save":
        changed[change.id] = Row(change.family, change.title, not family)
    elif change.kind == "remove":
        was_in_use = changed.pop(change.id).in_use
        left = [id_ for id_ in family if id_ != change.id]
        if was_in_use and left:
            changed[left[-1]] = replace(changed[left[-1]], in_use=True)
    for id_ in family:
        if change.kind == "rename":
            changed[id_] = replace(changed[id_], title=change.title)
        elif change.kind == "use":
            changed[id_] = replace(changed[id_], in_use=id_ == change.id)
    return changed


def change_for_ever(path: Path, chance: random.Random) -> None:
    """The child: says what it will do, does it, says that it is done."""
    shelf = Store(path).shelf
    there = shelf.page(OWNER, sort="added", count=10 * MOST_MODELS, all_versions=True).entries
    rows = {one.info.id: Row(one.family, one.info.title, one.in_use) for one in there}
    while True:
        change = chosen(rows, chance)
        print(json.dumps(change), flush=True)
        if change.kind == "save":
            shelf.save(entry(change), OWNER)
        elif change.kind == "rename":
            shelf.describe(change.id, OWNER, title=change.title)
        else:
            {"use": shelf.use, "remove": shelf.remove}[change.kind](change.id, OWNER)
        print("done", flush=True)
        rows = after(rows, change)


def chosen(rows: Rows, chance: random.Random) -> Change:
    kinds = ("remove",) if len(rows) >= MOST_MODELS else ("save", "save", "save", "rename", "use", "remove")
    kind = chance.choice(kinds) if rows else "save"
    new = f"{chance.getrandbits(48):012x}"
    if kind != "save":
        id_ = chance.choice([*rows])
        title = f"{rows[id_].family} {new}" if kind == "rename" else rows[id_].title
        return Change(kind, id_, rows[id_].family, title)
    family = f"family {chance.randrange(FAMILIES)}"
    same = [row.title for row in rows.values() if row.family == family]
    return Change(kind, new, family, same[0] if same else family)


def entry(change: Change) -> Entry:
    graph = GraphInfo(f"/models/{change.id}/model.onnx", change.id, 5, (), (), 10, {}, {}, 0)
    info = ModelInfo(change.id, change.title, "A model.", "hub", {"model": graph})
    return Entry(info, change.family, f"version {change.id}", in_use=False)


if __name__ == "__main__":
    main()
