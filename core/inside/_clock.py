"""Wraps the graphs of a model for one answer: adds up the time spent inside, and remembers what they gave last."""

from __future__ import annotations

import time
from collections.abc import Mapping

from core.types import Graph, Value


class Clock:
    def __init__(self) -> None:
        self.run_ms = 0.0
        self.outputs: dict[str, dict[str, Value]] = {}
        """By role; those of the last run, where a graph runs several times for one answer."""

    def timed(self, graphs: Mapping[str, Graph]) -> dict[str, Graph]:
        """The same graphs, under the eyes of this clock."""
        return {role: self._one(role, graph) for role, graph in graphs.items()}

    def _one(self, role: str, graph: Graph) -> Graph:
        def run(feeds: Mapping[str, Value]) -> dict[str, Value]:
            start = time.perf_counter()
            try:
                found = self.outputs[role] = graph(feeds)
                return found
            finally:
                self.run_ms += since(start)

        return run


def since(start: float) -> float:
    """Milliseconds since a time of `time.perf_counter`."""
    return (time.perf_counter() - start) * 1000
