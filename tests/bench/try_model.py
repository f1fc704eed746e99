"""How much the whole button adds to bare onnxruntime: warm, EfficientNet-Lite0, a 1-megapixel JPEG.

Prints the median of `jobs.run("try_model")`, whose model runs in a process of its own, over the median of `session.run`
of a plain session with one thread in this process, on an input of the same size, measured in turn in one run; and where
the rest goes. Run: python -m tests.bench.try_model [--rounds 200]
"""

from __future__ import annotations

import argparse
import io
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench import made

MODEL = "efficientnet_lite0"
MOST_BESIDE = 0.05


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    rounds = parser.parse_args().rounds
    with made.own_home():
        measure(rounds)


def measure(rounds: int) -> None:
    import numpy as np
    from PIL import Image

    from core import jobs
    from core.actions import _library, try_model
    from core.caller import Caller
    from core.samples import pictures
    from core.tasks._pictures import laid_out, placement

    coffee = Image.open(io.BytesIO(pictures.read("coffee"))).convert("RGB").resize((1152, 864))
    jpeg = io.BytesIO()
    coffee.save(jpeg, "JPEG", quality=90)
    request = try_model.Request(MODEL, {"picture": jpeg.getvalue()})
    session = made.bare_session(Path(_library.find(MODEL, Caller()).parts["model"].path))
    feeds = {"image": np.random.default_rng(0).standard_normal((1, 3, 224, 224), dtype=np.float32)}
    pixels = np.asarray(coffee)
    how = {"resize": "crop", "resize_px": 256, "width_px": 224, "height_px": 224}
    rows = []
    for _ in range(rounds):
        whole, answer = timed(lambda: jobs.run("try_model", request))
        bare, _ = timed(lambda: session.run(None, feeds))
        resize, _ = timed(lambda: laid_out(pixels, placement(pixels.shape[1], pixels.shape[0], how), "bicubic"))
        of = answer.timing
        rows.append((whole, bare, of.read_ms, of.run_ms, resize, of.rest_ms - resize, whole - of.total_ms))
    rows = rows[rounds // 10 :]
    whole, bare, read, run, resize, inside, outside = (statistics.median(column) for column in zip(*rows, strict=True))
    least = [min(column) for column in zip(*rows, strict=True)]
    rest = inside + outside
    print(f"whole button / session.run     {whole:.2f} / {bare:.2f} ms = {whole / bare:.2f}")
    print(f"  the same of the minima       {least[0]:.2f} / {least[1]:.2f} ms = {least[0] / least[1]:.2f}")
    print(f"  decoding the JPEG            {read:.2f} ms")
    print(f"  resizing (Pillow, bicubic)   {resize:.2f} ms, measured alone on the same picture")
    print(f"  the run itself               {run:.2f} ms")
    print(
        f"  everything else              {rest:.2f} ms = {rest / bare:.1%} of session.run (target: {MOST_BESIDE:.0%})"
    )
    print(f"    beside it in the worker    {inside:.2f} ms")
    print(f"    way there and back, library, history {outside:.2f} ms")


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    found = work()
    return (time.perf_counter() - start) * 1000, found


if __name__ == "__main__":
    main()
