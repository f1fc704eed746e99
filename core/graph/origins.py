"""Which steps of a model each step of its optimised version stands for. onnxruntime fuses, renames and rearranges them.

Every optimised node is given values of the original graph: what it makes, or what its name says. The original graph is
cut at these values; what lies between two cuts is what the node does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.graph.sketch import bodies
from core.graph.tidy import HEAVY

if TYPE_CHECKING:
    from onnx import GraphProto, ModelProto, NodeProto

_NAMED = re.compile(r"step(\d+)(?![0-9A-Za-z])")
_OTHER_ORDER = re.compile(r"(_bn|_mul)?_n(chwc|hwc)(_token_\d+)?$")
"""What is hung on the name of a value where a node wants its numbers in another order, or became a convolution."""
_REARRANGES = ("ReorderInput", "ReorderOutput")
_TAKES_THE_TIME = HEAVY - {"Gather", "Concat", "ReduceMean"}
"""Where one of these is fused with lighter ones, the time is its own."""


@dataclass(frozen=True)
class Origin:
    """Places of nodes in the original graph."""

    nodes: tuple[int, ...]
    """All that the optimised node stands for; a node has at most one that stands for it."""
    timed: tuple[int, ...]
    """Those that its time is divided among."""


def name_nodes(model: ModelProto) -> None:
    """Gives each node of the graph a name of its own, which `origins` knows; names may be empty, or occur twice.

    Those in functions too: where a function is called, its nodes stand under their names.
    """
    for place, node in enumerate(model.graph.node):
        node.name = f"step{place}"
    for number, function in enumerate(model.functions):
        for place, node in enumerate(function.node):
            node.name = f"inner{number}.{place}"


def origins(original: ModelProto, optimised: ModelProto) -> dict[str, Origin]:
    """By the name of each optimised node. One that only rearranges numbers in memory stands for nothing."""
    return _Mapping(original).of(optimised.graph.node)


class _Mapping:
    def __init__(self, original: ModelProto) -> None:
        self._graph: GraphProto = original.graph
        self._maker = {name: place for place, node in enumerate(self._graph.node) for name in node.output if name}
        self._fixed = self._same_each_time()
        own = {(function.domain, function.name) for function in original.functions}
        self._calls = {place for place, node in enumerate(self._graph.node) if (node.domain, node.op_type) in own}

    def _same_each_time(self) -> set[int]:
        """Nodes that only prepare weights; where one is left of them, its neighbours take the time."""
        flows = {given.name for given in self._graph.input} - {weight.name for weight in self._graph.initializer}
        found = set()
        for place, node in enumerate(self._graph.node):
            if flows.isdisjoint(node.input) and not any(bodies(node)):
                found.add(place)
            else:
                flows.update(node.output)
        return found

    def of(self, nodes: Sequence[NodeProto]) -> dict[str, Origin]:
        values = [self._values(node) for node in nodes]
        self._fill_functions(nodes, values)
        cuts = {name for names in values for name in names}
        taken: set[int] = set()
        found: dict[str, Origin] = {}
        for node, names in zip(nodes, values, strict=True):
            region = [place for place in self._region(names, cuts) if place not in taken]
            taken.update(region)
            makers = [self._maker[name] for name in names]
            found[node.name] = Origin(tuple(region), self._timed(region or makers))
        return found

    def _values(self, node: NodeProto) -> list[str]:
        """Values of the original graph that this node makes, be it in another order."""
        if node.op_type in _REARRANGES:
            return []
        made = [name for name in node.output if name in self._maker]
        if made:
            return made
        plain = _OTHER_ORDER.sub("", node.name)
        if plain != node.name and plain in self._maker:
            return [plain]
        named = _NAMED.search(node.name)
        if named and int(named[1]) < len(self._graph.node):
            return [name for name in self._graph.node[int(named[1])].output if name]
        return []

    def _fill_functions(self, nodes: Sequence[NodeProto], values: list[list[str]]) -> None:
        """The steps of a function have new names in the optimised graph: they belong to the call they lead to."""
        if not self._calls:
            return
        reader: dict[str, list[str]] = {}
        for node, names in zip(reversed(nodes), reversed(values), strict=True):
            if not names and node.op_type not in _REARRANGES:
                ends = next((reader[name] for name in node.output if name in reader), [])
                names += [name for name in ends if self._maker[name] in self._calls]
            for name in (*node.input, *(name for body in bodies(node) for one in body.node for name in one.input)):
                if names:
                    reader.setdefault(name, names)

    def _region(self, names: Sequence[str], cuts: set[str]) -> list[int]:
        """What is computed between these values and the cuts before them."""
        found: dict[int, None] = {}
        waiting = [self._maker[name] for name in names]
        while waiting:
            place = waiting.pop()
            if place in found:
                continue
            found[place] = None
            before = self._graph.node[place].input
            waiting += [self._maker[name] for name in before if name in self._maker and name not in cuts]
        return list(found)

    def _timed(self, places: Sequence[int]) -> tuple[int, ...]:
        places = list(dict.fromkeys(places))
        places = [place for place in places if place not in self._fixed] or places
        heavy = [place for place in places if self._graph.node[place].op_type in _TAKES_THE_TIME]
        return tuple(heavy or places)
