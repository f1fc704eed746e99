"""How long looking into the library takes with 5,000 models beside 50.

Both are filled with entries as the hub gives them: versions, tags, notes, lists of files, and every fifth with 1,000
labels. Then each question is asked of both in turn, and the median of all rounds is printed. Target: none of them takes
longer than 100 ms with 5,000, the time in which a click still feels answered at once.

Run: python -m tests.bench.library [--models 5000] [--rounds 20]
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from core.listings import Fetched
from core.settings import OWNER
from core.store.entries import Entry, Origin
from core.store.shelf import Shelf
from core.store.store import Store
from core.types import Fact, GraphInfo, ModelInfo

FEW = 50
TARGET_MS = 100
WORDS = ("cat", "dog", "street", "sentence", "mood", "face", "depth", "small", "fast", "english", "painting", "voice")
TASKS = ("tensors", "image_classification", "text_search", "text_similarity")
LABELS = [f"label number {number}" for number in range(1000)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=20)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="onnx-playground-bench-") as folder:
        stores = {count: filled(Path(folder) / f"{count}.db", count) for count in (FEW, asked.models)}
        asking = {count: questions(store.shelf, count) for count, store in stores.items()}
        times = measured(asking, asked.rounds)
        for store in stores.values():
            store.close()
    raise SystemExit(report(times, asked.models))


def filled(path: Path, count: int) -> Store:
    store, chance = Store(path), random.Random(0)
    start = time.perf_counter()
    for number in range(count):
        store.shelf.save(entry(number, chance), OWNER)
    took_s = time.perf_counter() - start
    print(f"{count:,} saved at {took_s / count * 1000:.1f} ms each, {path.stat().st_size / 1e6:.1f} MB")
    return store


def entry(number: int, chance: random.Random) -> Entry:
    """Three versions make a family."""
    family, id_ = f"family{number // 3}", f"model{number}"
    some = chance.sample(WORDS, 3)
    files = tuple(
        Fetched(f"{name}.json", 1_000, f"{number:064x}", was_announced=True) for name in ("config", "tokenizer", *some)
    )
    graph = GraphInfo(
        *(f"/data/hub/{family}/{id_}.onnx", f"{number:064x}", chance.randrange(10**6, 10**9)),
        *((), (), 10, {"ai.onnx": 17}, {"MatMul": 40, "Add": 60}, 10**7),
    )
    facts = {"labels": Fact(LABELS, "its card")} if number % 5 == 0 else {}
    title = f"{some[0].title()} {some[1]} {number // 3}"
    tasks = (chance.choice(TASKS),)
    info = ModelInfo(id_, title, f"A model for {' and '.join(some)}.", "hub", {"model": graph}, tasks, facts, "mit")
    origin = Origin("huggingface", f"makers/{family}", "fp32", "c0ffee")
    note = "tried it with my own pictures" if number % 4 == 0 else ""
    return Entry(info, family, "Full precision", False, origin, "", note, (some[0],), files, graph.size_bytes)


def questions(shelf: Shelf, count: int) -> Mapping[str, Callable[[], object]]:
    last = count // 3 * 3 - 3  # the first version, which is in use, of the last whole family
    title = shelf.page(OWNER, sort="added", count=1).entries[0].info.title
    by_order: dict[str, Callable[[], object]] = {
        f"first page by {sort}": lambda sort=sort: shelf.page(OWNER, sort=sort)  # type: ignore[misc]
        for sort in ("used", "added", "title", "size")
    }
    return {
        **by_order,
        "last page by title": lambda: shelf.page(OWNER, sort="title", start=max(0, last // 3 - 24)),
        "first page of all versions": lambda: shelf.page(OWNER, all_versions=True),
        "totals only": lambda: shelf.page(OWNER, count=0, all_versions=True),
        "search: one word": lambda: shelf.page(OWNER, "street"),
        "search: three words": lambda: shelf.page(OWNER, "street cat model"),
        "search: a word nobody has": lambda: shelf.page(OWNER, "zeppelin"),
        "with a tag": lambda: shelf.page(OWNER, tag="street"),
        "all tags": lambda: shelf.tags(OWNER),
        "by title": lambda: shelf.find(title.upper(), OWNER),
        "by id": lambda: shelf.find(f"model{last}", OWNER),
        "by a name nobody has": lambda: shelf.find("zeppelin", OWNER),
        "versions of one": lambda: shelf.versions(f"family{last // 3}", OWNER),
        "from one place": lambda: shelf.of_origin("huggingface", f"makers/family{last // 3}", OWNER),
        "who uses a folder": lambda: shelf.using(Path(f"/data/hub/family{last // 3}")),
    }


def measured(asking: Mapping[int, Mapping[str, Callable[[], object]]], rounds: int) -> dict[str, dict[int, float]]:
    """Milliseconds by question and number of models; one turn of each before it counts."""
    all_ms: dict[str, dict[int, list[float]]] = {}
    for turn in range(rounds + 1):
        for count, asked in asking.items():
            for name, ask in asked.items():
                start = time.perf_counter()
                ask()
                took_ms = (time.perf_counter() - start) * 1000
                if turn:
                    all_ms.setdefault(name, {}).setdefault(count, []).append(took_ms)
    return {name: {count: statistics.median(ms) for count, ms in found.items()} for name, found in all_ms.items()}


def report(times: Mapping[str, Mapping[int, float]], many: int) -> int:
    """The exit code."""
    print(f"\n{'ms, median':30} {FEW:>8,} {many:>8,}   times as long")
    for name, found in times.items():
        mark = "" if found[many] <= TARGET_MS else f"   above {TARGET_MS} ms"
        print(f"{name:30} {found[FEW]:8.2f} {found[many]:8.2f} {found[many] / found[FEW]:8.1f}{mark}")
    slowest = max(found[many] for found in times.values())
    print(f"slowest {slowest:.1f} ms (target: at most {TARGET_MS} ms)")
    return int(slowest > TARGET_MS)


if __name__ == "__main__":
    main()
