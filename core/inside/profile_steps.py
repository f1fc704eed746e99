"""Runs a model several times and says where the time goes, step by step. Runs as a file job: measuring needs files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec

from core.fields import TensorSource
from core.graph.feeding import input_shapes
from core.graph.origins import Origin, name_nodes, origins
from core.graph.overlays._contract import Times
from core.inside._desk import Desk
from core.model.parse import collect, parse
from core.readers.tensor import read_tensor
from core.run.profile import Profile, profile
from core.run.session import Content
from core.types import GraphInfo, Port, Value

RESULT = Times


def do(request: dict[str, Any], desk: Desk) -> Times:
    """`request`: "graph": its GraphInfo, "feeds": values by input, "folder": where it may write, "threads".

    The graph is the file "", its weights are files by their name. Inputs that nobody gave are drawn at random.
    """
    info = msgspec.convert(request["graph"], type=GraphInfo)
    desk.say(None, "Reading the graph")
    model = parse(desk.files[""]).model
    collect(model)
    name_nodes(model)
    missing = [port for port in info.inputs if port.name not in request["feeds"] and port.kind != "optional"]
    shapes = input_shapes(model)
    drawn = {port.name: _drawn(port, shapes) for port in missing}
    content = Content(model.SerializeToString(), {name: desk.files[name] for name in info.external_files})
    feeds = {**request["feeds"], **drawn}
    found = profile(info, content, feeds, Path(request["folder"]), say=desk.say, threads=request["threads"])
    return _times(found, origins(model, parse(found.optimised).model), tuple(drawn))


def _drawn(port: Port, shapes: Mapping[str, tuple[int, ...]]) -> Value:
    """Numbers at random. Whole ones are 1: they may be places in tables, and nobody knows how large these are."""
    how: Literal["ones", "random"] = "ones" if "int" in port.dtype else "random"
    known = port.kind == "tensor" and port.name in shapes
    return read_tensor(TensorSource(how, shapes[port.name]) if known else TensorSource(how), port)


def _times(found: Profile, known: Mapping[str, Origin], drawn: tuple[str, ...]) -> Times:
    """The time of each optimised node divided among the steps it stands for."""
    node_ms: dict[int, float] = defaultdict(float)
    shuffling_ms = 0.0
    for name, time_ms in found.node_ms.items():
        timed = known[name].timed if name in known else ()
        for place in timed:
            node_ms[place] += time_ms / len(timed)
        shuffling_ms += 0.0 if timed else time_ms
    stands_for = sum(len(origin.nodes) for origin in known.values())
    return Times(
        found.run_ms,
        found.runs,
        dict(node_ms),
        shuffling_ms,
        found.between_ms,
        stands_for,
        drawn,
        found.was_disturbed,
    )
