"""Gives the app thousands of broken files, each through the actions that the buttons press, and judges how it answers.

Models come from onnx's own test data, changed at random byte by byte and by meaning (`tests.bench.mutations`); pictures
and arrays from scikit-image, texts from this app. A model is inspected, opened and tried with random numbers and with
what its form asks for; a picture, text or array is given to the models that come with the app. What leads to an answer
or an error never seen before is changed further. Limits are lowered: 3 s for an answer, 1 GB of memory.

A finding is: an error that is no UserError, or has no words, or names a folder of this computer; a Crashed that comes
from our own code (in the worker, or an answer that the app didn't believe); the app at work 5 s longer than its limit;
processes left behind. Crashes of onnxruntime, time-outs and too little memory are what workers are for: they are counted
by kind, and the smallest file of each is kept. Each finding is printed once per place in the code; its input lies in the
folder. Before a changed model costs a process it is looked at in this one, by the same code that describes it: of SCREENED
changed ones, one that trips it or whose description is new goes the whole way. The seed settles the dice, but two threads share what they find, so a run is repeated only roughly: keep the
files. Run: python -m tests.bench.fuzz [MINUTES] [--seed 1] [--folder fuzz-findings] [--again FILE]
"""

from __future__ import annotations

import argparse
import faulthandler
import os
import random
import re
import shutil
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import psutil

from core import jobs, registry, settings
from core.actions import add_model, inspect_model, list_samples, open_model, read_arrays, shrink_picture, try_model
from core.errors import Crashed, UserError
from core.fields import Field, TensorSource
from core.model.describe import examine
from core.run.operators import known_steps
from core.types import GraphInfo, Port, Upload
from core.workers import wire
from core.workers.pool import pool
from core.workers.worker import NURSERY, Worker
from tests.bench import made
from tests.bench.mutations import changed_bytes, changed_model
from tests.bench.onnx_cases import node_cases

RUN_LIMIT_S, LONGER_S, STUCK_S = 3.0, 5.0, 90.0
MEMORY_BYTES = 2**30
LARGEST_SEED_BYTES = 150_000
MOST_KEPT = 3_000
BURST = 3
"""Pictures, texts or arrays after each model: they need no process of their own."""
STARTERS = ("efficientnet_lite0", "magika", "minilm", "ocr", "style_transfer")
SCREENED = 50
SLOW = ("ocr", "style_transfer")
"""Asked only now and then."""
NUMBERS = ("0.5", "nan", "inf", "-1", "1e400", "abc", "")
Kind = Literal["model", "picture", "text", "arrays"]
_DETAILS = re.compile(r"“[^”]*”|\d[\d.,]*|0x\w+")
_OUR_PLACE = re.compile(r"\((core\.[\w.]+, line \d+)\)")


@dataclass
class Found:
    """What one run found, shared by its threads."""

    folder: Path
    hidden: tuple[str, ...]
    """Folders of this computer, which no error may name."""
    seeds: dict[Kind, list[bytes]]
    forms: dict[str, tuple[Field, ...]] = field(default_factory=dict)
    """What the models that come with the app ask for."""
    lock: threading.Lock = field(default_factory=threading.Lock)
    cases: Counter[str] = field(default_factory=Counter)
    families: Counter[str] = field(default_factory=Counter)
    looks: set[str] = field(default_factory=set)
    outcomes: set[tuple[str, ...]] = field(default_factory=set)
    findings: Counter[str] = field(default_factory=Counter)
    kept: dict[str, bytes] = field(default_factory=dict)
    """The smallest input for each finding."""
    endings: dict[str, bytes] = field(default_factory=dict)
    """The smallest input for each way in which a worker ended."""
    busy_since: dict[int, float] = field(default_factory=dict)


class Spent(threading.local):
    """How long this thread waited for workers in the present step, and how far the slowest went beyond its limit."""

    talking_s = 0.0
    beyond_s = 0.0


SPENT = Spent()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("minutes", type=float, nargs="?", default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=Path("fuzz-findings"))
    parser.add_argument("--threads", type=int, default=settings.worker_places())
    parser.add_argument("--again", type=Path, help="a kept file: goes through the same steps once more")
    given = parser.parse_args()
    settings.RUN_LIMIT_S, settings.MEMORY_BASE_BYTES = RUN_LIMIT_S, MEMORY_BYTES
    given.folder.mkdir(parents=True, exist_ok=True)
    with made.own_home() as home:
        folders = (home, settings.ROOT, Path(sys.prefix), Path(sys.base_prefix) / "lib", Path.home())
        hidden = tuple(f"{path}/" for path in folders if path != Path(path.anchor))
        found = Found(given.folder, hidden, seeds())
        measure_workers()
        found.forms = {model: fields(model) for model in STARTERS if is_there(model)}
        start = time.monotonic()
        if given.again:
            kind: Kind = "model" if given.again.suffix == ".onnx" else given.again.suffix[1:]  # type: ignore[assignment]
            one_case(found, kind, given.again.read_bytes(), home / "again", random.Random(given.seed))
        else:
            work(found, home, given, start + given.minutes * 60)
        seconds = time.monotonic() - start
        pool().close()
        NURSERY.close()
        left_behind(found)
    report(found, seconds)
    raise SystemExit(1 if found.findings else 0)


def seeds() -> dict[Kind, list[bytes]]:
    import onnx.backend.test
    import skimage

    data = Path(onnx.backend.test.__file__).parent / "data"
    images = Path(skimage.__file__).parent
    texts = [str(value) for card in list_samples.texts.samples() for value in card.inputs.values()]
    return {
        "model": [
            *small_files(data, "*.onnx"),
            *(case.model for case in node_cases()[::5] if len(case.model) < 20_000),
        ],
        "picture": [
            content for ending in ("png", "jpg", "gif", "tif") for content in small_files(images, f"*.{ending}")
        ],
        "arrays": [*small_files(images, "*.np[yz]"), npz()],
        "text": [text.encode() for text in texts] + [content[:20_000] for content in small_files(images, "*.txt")],
    }


def small_files(folder: Path, pattern: str) -> Iterator[bytes]:
    for path in sorted(folder.rglob(pattern)):
        if 0 < path.stat().st_size <= LARGEST_SEED_BYTES:
            yield path.read_bytes()


def npz() -> bytes:
    import io

    import numpy as np

    target = io.BytesIO()
    np.savez(target, x=np.ones((2, 3), np.float32), y=np.arange(4), words=np.array(["a", "b"]), truth=np.array([True]))
    return target.getvalue()


def is_there(starter: str) -> bool:
    from core.actions import _library

    return starter in registry.load(_library.STARTERS) and _library.is_installed(
        registry.load(_library.STARTERS)[starter]
    )


def fields(model: str, task: str = "") -> tuple[Field, ...]:
    opened: open_model.Opened = jobs.run("open_model", open_model.Request(model, task))
    return opened.fields


def measure_workers() -> None:
    """Notes how long each question to a worker takes, and how far that is beyond what it may."""
    talk = Worker._talk

    def noted(self: Worker, message: Any, given: Any, caller: Any, terms: Any) -> Any:
        start = time.monotonic()
        try:
            return talk(self, message, given, caller, terms)
        finally:
            took_s = time.monotonic() - start
            SPENT.talking_s += took_s
            SPENT.beyond_s = max(SPENT.beyond_s, took_s - terms.limit_s)

    Worker._talk = noted  # type: ignore[method-assign]


def work(found: Found, home: Path, given: argparse.Namespace, end: float) -> None:
    """Until the time is up, or a thread is stuck: then says where, and leaves."""

    def one_thread(number: int) -> None:
        dice = random.Random(given.seed * 1_000 + number)
        count = 0
        while time.monotonic() < end:
            kind: Kind = "model" if count % (BURST + 1) == 0 else dice.choice(("picture", "text", "arrays"))
            found.busy_since[number] = time.monotonic()
            data = next_model(found, dice) if kind == "model" else changed_bytes(*pair(found, kind, dice), dice)
            one_case(found, kind, data, home / f"case-{number}-{count}", dice)
            del found.busy_since[number]
            count += 1

    threads = [threading.Thread(target=one_thread, args=(number,), daemon=True) for number in range(given.threads)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        time.sleep(1)
        if any(time.monotonic() - since > STUCK_S for since in dict(found.busy_since).values()):
            faulthandler.dump_traceback(all_threads=True)
            finding(found, "stuck", "the app is at work and doesn't come back", b"", "model")
            return


def pair(found: Found, kind: Kind, dice: random.Random) -> tuple[bytes, bytes]:
    return dice.choice(found.seeds[kind]), dice.choice(found.seeds[kind])


def next_model(found: Found, dice: random.Random) -> bytes:
    """A changed model that looks like none before, or any where that is hard to find."""
    chosen: bytes | None = None
    for _ in range(SCREENED):
        data = changed_model(*pair(found, "model", dice), dice)
        looks, is_trouble = look(data)
        if looks not in found.looks and (is_trouble or chosen is None):
            found.looks.add(looks)
            chosen = data
            if is_trouble:
                break
    return chosen or data


def look(data: bytes) -> tuple[str, bool]:
    """What our own code says of a model, and whether it stumbles: how it refuses it, or what goes in and out."""
    try:
        info = sent(examine(data, lambda names: {name: 64 for name in names if name == "weights.bin"}, known_steps()))
        return " ".join(f"{port.type} {shape_in_words(port)}" for port in (*info.inputs, *info.outputs)[:6]), False
    except UserError as error:
        looks = f"{type(error).__name__} {error.title} {re.sub(_DETAILS, '#', error.detail)}"
        return f"{looks} {error.technical[:40]}" if isinstance(error, Crashed) else looks, isinstance(error, Crashed)
    except Exception as error:  # noqa: BLE001  the whole way will tell what it is in the app
        return f"{type(error).__name__} {last_place(error)}", True


def sent(info: GraphInfo) -> GraphInfo:
    """As the app would get it from a worker."""
    buffers: list[memoryview] = []
    header = wire.to_header(wire.pack(info, lambda buffer: buffers.append(buffer) or len(buffers) - 1))
    got: GraphInfo = wire.convert(wire.unpack(wire.from_header(header), buffers.__getitem__), GraphInfo)
    return got


def shape_in_words(port: Port) -> str:
    """Its kinds of sizes; the sizes themselves are too many to tell apart."""
    if port.shape is None:
        return "any"
    return "".join(
        "n" if not isinstance(size, int) else "0" if not size else "k" if size < 2**31 else "K"
        for size in port.shape[:6]
    )


def one_case(found: Found, kind: Kind, data: bytes, folder: Path, dice: random.Random) -> None:
    with found.lock:
        found.cases[kind] += 1
    steps = model_steps(found, data, folder, dice) if kind == "model" else input_steps(kind, data, found.forms, dice)
    for name, step in steps:
        SPENT.talking_s = SPENT.beyond_s = 0.0
        start = time.monotonic()
        error: BaseException | None = None
        try:
            step()
        except BaseException as raised:  # noqa: BLE001  what it is, is the question
            error = raised
        alone_s = time.monotonic() - start - SPENT.talking_s
        note(found, kind, name, error, data)
        if SPENT.beyond_s > LONGER_S or alone_s > LONGER_S:
            finding(
                found, f"slow: {name}", f"{SPENT.beyond_s:.1f} s beyond its limit, {alone_s:.1f} s alone", data, kind
            )
    shutil.rmtree(folder, ignore_errors=True)


Steps = Iterator[tuple[str, Callable[[], Any]]]


def model_steps(found: Found, data: bytes, folder: Path, dice: random.Random) -> Steps:
    folder.mkdir()
    path = folder / "model.onnx"
    path.write_bytes(data)
    (folder / "weights.bin").write_bytes(bytes(64))
    yield "inspect", lambda: jobs.run("inspect_model", inspect_model.Request(str(path)))
    yield "try", lambda: jobs.run("try_model", try_model.Request(str(path), {}, "tensors"))
    if dice.random() < 0.3:
        yield "try its form", lambda: try_form(found, str(path), dice)
    if dice.random() < 0.1:
        upload = Upload(str(path), "model.onnx", len(data), "key")
        yield "add", lambda: jobs.run("add_model", add_model.Request((upload,)), visitor=folder.name)
    pool().forget(settings.OWNER, folder.name)


def try_form(found: Found, model: str, dice: random.Random) -> None:
    form = {one.name: filled(one, found, dice) for one in fields(model)}
    jobs.run("try_model", try_model.Request(model, form))


def filled(one: Field, found: Found, dice: random.Random) -> Any:
    """Something for a field, out of what there is of its kind."""
    match one.kind:
        case "picture":
            return dice.choice(found.seeds["picture"])
        case "text" | "texts" | "file":
            return dice.choice(found.seeds["text"])
        case "tensor":
            return source(dice.choice(found.seeds[dice.choice(("picture", "arrays", "text"))]), dice)
        case "number":
            return dice.choice(NUMBERS)
        case _:
            return one.default if dice.random() < 0.9 else "no such choice"


def source(data: bytes, dice: random.Random) -> TensorSource:
    shape = (
        () if dice.random() < 0.5 else tuple(dice.choice((0, 1, 2, 3, 8, -1, 10**6)) for _ in range(dice.randrange(5)))
    )
    ways = ("random", "zeros", "ones", "numbers", "picture", "text", "file", "file", "picture")
    text = data[:200].decode("utf-8", "replace") if dice.random() < 0.5 else " ".join(dice.choices(NUMBERS, k=6))
    name = dice.choice(("a.npy", "a.npz", "a.csv", "a", "../../etc/passwd.npy"))
    return TensorSource(dice.choice(ways), shape, dice.randrange(3), text, data, name)


def input_steps(kind: Kind, data: bytes, forms: dict[str, tuple[Field, ...]], dice: random.Random) -> Steps:
    """One step: to a reader, or to one of the app's models, as what its form asks for."""
    if kind == "picture" and dice.random() < 0.4:
        yield "shrink", lambda: jobs.run("shrink_picture", shrink_picture.Request(data, 64))
    elif kind == "arrays" and dice.random() < 0.5:
        yield "arrays", lambda: jobs.run("read_arrays", read_arrays.Request(data))
    elif kind == "arrays" or dice.random() < 0.2:
        model = one_of(list(forms), dice)
        inputs = {one.name: source(data, dice) for one in fields(model, "tensors")}
        yield f"{model} tensors", lambda: jobs.run("try_model", try_model.Request(model, inputs, "tensors"))
    else:
        takes = {"picture": ("picture", "file"), "text": ("text", "texts", "file")}[kind]
        model = one_of([name for name, form in forms.items() if any(one.kind in takes for one in form)], dice)
        given = {one.name: data for one in forms[model] if one.kind in takes}
        yield model, lambda: jobs.run("try_model", try_model.Request(model, given))


def one_of(models: list[str], dice: random.Random) -> str:
    quick = [model for model in models if model not in SLOW]
    return dice.choice(models if dice.random() < 0.1 or not quick else quick)


def note(found: Found, kind: Kind, step: str, error: BaseException | None, data: bytes) -> None:
    """Counts how a step ended, keeps what is new, and reports what must not be."""
    family = type(error).__name__ if error else "answer"
    detail = getattr(error, "detail", "")
    technical = getattr(error, "technical", "")
    pattern = re.sub(_DETAILS, "#", f"{detail} {technical[:120] if kind == 'model' else ''}")
    outcome = (kind, step, family, pattern)
    with found.lock:
        found.families[f"{kind:8} {family}"] += 1
        is_new = outcome not in found.outcomes and len(found.outcomes) < MOST_KEPT
        if is_new:
            found.outcomes.add(outcome)
            found.seeds[kind].append(data)
        if ending := how_it_ended(error):
            known = found.endings.get(f"{kind}: {ending}")
            if known is None or len(data) < len(known):
                found.endings[f"{kind}: {ending}"] = data
    for where, what in wrong(error, found.hidden):
        finding(found, where, what, data, kind)


def how_it_ended(error: BaseException | None) -> str:
    """For those errors that are expected of a hostile file, its kind; the signal included."""
    if isinstance(error, Crashed) and (found := re.search(r"ended by itself \((.*?)\)", error.detail)):
        return found[1]
    return type(error).__name__ if type(error).__name__ in ("TookTooLong", "OutOfMemory") else ""


def wrong(error: BaseException | None, hidden: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Where and what, for everything about an error that must not be."""
    if error is None:
        return
    if not isinstance(error, UserError):
        trace = "".join(traceback.format_exception(error))
        yield f"no UserError: {type(error).__name__} at {last_place(error)}", trace
        return
    words = {name: str(getattr(error, name)) for name in ("title", "detail", "fix", "technical")}
    in_full = "\n".join(f"{name}: {word}" for name, word in words.items())
    if empty := [name for name in ("title", "detail", "fix") if not words[name].strip()]:
        yield f"no words: {', '.join(empty)} of {type(error).__name__} at {last_place(error)}", in_full
    for name, word in words.items():
        if shown := [path for path in hidden if path in word]:
            yield (
                f"names a folder: {name} of {type(error).__name__} at {last_place(error)}",
                f"{shown[0]} in\n{in_full}",
            )
    if isinstance(error, Crashed) and (place := _OUR_PLACE.search(words["technical"])):
        yield f"our own code: {words['technical'].split(':')[0]} at {place[1]}", in_full
    elif isinstance(error, Crashed) and "can't be" in error.title:
        yield f"not believed: {re.sub(r'[0-9]+', '#', words['technical'])[:60]}", in_full


def last_place(error: BaseException) -> str:
    """The last line of our own code that it came through."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if f"{os.sep}core{os.sep}" in frame.filename]
    if not frames:
        return "nowhere in core"
    return f"{Path(frames[-1].filename).relative_to(settings.ROOT)}:{frames[-1].lineno}"


def finding(found: Found, where: str, what: str, data: bytes, kind: Kind) -> None:
    with found.lock:
        found.findings[where] += 1
        number = list(found.findings).index(where)
        path = found.folder / f"finding-{number}{'.onnx' if kind == 'model' else f'.{kind}'}"
        if where not in found.kept:
            print(f"\nFINDING {number}: {where}\n{what}\nkept as {path}", flush=True)
        if len(data) < len(found.kept.get(where, data + b" ")):
            found.kept[where] = data
            path.write_bytes(data)


def left_behind(found: Found) -> None:
    _, alive = psutil.wait_procs(psutil.Process().children(recursive=True), timeout=10)
    if alive:
        finding(found, "left behind", f"{len(alive)} processes live on: {alive}", b"", "model")


def report(found: Found, seconds: float) -> None:
    total = sum(found.cases.values())
    print(f"\n{total} cases in {seconds:.0f} s, {total / seconds:.1f} per second: {dict(found.cases)}")
    print(f"{len(found.outcomes)} different outcomes")
    for family, count in sorted(found.families.items(), key=lambda item: (item[0].split()[0], -item[1])):
        print(f"  {count:6} {family}")
    print("how workers ended, and the smallest file for each:")
    for number, (ending, data) in enumerate(sorted(found.endings.items())):
        path = found.folder / f"ending-{number}{'.onnx' if ending.startswith('model') else '.bin'}"
        path.write_bytes(data)
        print(f"  {ending}: {path} ({len(data):,} bytes)")
    print(f"{len(found.findings)} findings")
    for number, (where, count) in enumerate(found.findings.items()):
        print(f"  {number}: {count} times: {where}")


if __name__ == "__main__":
    main()
