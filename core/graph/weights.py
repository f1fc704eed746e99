"""The stored numbers of a model, which step they belong to, and how many bytes they take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.graph.levels import Levels, Spot, every_node
from core.graph.sketch import Sketch, Step, bodies
from core.graph.texts import dtype_name

if TYPE_CHECKING:
    from onnx import GraphProto, ModelProto, NodeProto, TensorProto

_WITHOUT_TENSOR = {"value_float": 4, "value_floats": 4, "value_int": 8, "value_ints": 8}
"""What else a constant may hold its numbers in, and how many bytes each takes."""
_BITS = {"int4": 4, "uint4": 4, "float4_e2m1fn": 4, "int2": 2, "uint2": 2, "bool": 8}


@dataclass(frozen=True)
class Stored:
    """One stored tensor, or the numbers that a constant holds without a tensor around them."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    """`float32`; empty when nobody knows."""
    count: int
    size_bytes: int
    tensor: TensorProto | None = None
    numbers: tuple[float, ...] = ()
    """Of a constant without a tensor."""


@dataclass
class Holdings:
    """Everything a model stores, each once however often it is used."""

    levels: Levels
    all: list[Stored] = field(default_factory=list)
    of_step: list[list[int]] = field(default_factory=list)
    """For each step the places in `all` of what it is the first to need. What no step needs is nobody's."""
    places: dict[int, int] = field(default_factory=dict)
    """In `all`, by the identity of what holds it in the file: a tensor or an attribute."""
    holders: list[Any] = field(default_factory=list)
    """Kept, so that no identity is given away again."""

    def used_by(self, steps: Iterable[Step]) -> list[int]:
        """Places in `all` of what these steps need, in the order they need it, whoever else needs it too."""
        return self.behind(steps, set(), set())

    def count(self, places: Iterable[int]) -> int:
        return sum(self.all[place].count for place in places)

    def size_bytes(self) -> int:
        return sum(one.size_bytes for one in self.all)

    def behind(self, steps: Iterable[Step], seen: set[Spot], taken: set[int]) -> list[int]:
        """What is stored behind values that are the same each time, through the steps that only prepare them."""
        found: list[int] = []
        for step in steps:
            waiting = [(step.scope, name) for name in reversed(step.weights)]
            if (node := self.levels.node(step)) is not None:
                self._take(_holders(node), taken, found)
            while waiting:
                spot = self.levels.home(*waiting.pop())
                if spot in seen:
                    continue
                seen.add(spot)
                if (tensor := self.levels.stored(spot)) is not None:
                    self._take([tensor], taken, found)
                elif (maker := self.levels.maker(spot)) is not None:
                    self._take(_in_bodies(maker), taken, found)
                    for inner in every_node([maker]):
                        self._take(_holders(inner), taken, found)
                        waiting += [(spot[0], name) for name in reversed(inner.input) if name]
        return found

    def _take(self, holders: Iterable[Any], taken: set[int], found: list[int]) -> None:
        for holder in holders:
            place = self.places.get(id(holder))
            if place is not None and place not in taken:
                taken.add(place)
                found.append(place)


def holdings(model: ModelProto, drawn: Sketch, levels: Levels) -> Holdings:
    """Reads names and sizes alone, no numbers."""
    found = Holdings(levels)
    _add_graph(found, model.graph)
    for node in every_node(model.graph.node):
        _add_node(found, node)
    for function in model.functions:
        for node in every_node(function.node):
            _add_node(found, node)
    seen: set[Spot] = set()
    taken: set[int] = set()
    found.of_step = [found.behind([step], seen, taken) for step in drawn.steps]
    return found


def _add(found: Holdings, holder: Any, stored: Stored) -> None:
    found.places[id(holder)] = len(found.all)
    found.holders.append(holder)
    found.all.append(stored)


def _add_graph(found: Holdings, graph: GraphProto) -> None:
    for weight in graph.initializer:
        _add(found, weight, _stored(weight, weight.name))
    for sparse in graph.sparse_initializer:
        _add(found, sparse.values, _stored(sparse.values, sparse.values.name, tuple(sparse.dims)))


def _add_node(found: Holdings, node: NodeProto) -> None:
    for body in bodies(node):
        _add_graph(found, body)
    name = next(filter(None, node.output), node.name)
    for attribute in node.attribute:
        for tensor in _tensors(attribute):
            _add(found, tensor, _stored(tensor, tensor.name or name))
        if _is_short(node, attribute):
            _add(found, attribute, _short(attribute, name))


def _holders(node: NodeProto) -> Iterator[Any]:
    """What holds numbers in a node itself."""
    for attribute in node.attribute:
        yield from _tensors(attribute)
        if _is_short(node, attribute):
            yield attribute


def _in_bodies(node: NodeProto) -> Iterator[Any]:
    for inner in every_node([node]):
        for body in bodies(inner):
            yield from body.initializer
            yield from (one.values for one in body.sparse_initializer)


def _tensors(attribute: Any) -> Iterator[TensorProto]:
    if attribute.HasField("t"):
        yield attribute.t
    yield from attribute.tensors
    if attribute.HasField("sparse_tensor"):
        yield attribute.sparse_tensor.values
    yield from (one.values for one in attribute.sparse_tensors)


def _is_short(node: NodeProto, attribute: Any) -> bool:
    return node.op_type == "Constant" and bool(
        attribute.name in ("value_float", "value_int") or attribute.floats or attribute.ints
    )


def _short(attribute: Any, name: str) -> Stored:
    many = tuple(attribute.floats) or tuple(attribute.ints)
    is_whole = attribute.name.startswith("value_int")
    one = attribute.i if is_whole else attribute.f
    count = len(many) or 1
    size = _WITHOUT_TENSOR.get(attribute.name, 4)
    dtype = "int64" if is_whole else "float32"
    return Stored(name, (count,) if many else (), dtype, count, size * count, numbers=many or (one,))


def _stored(tensor: TensorProto, name: str, shape: tuple[int, ...] | None = None) -> Stored:
    count = 1
    for size in tensor.dims:
        count *= size
    dtype = dtype_name(tensor.data_type)
    return Stored(
        name, tuple(tensor.dims) if shape is None else shape, dtype, count, _bytes(tensor, dtype, count), tensor
    )


def _bytes(tensor: TensorProto, dtype: str, count: int) -> int:
    """What its numbers take packed as they are in memory; of texts, their letters."""
    if dtype == "string":
        return sum(map(len, tensor.string_data))
    digits = dtype.partition("_")[0].lstrip("abcdefghijklmnopqrstuvwxyz")
    bits = _BITS.get(dtype) or (int(digits) if digits.isdigit() else 0)
    return (count * bits + 7) // 8
