"""Models made for a measurement: they read all of their input, and take as long as asked for on this machine."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

WIDTH = 128
PROBE_STEPS = 100
ROWS = {"600 KB": 1_172, "12 MB": 23_438}
"""Of WIDTH float32 each."""


@contextmanager
def own_home() -> Iterator[Path]:
    """A data folder for one measurement; all workers have ended when it is deleted."""
    from core.workers.pool import pool

    with tempfile.TemporaryDirectory(prefix="onnx-playground-bench-") as home:
        os.environ["ONNX_PLAYGROUND_HOME"] = home
        try:
            yield Path(home)
        finally:
            pool().close()


def model(path: Path, rows: int, steps: int, *, gives_all: bool = False) -> Path:
    """`x` float32 (rows, WIDTH) is read to its last number and brought down to (WIDTH, WIDTH); `steps` multiplications
    of that with a fixed matrix follow, so that the work doesn't hang on the size of the input.

    It gives the mean of the columns, or with `gives_all` all of `x` changed a little.
    """
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((WIDTH, WIDTH)))[0].astype(np.float32)
    stored = {"turn": turn, "first": np.int64([0]), "end": np.int64([WIDTH]), "rows": np.int64([0])}
    nodes = [
        helper.make_node("ReduceMean", ["x", "rows"], ["mean"]),
        helper.make_node("Slice", ["x", "first", "end", "rows"], ["top"]),
        helper.make_node("Add", ["top", "mean"], ["v0"]),
        *(helper.make_node("MatMul", [f"v{number}", "turn"], [f"v{number + 1}"]) for number in range(steps)),
        helper.make_node("ReduceMean", [f"v{steps}", "rows"], ["small"]),
    ]
    last, shape = ("Add", [rows, WIDTH]) if gives_all else ("Identity", [1, WIDTH])
    nodes.append(helper.make_node(last, ["x", "small"] if gives_all else ["small"], ["y"]))
    graph = helper.make_graph(
        nodes,
        f"{rows} rows, {steps} steps",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [rows, WIDTH])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, shape)],
        [numpy_helper.from_array(value, name) for name, value in stored.items()],
    )
    onnx.save(helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", 18)]), path)
    return path


def calibrated(folder: Path, rows: int, target_ms: float, *, gives_all: bool = False) -> Path:
    """Such a model that takes about `target_ms` here with one thread."""
    bare = _least_ms(model(folder / "probe.onnx", rows, 1, gives_all=gives_all), rows)
    more = _least_ms(model(folder / "probe.onnx", rows, 1 + PROBE_STEPS, gives_all=gives_all), rows)
    steps = max(1, round((target_ms - bare) / max(more - bare, 1e-3) * PROBE_STEPS))
    name = f"{target_ms:g}ms-{rows}{'-all' if gives_all else ''}.onnx"
    return model(folder / name, rows, steps, gives_all=gives_all)


def numbers(rows: int) -> np.ndarray[Any, Any]:
    return np.random.default_rng(1).standard_normal((rows, WIDTH), dtype=np.float32)


def bare_session(path: Path) -> Any:
    """A plain session with one thread that doesn't spin, as a worker has it."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def _least_ms(path: Path, rows: int) -> float:
    session, feeds = bare_session(path), {"x": numbers(rows)}
    return min(_ms(session, feeds) for _ in range(30))


def _ms(session: Any, feeds: dict[str, Any]) -> float:
    start = time.perf_counter()
    session.run(None, feeds)
    return (time.perf_counter() - start) * 1000
