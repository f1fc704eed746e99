"""How much `try_model` adds to bare onnxruntime: warm, in one process, EfficientNet-Lite0, a 1-megapixel JPEG.

Prints the median of the whole answer over the median of `session.run` on the same prepared input, measured in turn
in the same run, and where the rest goes. Run: python tests/bench/try_model.py
"""

import io
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
ROUNDS = 200


def main() -> None:
    import os

    with tempfile.TemporaryDirectory() as home:
        os.environ.setdefault("ONNX_PLAYGROUND_HOME", home)
        measure()


def measure() -> None:
    import numpy as np
    from PIL import Image

    from core import jobs
    from core.actions import _library, try_model
    from core.run.warm import warm_graph
    from core.samples import pictures
    from core.tasks._pictures import cut_from_middle

    coffee = Image.open(io.BytesIO(pictures.read("coffee"))).convert("RGB").resize((1152, 864))
    jpeg = io.BytesIO()
    coffee.save(jpeg, "JPEG", quality=90)
    request = try_model.Request("efficientnet_lite0", {"picture": jpeg.getvalue()})
    graph = warm_graph(_library.find("efficientnet_lite0", lambda *_: None).parts["model"])
    feeds = {"image": np.random.default_rng(0).standard_normal((1, 3, 224, 224), dtype=np.float32)}
    bare_session = graph._session  # opened with the same options as a plain InferenceSession
    pixels = np.asarray(coffee)
    rows = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        answer = jobs.run("try_model", request)
        whole = (time.perf_counter() - start) * 1000
        start = time.perf_counter()
        bare_session.run(None, feeds)
        bare = (time.perf_counter() - start) * 1000
        start = time.perf_counter()
        cut_from_middle(pixels, 256, 224, 224, "bicubic")
        resize = (time.perf_counter() - start) * 1000
        rows.append((whole, bare, answer.timing.read_ms, answer.timing.run_ms, resize))
    rows = rows[ROUNDS // 10 :]
    whole, bare, read, run, resize = (statistics.median(column) for column in zip(*rows, strict=True))
    rest = whole - read - run - resize
    print(f"try_model / session.run        {whole:.2f} / {bare:.2f} ms = {whole / bare:.2f}")
    print(f"  decoding the JPEG            {read:.2f} ms")
    print(f"  resizing (Pillow, bicubic)   {resize:.2f} ms, measured alone on the same picture")
    print(f"  the run itself               {run:.2f} ms")
    print(f"  everything else              {rest:.2f} ms = {rest / bare:.1%} of session.run (target: at most 5 %)")


if __name__ == "__main__":
    main()
