"""Where the time of a run goes: what onnxruntime measured of every step, and the graph it really ran.

It writes both into files, so this works only where a folder may be written in.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median
from typing import Any

import msgspec

from core.run.errors import open_error
from core.run.runtime import SILENT, failures, runtime
from core.run.session import OPTIONS, Content, OpenGraph
from core.types import Feeds, GraphInfo, Say

WARM_UPS = 2
"""Runs that aren't counted: the first ones get memory ready."""
MOST_RUNS, LEAST_RUNS = 15, 3
_ENOUGH_S = 8.0
_MOST_EVENTS = 100_000
"""Lines of the profile: each takes about 700 bytes on disk."""
_DISTURBED = 1.3
_HOLD_OTHERS = ("Loop", "If", "Scan", "SequenceMap")
"""Their time includes that of the steps inside them."""


@dataclass(frozen=True)
class Profile:
    run_ms: float
    """Of one whole run: the mean of the quicker half, as other programs can only make one slower. Means add up."""
    node_ms: dict[str, float]
    """The same for each node of `optimised`, by its name."""
    between_ms: float
    """The same for what no node took of a run, the measuring included."""
    was_disturbed: bool
    """Other programs kept interrupting: the means are far above what is usual for a node."""
    runs: int
    """That were measured, the slower half included."""
    optimised: bytes
    """The graph that was run, as an ONNX model whose weights lie elsewhere."""


def profile(info: GraphInfo, content: Content, feeds: Feeds, folder: Path, *, say: Say, threads: int = 0) -> Profile:
    """Runs the model several times at full optimisation, as it is run for an answer. Raises a ModelError or RunFailed.

    Names of its nodes must differ. `folder` is left as full as the files make it; whoever gave it clears it.
    """
    session, graph = _opened(info, content, folder, threads)
    say(None, "Warming up")
    start = time.perf_counter()
    graph(feeds)
    wanted = _run_count(sum(info.operators.values()))
    for _ in range(WARM_UPS - 1):
        graph(feeds)
    done = 0
    while done < wanted and (done < LEAST_RUNS or time.perf_counter() - start < _ENOUGH_S):
        say(done / wanted, "Measuring")
        graph(feeds)
        done += 1
    events = msgspec.json.decode(Path(session.end_profiling()).read_bytes(), type=list[_Event])
    runs = sorted(list(_by_run(events))[WARM_UPS:], key=lambda run: run[0])
    quick = runs[: (len(runs) + 1) // 2]
    names = dict.fromkeys(name for _, nodes in quick for name in nodes)
    spent = {name: [nodes.get(name, 0.0) for _, nodes in quick] for name in names}
    means = {name: fmean(times) for name, times in spent.items()}
    return Profile(
        fmean(run_ms for run_ms, _ in quick),
        means,
        max(0.0, fmean(run_ms - sum(nodes.values()) for run_ms, nodes in quick)),
        sum(means.values()) > _DISTURBED * sum(map(median, spent.values())),
        len(runs),
        (folder / _OPTIMISED).read_bytes(),
    )


_OPTIMISED, _WEIGHTS = "optimised.onnx", "weights.bin"


def _opened(info: GraphInfo, content: Content, folder: Path, threads: int) -> tuple[Any, OpenGraph]:
    onnxruntime = runtime()
    options = onnxruntime.SessionOptions()
    options.log_severity_level = SILENT
    options.intra_op_num_threads = threads
    options.enable_profiling = True
    options.profile_file_prefix = str(folder / "profile")
    options.optimized_model_filepath = str(folder / _OPTIMISED)
    for name, value in OPTIONS.items():
        options.add_session_config_entry(name, value)
    options.add_session_config_entry("session.optimized_model_external_initializers_file_name", _WEIGHTS)
    try:
        if content.weights:
            names, memory = list(content.weights), list(content.weights.values())
            options.add_external_initializers_from_files_in_memory(names, memory, [len(view) for view in memory])
        session = onnxruntime.InferenceSession(bytes(content.model), options, providers=["CPUExecutionProvider"])
        return session, OpenGraph(info, session)
    except failures() as error:
        raise open_error(error, info) from error


def _run_count(steps: int) -> int:
    """Fewer of a large graph: each step leaves a line behind in each run."""
    return max(LEAST_RUNS, min(MOST_RUNS, _MOST_EVENTS // max(1, steps) - WARM_UPS))


class _Args(msgspec.Struct):
    op_name: str = ""


class _Event(msgspec.Struct):
    """One line of the profile; times in microseconds."""

    name: str
    ts: int = 0
    dur: int = 0
    cat: str = ""
    args: _Args = msgspec.field(default_factory=_Args)


def _by_run(events: Sequence[_Event]) -> Iterator[tuple[float, dict[str, float]]]:
    """The milliseconds of each run, and of every node in it."""
    nodes = sorted(
        (event for event in events if event.cat == "Node" and event.name.endswith(_TIME)),
        key=lambda event: (event.ts, -event.dur),
    )
    place = 0
    for run in sorted((event for event in events if event.name == "model_run"), key=lambda event: event.ts):
        spent: dict[str, float] = defaultdict(float)
        until = 0
        while place < len(nodes) and nodes[place].ts <= run.ts + run.dur:
            node = nodes[place]
            place += 1
            if node.ts < until:  # it is part of a loop or branch that was counted
                continue
            until = node.ts + node.dur if node.args.op_name in _HOLD_OTHERS else 0
            spent[node.name.removesuffix(_TIME)] += node.dur / 1000
        yield run.dur / 1000, spent


_TIME = "_kernel_time"
