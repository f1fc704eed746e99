"""What a process of its own costs: an answer of a warm worker over the same run in this process, call by call in turn.

In this process: `core.run.session.OpenGraph` with one thread on ready arrays. The worker: the same arrays to the task
"tensors" through `ask_model`, and what the graph gives back; the work is the same. Synthetic models of about 1, 5 and
50 ms read inputs of 600 KB and 12 MB and give little back; one gives back 12 MB, for information.

Then the difference is taken apart. A ping is a request whose answer is empty (`describe` of no graphs); with the input
as its ballast it shows what the way of the input costs. On a shared machine the minimum is the figure to believe: what
others take only ever adds.

Targets, difference of the medians: at most 0.7 ms at 600 KB, 3 ms at 12 MB.
Run: python -m tests.bench.worker_overhead [--calls 200]
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core import jobs
from core.actions import _workers, inspect_model, try_model
from core.caller import Caller
from core.run.session import open_graph
from core.types import ModelInfo
from core.workers.pool import pool
from tests.bench import made
from tests.bench.serving import percentile

TARGETS_MS = {"600 KB": 0.7, "12 MB": 3.0}
WARM_UP = 10
CASES = [(size, ms, False) for size in made.ROWS for ms in (1, 5, 50)] + [("12 MB", 5, True)]
Way = Callable[[], dict[str, float]]
"""One call; gives named times in milliseconds."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=200)
    calls = parser.parse_args().calls
    missed = []
    with made.own_home() as home:
        for size, target_ms, gives_all in CASES:
            times = measured(home, size, target_ms, gives_all=gives_all, calls=calls)
            title = f"{size} in{' and out' if gives_all else ''}, about {target_ms} ms"
            added = report(title, times, None if gives_all else TARGETS_MS[size])
            if not gives_all and added > TARGETS_MS[size]:
                missed.append(f"{title}: +{added:.2f} ms")
    print("\nall targets met" if not missed else "\nmissed: " + "; ".join(missed))
    raise SystemExit(1 if missed else 0)


def measured(home: Path, size: str, target_ms: float, *, gives_all: bool, calls: int) -> dict[str, list[float]]:
    """The times of every way, in turn."""
    path = made.calibrated(home, made.ROWS[size], target_ms, gives_all=gives_all)
    info = jobs.run("inspect_model", inspect_model.Request(str(path)))
    ways = ways_to_ask(info, path, made.numbers(made.ROWS[size]))
    times: dict[str, list[float]] = {}
    for count in range(calls + WARM_UP):
        for way in ways:
            found = way()
            if count >= WARM_UP:
                for name, took_ms in found.items():
                    times.setdefault(name, []).append(took_ms)
    pool().forget(*(graph.sha256 for graph in info.parts.values()))
    return times


def ways_to_ask(info: ModelInfo, path: Path, x: Any) -> list[Way]:
    graph = open_graph(info.parts["model"], 1)
    caller, feeds = Caller(), {"x": x}
    request = try_model.Request(str(path), feeds, "tensors")
    answer = {"task": "tensors", "given": feeds}

    def worker() -> dict[str, float]:
        took_ms, found = timed(lambda: _workers.ask_model("answer", info, caller, answer))
        form_ms, outside_ms = found.total_ms - found.run_ms, took_ms - found.total_ms
        return {"worker": took_ms, "run": found.run_ms, "form": form_ms, "outside": outside_ms}

    def bare_ping() -> dict[str, float]:
        with pool().worker(_workers._place(info, caller), caller) as warm:
            return {"bare ping": timed(lambda: warm.ask("describe", {"roles": []}, caller))[0]}

    def ping(**ballast: Any) -> float:
        return timed(lambda: _workers.ask_model("describe", info, caller, {"roles": [], **ballast}))[0]

    return [
        lambda: {"here": timed(lambda: graph(feeds))[0]},
        worker,
        bare_ping,
        lambda: {"ping": ping()},
        lambda: {"ping with input": ping(x=x)},
        lambda: {"button": timed(lambda: jobs.run("try_model", request))[0]},
        lambda: {"copy": timed(x.copy)[0]},
    ]


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    found = work()
    return (time.perf_counter() - start) * 1000, found


def report(title: str, times: dict[str, list[float]], target_ms: float | None) -> float:
    """Prints both and the parts of the difference; gives the difference of the medians."""
    median = {name: statistics.median(values) for name, values in times.items()}
    least = {name: min(values) for name, values in times.items()}
    print(f"\n{title}")
    for name, key in (("in this process", "here"), ("worker", "worker"), ("whole button", "button")):
        p95 = percentile(times[key], 0.95)
        print(f"  {name:26} min {least[key]:7.2f}   median {median[key]:7.2f}   p95 {p95:7.2f} ms")
    added = median["worker"] - median["here"]
    verdict = (
        "for information" if target_ms is None else f"target {target_ms}, {'met' if added <= target_ms else 'MISSED'}"
    )
    print(
        f"  worker / in this process   {median['worker'] / median['here']:.2f}, difference "
        f"min {least['worker'] - least['here']:+.2f}, median {added:+.2f} ms ({verdict})"
    )
    print("  where the difference is       min    median")
    for part, value in {part: (parts(least)[part], parts(median)[part]) for part in parts(median)}.items():
        print(f"    {part:26} {value[0]:+6.2f}   {value[1]:+6.2f}", flush=True)
    return added


def parts(of: dict[str, float]) -> dict[str, float]:
    return {
        "wake-ups and JSON of a ping": of["bare ping"],
        "place, files, mark": of["ping"] - of["bare ping"],
        "the input on its way": of["ping with input"] - of["ping"],
        "the answer on its way": of["outside"] - of["ping with input"],
        "form and reading, inside": of["form"],
        "the run, slower inside": of["run"] - of["here"],
        "(a plain copy of the input)": of["copy"],
        "(library, history: button)": of["button"] - of["worker"],
    }


if __name__ == "__main__":
    main()
