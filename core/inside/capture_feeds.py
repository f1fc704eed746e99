"""What a task feeds into one graph of a model for a person's input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core import registry
from core.inside._desk import Desk
from core.inside._inputs import read
from core.inside._model import graphs, info_of
from core.types import Feeds, Graph, Value

RESULT = dict[str, Any]


def do(request: dict[str, Any], desk: Desk) -> dict[str, Any]:
    """`request`: the model (see `_model.info_of`), "part": a role, "task", "given" by field name, "threads".

    Values by the names of the graph's inputs, from the first time it is called; none when it never is.
    """
    info = info_of(request, desk)
    task = registry.load("core.tasks")[request["task"]]
    opened, _ = graphs(info, desk, request["threads"])
    inputs = read(task.fields(info), request["given"], desk)
    seen: list[Feeds] = []
    parts = {**opened, request["part"]: _recorded(opened[request["part"]], seen)}
    task.answer(inputs, parts, info, desk.say)
    return dict(seen[0]) if seen else {}


def _recorded(graph: Graph, seen: list[Feeds]) -> Graph:
    def run(feeds: Mapping[str, Value]) -> dict[str, Value]:
        if not seen:
            seen.append(feeds)
        return graph(feeds)

    return run
