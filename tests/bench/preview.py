"""What it takes to look inside a model before it is fetched.

A loopback hub serves two models of 200 MB: one with 16 large weights, and one with 300 of medium size. Each is looked
into with `core.actions.preview_model`, through a look-up process that asks the hub and a model worker that reads the
pieces, once with both processes new and again with both warm. Counted is what the hub was asked, and every byte it
wrote to its sockets, heads of answers and what it says about the model included.

Target: less than 2 MB each. Run: python -m tests.bench.preview [--mb 200]
"""

from __future__ import annotations

import argparse
import os
import re
import threading
import time
from pathlib import Path
from typing import Any

from core.actions import _hub, preview_model
from core.caller import Caller
from core.errors import UserError
from core.listings import Preview
from core.workers.pool import pool
from tests.bench.made import own_home
from tests.hub import repos
from tests.hub.loopback import LoopbackHub

TARGET_MB = 2
WEIGHTS = {"large": 16, "medium": 300}
WIDTH = 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mb", type=int, default=200)
    asked = parser.parse_args()
    with own_home() as home:
        for kind, count in WEIGHTS.items():
            make_model(home / "hub", f"makers/{kind}", asked.mb, count)
        with Counting(home / "hub") as hub:
            os.environ["HF_ENDPOINT"] = hub.url
            pool()
            passed = [looked_into(hub, kind, count) for kind, count in WEIGHTS.items()]
    raise SystemExit(0 if all(passed) else 1)


def make_model(hub: Path, id_: str, mb: int, count: int) -> None:
    """A chain of `count` products with weights float32 (1000, n), each back to 1000 by its mean; `mb` in all."""
    import numpy as np
    from onnx import TensorProto, helper, numpy_helper

    columns = round(mb * 1e6 / 4 / count / WIDTH)
    weight = np.random.default_rng(0).standard_normal((WIDTH, columns), dtype=np.float32)
    nodes, weights = [], []
    for number in range(count):
        weights.append(numpy_helper.from_array(weight, f"layers.{number}.weight"))
        names = (f"x{number}", f"wide{number}", f"small{number}", f"x{number + 1}")
        nodes += [
            helper.make_node("MatMul", [names[0], f"layers.{number}.weight"], [names[1]], f"/layers.{number}/MatMul"),
            helper.make_node("ReduceMean", [names[1]], [names[2]], f"/layers.{number}/Mean", axes=[1], keepdims=1),
            helper.make_node("Add", [names[0], names[2]], [names[3]], f"/layers.{number}/Add"),
        ]
    ports = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, WIDTH]) for name in ("x0", f"x{count}")]
    graph = helper.make_graph(nodes, "chain", ports[:1], ports[1:], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    repos.make(hub, id_, {"onnx/model.onnx": model}, pipeline_tag="text-classification", **repos.LICENCE)


class Counting(LoopbackHub):
    """Counts every byte it writes to a socket."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.sent_bytes, self._counting = 0, threading.Lock()
        answers: Any = self._server.RequestHandlerClass
        self._server.RequestHandlerClass = type("Counted", (answers,), {"setup": _setup})

    def sent(self, count: int) -> None:
        with self._counting:
            self.sent_bytes += count


def _setup(answers: Any) -> None:
    super(type(answers), answers).setup()
    write = answers.wfile.write

    def counted(content: bytes) -> int:
        answers.hub.sent(len(content))
        return int(write(content))

    answers.wfile.write = counted


def looked_into(hub: Counting, kind: str, count: int) -> bool:
    size_bytes = (hub.root / f"makers/{kind}/onnx/model.onnx").stat().st_size
    print(f"{count} {kind} weights, {size_bytes / 1e6:.0f} MB:")
    _hub.detail("huggingface", f"makers/{kind}", Caller())  # until the hub has hashed its file
    new, warm = (once(hub, kind, count, state) for state in ("new", "warm"))
    return new and warm


def once(hub: Counting, kind: str, count: int, state: str) -> bool:
    if state == "new":
        pool().forget("hub")
    _hub.keep_token("", Caller())  # forgets what was looked up lately
    hub.log.clear()
    hub.sent_bytes, start = 0, time.perf_counter()
    try:
        found = preview_model.do(preview_model.Request("huggingface", f"makers/{kind}", "fp32"), Caller())["model"]
    except UserError as error:
        report(hub, state, time.perf_counter() - start)
        print(f"  {error}")
        return False
    report(hub, state, time.perf_counter() - start, found)
    assert found.operators == dict.fromkeys(("MatMul", "ReduceMean", "Add"), count)
    return hub.sent_bytes < TARGET_MB * 1e6


def report(hub: Counting, state: str, took_s: float, found: Preview | None = None) -> None:
    pieces = [re.findall(r"\d+", one["Range"]) for one in hub.log if "Range" in one and one["method"] == "GET"]
    pieces_mb = sum(int(last) - int(first) + 1 for first, last in pieces) / 1e6
    print(
        f"  {state + ' processes:':16} {took_s:6.2f} s, {len(hub.log):3} requests, {len(pieces):3} of them for pieces of "
        f"{pieces_mb:.2f} MB; {hub.sent_bytes / 1e6:.2f} MB sent in all (target: less than {TARGET_MB})"
    )
    if found:
        assert (found.requests, found.bytes_read) == (len(pieces), round(pieces_mb * 1e6)), "the preview miscounts"


if __name__ == "__main__":
    main()
