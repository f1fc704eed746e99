"""The page My library with 5,000 models beside one with 50: how long its first draw and a search take in a browser.

Two servers, each with a library of its own; the same steps in turn, so that both meet the same machine. Target: at most
1.5 times. Run: python -m tests.bench.library_page [--rounds 9]
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import expect

from core import settings
from core.settings import OWNER
from core.store.entries import Entry, Origin
from core.store.store import Store
from core.types import GraphInfo, ModelInfo, Port
from tests.browser import driving

SIZES = (50, 5_000)
TARGET = 1.5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    times: dict[tuple[str, int], list[float]] = {}
    with ExitStack() as stack:
        chromium = stack.enter_context(driving.browser())
        addresses = {count: stack.enter_context(served(count, stack)) for count in SIZES}
        for place in range(rounds + 1):
            for count in SIZES:
                for name, took_ms in visit(chromium, addresses[count], count):
                    if place:  # the first round warms up
                        times.setdefault((name, count), []).append(took_ms)
    missed = False
    for name in ("first draw", "search"):
        few, many = (statistics.median(times[name, count]) for count in SIZES)
        missed |= many > TARGET * few
        print(
            f"{name:10}  50 models {few:6.0f} ms   5,000 models {many:6.0f} ms   ratio {many / few:.2f} (target {TARGET})"
        )
    raise SystemExit(missed)


def served(count: int, stack: ExitStack):
    home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="onnx-playground-bench-")))
    filled(home, count)
    os.environ[settings.HOME_VARIABLE] = str(home)
    return driving.app(home / "printed.txt")


def filled(home: Path, count: int) -> None:
    store = Store(home / "library.db")
    port = Port("x", "tensor", "tensor(float)", "float32", ("batch", 3, 224, 224))
    for number in range(count):
        path = f"/nowhere/{number}/model.onnx"
        graph = GraphInfo(path, f"{number:064x}", 10**6, (port,), (port,), 10, {"ai.onnx": 17}, {"Conv": 50}, 10**6)
        info = ModelInfo(f"m{number}", f"Model {number}", "A model.", "hub", {"model": graph}, licence="mit")
        origin = Origin("huggingface", f"maker/model-{number}", "fp32", "c0ffee")
        store.shelf.save(Entry(info, info.id, "Full precision", in_use=True, origin=origin), OWNER)
    store.close()


def visit(chromium, address: str, count: int):
    with driving.tab(chromium, address) as page:
        start = time.perf_counter()
        page.goto("/library")
        expect(page.get_by_text(f"{count:,} models")).to_be_visible(timeout=60_000)
        expect(page.locator("[class*='st-key-entry']").nth(23)).to_be_visible()
        yield "first draw", (time.perf_counter() - start) * 1000
        box = page.get_by_role("textbox", name="Search")
        box.fill(f"model-{count - 1}")  # one model in both
        start = time.perf_counter()
        page.keyboard.press("Enter")
        expect(page.get_by_text("1 model, ")).to_be_visible(timeout=60_000)
        yield "search", (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    main()
