"""Opens, runs and closes models over and over, and fails when anything is left behind.

Each cycle is the whole button on a file, then the end of the model's process. The models are some of onnx's own backend
cases, of all kinds of steps and types, and a few with their weights in another file. Counted at the start (after a
warm-up of 50 cycles), in the middle and at the end, each time when all workers but the spares have gone: memory of this
process and of its workers, processes, threads, open files, shared memory.

Run: python -m tests.bench.cycles [2000]
"""

from __future__ import annotations

import argparse
import gc
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

from core import jobs, settings
from core.actions import try_model
from core.workers.pool import pool
from tests.bench import made, onnx_cases

MODELS = 50
WITH_WEIGHTS = 5
QUIET_S = 20
GROWTH_BYTES = 15 * 10**6
"""What this process may take more in the end than at the start; a leak of 10 KB in each of 2,000 cycles is more."""
RESTING = settings.SPARES + 1
"""Processes when nobody works: the spares, and the nursery they come from."""


@dataclass(frozen=True)
class Count:
    memory_mb: float
    """Resident, of this process."""
    workers_mb: float
    processes: int
    threads: int
    open_files: int
    shared: int
    """Pieces of memory shared with a worker."""
    dev_shm: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cycles", type=int, nargs="?", default=2_000)
    cycles = parser.parse_args().cycles
    with made.own_home() as home:
        requests = [
            try_model.Request(str(path), onnx_cases.named(path, inputs), "tensors") for path, inputs in models(home)
        ]
        gc.collect()
        for number in range(MODELS):
            cycle(requests[number])
        counts = [count()]
        start = time.perf_counter()
        for half in (cycles // 2, cycles - cycles // 2):
            for number in range(half):
                cycle(requests[number % len(requests)])
            counts.append(count())
        seconds = time.perf_counter() - start
        grown = report(counts, cycles, seconds)
    raise SystemExit(1 if grown else 0)


def models(folder: Path) -> Iterator[tuple[Path, tuple[Any, ...]]]:
    """The files and the inputs of MODELS cases that plain onnxruntime runs."""
    import onnx

    cases = onnx_cases.node_cases()
    found = 0
    for case in cases[:: max(1, len(cases) // (2 * MODELS))]:
        path = folder / f"{case.name}.onnx"
        path.write_bytes(case.model)
        try:
            onnx_cases.run_plain(path, onnx_cases.named(path, case.inputs[0]))
        except Exception:  # noqa: BLE001  whatever it is, plain onnxruntime doesn't run this case
            continue
        found += 1
        yield path, case.inputs[0]
        if found == MODELS - WITH_WEIGHTS:
            break
    for number in range(WITH_WEIGHTS):
        plain = made.model(folder / "plain.onnx", 200, number + 1)
        path = folder / f"weights-{number}.onnx"
        onnx.save(onnx.load(plain), path, save_as_external_data=True, location=f"{path.stem}.bin", size_threshold=1024)
        yield path, (made.numbers(200),)


def cycle(request: try_model.Request) -> None:
    jobs.run("try_model", request)
    pool().forget(settings.OWNER)


def count() -> Count:
    """When only the nursery and the spares are left."""
    me = psutil.Process()
    end = time.monotonic() + QUIET_S
    while time.monotonic() < end and (len(me.children(recursive=True)) != RESTING or not _rests(me.children()[0])):
        time.sleep(0.1)
    gc.collect()
    workers = me.children(recursive=True)
    maps = Path("/proc/self/maps").read_text(encoding="utf-8")
    return Count(
        me.memory_info().rss / 1e6,
        sum(worker.memory_info().rss for worker in workers) / 1e6,
        len(workers),
        me.num_threads(),
        me.num_fds(),
        maps.count("memfd:"),
        len(os.listdir("/dev/shm")),  # noqa: PTH208
    )


def _rests(worker: psutil.Process) -> bool:
    """It has finished importing: its processor time stands still."""
    before = worker.cpu_times()
    time.sleep(0.3)
    return bool(worker.cpu_times()[:2] == before[:2])


def report(counts: list[Count], cycles: int, seconds: float) -> list[str]:
    """Prints what there was at each count; gives what has grown."""
    print(f"{cycles} cycles over {MODELS} models, {seconds / cycles:.3f} s each")
    print(f"{'':12} {'start':>10} {'middle':>10} {'end':>10}")
    grown = []
    for name in asdict(counts[0]):
        values = [asdict(of)[name] for of in counts]
        most = GROWTH_BYTES / 1e6 if name.endswith("_mb") else 0
        has_grown = values[-1] > values[0] + most
        grown += [name] * has_grown
        cells = " ".join(f"{value:10.1f}" if name.endswith("_mb") else f"{value:10}" for value in values)
        print(f"{name:12} {cells} {'  GROWN' if has_grown else ''}")
    return grown


if __name__ == "__main__":
    main()
