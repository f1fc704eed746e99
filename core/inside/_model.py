"""The model a worker has: what is known about it, and its graphs, opened on first use."""

from __future__ import annotations

import time
from typing import Any

import msgspec

from core.inside._desk import Desk
from core.run.session import Content, open_graph
from core.types import Graph, ModelInfo

THREADS = "threads"


def info_of(request: dict[str, Any], desk: Desk) -> ModelInfo:
    """What the app says about the model. It says so once, and refers to it by a mark from then on."""
    told: dict[str, ModelInfo] = desk.kept.setdefault("info", {})
    if request.get("info") is not None:
        told[request["mark"]] = msgspec.convert(request["info"], type=ModelInfo)
    return told[request["mark"]]


def graphs(info: ModelInfo, desk: Desk, threads: int) -> tuple[dict[str, Graph], float]:
    """The model's graphs by role, and how many milliseconds it took to open those that weren't open yet."""
    start = time.perf_counter()
    known: dict[str, Graph] = desk.kept.setdefault("graphs", {})
    for role, graph in info.parts.items():
        if role not in known:
            desk.say(None, f"Opening {info.title}")
            weights = {name: desk.files[f"{role}/{name}"] for name in graph.external_files}
            known[role] = open_graph(graph, threads, Content(desk.files[f"{role}/"], weights))
            desk.say(None, "Running")
    return {role: known[role] for role in info.parts}, (time.perf_counter() - start) * 1000
