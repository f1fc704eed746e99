"""A batch of 200 pictures, decoding included, against a bare loop with the same threads.

Prints pictures per second of `jobs.run("try_many")` over those of a loop that decodes, prepares, runs and ranks in one
process, measured in turn in one run, and the memory before and after. Run: python -m tests.bench.batch [--pictures 200]
"""

from __future__ import annotations

import argparse
import io
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from tests.bench import made

MODEL = "efficientnet_lite0"
LEAST = 0.95
ROUNDS = 5
NAMES = ("chelsea", "coffee", "china", "flower", "rocket", "astronaut")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=200)
    count = parser.parse_args().pictures
    with made.own_home() as home:
        raise SystemExit(measure(home, count))


def measure(home: Path, count: int) -> int:
    from core import jobs, settings
    from core.actions import _library, try_many
    from core.caller import Caller
    from core.types import Upload

    paths = photographs(home / "photographs", count)
    info = _library.with_task(_library.find(MODEL, Caller()), "", Caller()).info
    how = {name: fact.value for name, fact in info.preparation.items()}
    loop = bare(Path(info.parts["model"].path), how, settings.THREADS)
    items = tuple(
        try_many.Item(path.name, {"picture": Upload(str(path), path.name, path.stat().st_size, path.name)})
        for path in paths
    )
    request = try_many.Request(MODEL, items)
    jobs.run("try_many", request)
    before = memory_mb()
    ours, plain = [], []
    for _ in range(ROUNDS):
        plain.append(seconds(lambda: [loop(path) for path in paths])[0])
        took, outcomes = seconds(lambda: jobs.run("try_many", request))
        ours.append(took)
    same = sum(outcome.answer.result.rows[0].label == loop(path) for outcome, path in zip(outcomes, paths, strict=True))
    ratio = statistics.median(p / o for p, o in zip(plain, ours, strict=True))
    print(f"pictures per second: {count / min(ours):.1f} here, {count / min(plain):.1f} in a bare loop, same threads")
    print(f"ratio {ratio:.3f} (median of {ROUNDS}; target {LEAST}), best against best {min(plain) / min(ours):.3f}")
    print(f"same first name for {same} of {count}")
    print(f"memory, app and workers: {before:.0f} MB after the first batch, {memory_mb():.0f} MB after {ROUNDS} more")
    return 0 if ratio >= LEAST and same == count else 1


def photographs(folder: Path, count: int) -> list[Path]:
    """JPEG files of about one megapixel, each another cut of a sample."""
    from PIL import Image

    from core.samples import pictures

    folder.mkdir()
    paths = []
    for number in range(count):
        with Image.open(io.BytesIO(pictures.read(NAMES[number % len(NAMES)]))) as image:
            whole = image.convert("RGB").resize((1280, 960))
        cut = whole.crop((number % 97, number % 61, 1152 + number % 97, 864 + number % 61))
        paths.append(folder / f"{number:03}.jpg")
        cut.save(paths[-1], "JPEG", quality=90)
    return paths


def bare(model: Path, how: dict[str, Any], threads: int) -> Callable[[Path], str]:
    """What somebody would write by hand for this model: one picture file to its first name."""
    import numpy as np
    import onnxruntime
    from PIL import Image, ImageOps

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    mean, std = (np.float32(how[name]) for name in ("mean", "std"))
    bicubic = Image.Resampling.BICUBIC

    def first_name(path: Path) -> str:
        with Image.open(path) as image:
            upright = ImageOps.exif_transpose(image).convert("RGB")
        scale = how["resize_px"] / min(upright.size)
        wide, high = int(upright.width * scale), int(upright.height * scale)
        left, top = (wide - how["width_px"]) // 2, (high - how["height_px"]) // 2
        sides = (left, top, left + how["width_px"], top + how["height_px"])
        across, down = upright.width / wide, upright.height / high
        box = (sides[0] * across, sides[1] * down, sides[2] * across, sides[3] * down)
        cut = upright.resize((how["width_px"], how["height_px"]), bicubic, box=box)  # only what is kept, as we do
        fed = ((np.asarray(cut, np.float32) - mean) / std).transpose(2, 0, 1)[None]
        scores = session.run(None, {"image": np.ascontiguousarray(fed)})[0][0]
        best = np.argsort(-scores)[:5]
        return str(how["labels"][best[0]])

    return first_name


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def memory_mb() -> float:
    """Of this process and all below it, shared pages counted once."""
    me = psutil.Process()
    return sum(process.memory_full_info().pss for process in (me, *me.children(recursive=True))) / 1e6


if __name__ == "__main__":
    main()
