"""How each hostile file ends, after how long, and how soon a good model answers after that. Through jobs.run.

`again` is a good model that is open already; `anew` is one that isn't, and takes the spare worker, as after a crash of
its own. Both are counted from the moment the hostile one's end is known. The limits are those of the app, but for the
time of one answer: 3 s. Run: python tests/bench/hostile.py [part of a name]
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
LIMIT_S = "3"
QUIET_S = 0.15
TARGET_MS = 500


def main(wanted: str = "") -> None:
    with tempfile.TemporaryDirectory(prefix="onnx-playground-hostile-") as folder:
        os.environ["ONNX_PLAYGROUND_HOME"] = str(Path(folder) / "home")
        os.environ["ONNX_PLAYGROUND_RUN_LIMIT_S"] = LIMIT_S
        os.environ["RUST_BACKTRACE"] = "0"
        measure(Path(folder), wanted)


def measure(folder: Path, wanted: str) -> None:
    from tests.core.workers import hostile

    good = folder / "good.onnx"
    good.write_bytes(hostile.seven_ms_model())
    ask_good(good)
    warm = statistics.median(ask_good(good) for _ in range(30))
    print(f"the good model, warm: {warm:.1f} ms through jobs.run\n")
    print(f"{'case':36} | {'outcome':16} | {'ms':>6} | {'again':>6} | {'anew':>6}")
    again, anew, wrong = [], [], []
    for number, case in enumerate(hostile.everything()):
        if wanted not in case.name:
            continue
        row = [tried(case, folder / f"{number}-{way}", good, way) for way in ("again", "anew")]
        ended, ms = row[0][0], statistics.mean(part[1] for part in row)
        again.append(row[0][2])
        anew.append(row[1][2])
        mark = "" if ended in case.expected and ended == row[1][0] else "  not as expected"
        wrong += [case.name] if mark else []
        print(f"{case.name:36} | {ended:16} | {ms:6.0f} | {again[-1]:6.0f} | {anew[-1]:6.0f}{mark}", flush=True)
    for name, values in (("again", again), ("anew", anew)):
        over = sum(value > TARGET_MS for value in values)
        print(
            f"\n{name}: median {statistics.median(values):.0f}, worst {max(values):.0f} ms; {over} over {TARGET_MS} ms",
            end="",
        )
    print(f"\nnot as expected: {', '.join(wrong) or 'none'}; load of this machine {os.getloadavg()[0]:.1f}")


def ask_good(path: Path) -> float:
    """Milliseconds until its right answer."""
    import numpy as np

    from core import jobs
    from core.actions import try_model
    from core.fields import TensorSource

    start = time.perf_counter()
    request = try_model.Request(str(path), {"x": TensorSource("ones", (1, 16, 96, 96))}, "tensors")
    y = jobs.run("try_model", request).result.outputs["y"]
    ms = (time.perf_counter() - start) * 1000
    assert np.allclose(y[..., 1:-1, 1:-1], 144)
    return ms


def tried(case, folder: Path, good: Path, way: str) -> tuple[str, float, float]:
    """The family it ended in, the ms that took, and the ms from there to the next right answer."""
    from core.actions import _library
    from core.workers.pool import pool
    from tests.core.workers import hostile

    path = hostile.lay_out(case, folder / "model")
    ask_good(good)
    if way == "anew":
        pool().forget(_library._described[_library._state_of(good.resolve())].sha256)
    wait_for_spare()
    start = time.perf_counter()
    ended = outcome(case, path)
    ms = (time.perf_counter() - start) * 1000
    after = ask_good(good)
    pool().forget("owner") if way == "again" else None
    return ended, ms, after


def outcome(case, path: Path) -> str:
    from core import jobs
    from core.actions import shrink_picture, try_model
    from core.errors import UserError
    from core.fields import TensorSource
    from core.types import Upload
    from tests.core.workers import hostile

    try:
        if case.kind == "picture":
            given = Upload(str(path), "a.png", path.stat().st_size)
            jobs.run("shrink_picture", shrink_picture.Request(given, 64))
        elif case.kind == "text":
            model = path.with_name("text.onnx")
            model.write_bytes(hostile.text_model())
            source = TensorSource("text", (1,), text=path.read_bytes().decode("utf-8", "replace"))
            jobs.run("try_model", try_model.Request(str(model), {"x": source}, "tensors"))
        elif case.kind == "tokenizer":
            return read_tokenizer(path)
        else:
            jobs.run("try_model", try_model.Request(str(path), task="tensors"))
    except UserError as error:
        return type(error).__name__
    return "runs"


def read_tokenizer(path: Path) -> str:
    """No request takes one by itself yet, so the reader is asked as a worker would ask it, here."""
    from core.errors import UserError
    from core.readers import tokenizer

    try:
        tokenizer.encode(tokenizer.read_tokenizer(path.read_bytes()), "x" * 200)
    except UserError as error:
        return type(error).__name__
    return "runs"


def wait_for_spare() -> None:
    """As a server that has been up for a moment has it; the nursery makes one in a few milliseconds."""
    from core.workers.pool import pool

    pool().warm_up()


if __name__ == "__main__":
    main(*sys.argv[1:])
