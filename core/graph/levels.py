"""The graphs inside a graph: bodies of loops and choices, and functions, under the scopes the sketch gives them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from core.graph.sketch import Scope, Sketch, Step, bodies

if TYPE_CHECKING:
    from onnx import FunctionProto, GraphProto, ModelProto, NodeProto, SparseTensorProto, TensorProto

Spot: TypeAlias = "tuple[Scope, str]"
"""A value: the scope it lives in, and its name there."""
_DEEPEST_FUNCTION = 8  # as deep as the sketch goes


@dataclass
class Level:
    """One graph, body or function, at one place it is used."""

    scope: Scope
    nodes: Sequence[NodeProto]
    initializers: Sequence[TensorProto] = ()
    sparse: Sequence[SparseTensorProto] = ()
    given: dict[str, str] = field(default_factory=dict)
    """Of a function: what its inputs are called where it is called."""
    captures: bool = False
    """A body sees the values around it; a function sees only what it is given."""
    node: NodeProto | None = None
    """The step it is inside of."""
    function: FunctionProto | None = None

    def __post_init__(self) -> None:
        self.makers = {name: node for node in self.nodes for name in node.output if name}
        self.stored = {one.name: one for one in self.initializers}
        self.stored |= {one.values.name: one.values for one in self.sparse}


@dataclass(frozen=True)
class Levels:
    all: dict[Scope, tuple[Level, ...]]
    """Several under one scope: the branches of a choice, and functions called by steps of one name."""

    def home(self, scope: Scope, name: str) -> Spot:
        """Where a value comes from that is seen under this name in this scope."""
        while scope:
            found = self.all.get(scope, ())
            if any(name in level.makers or name in level.stored for level in found):
                break
            outer = {level.given.get(name, name if level.captures else "") for level in found}
            if len(outer) != 1 or "" in outer:
                break
            name, scope = outer.pop(), scope[:-1]
        return scope, name

    def maker(self, spot: Spot) -> NodeProto | None:
        """The node of the file that makes this value."""
        found = (level.makers.get(spot[1]) for level in self.all.get(spot[0], ()))
        return next(filter(None, found), None)

    def stored(self, spot: Spot) -> TensorProto | None:
        found = (level.stored.get(spot[1]) for level in self.all.get(spot[0], ()))
        return next((tensor for tensor in found if tensor is not None), None)

    def node(self, step: Step) -> NodeProto | None:
        """The node of the file that was drawn as this step."""
        return self.maker((step.scope, next(filter(None, step.outputs), "")))


def levels(model: ModelProto, drawn: Sketch) -> Levels:
    """Those that hold drawn steps; a function that many steps call occurs once for each of them."""
    functions = {(function.domain, function.name): function for function in model.functions}
    wanted = {step.scope[:depth] for step in drawn.steps for depth in range(len(step.scope) + 1)}
    found: dict[Scope, tuple[Level, ...]] = {}
    waiting = [Level((), model.graph.node, model.graph.initializer, model.graph.sparse_initializer)]
    while waiting:
        level = waiting.pop()
        found[level.scope] = (*found.get(level.scope, ()), level)
        waiting += [inner for inner in _inside(level, functions) if inner.scope in wanted]
    return Levels(found)


def _inside(level: Level, functions: Mapping[tuple[str, str], FunctionProto]) -> Iterator[Level]:
    for node in level.nodes:
        scope = (*level.scope, node.name or node.op_type)
        called = functions.get((node.domain, node.op_type))
        if called is not None and len(level.scope) < _DEEPEST_FUNCTION:
            given = dict(zip(called.input, node.input, strict=False))
            yield Level(scope, called.node, given=given, node=node, function=called)
        for body in bodies(node):
            yield _body(scope, body, node)


def _body(scope: Scope, body: GraphProto, node: NodeProto) -> Level:
    return Level(scope, body.node, body.initializer, body.sparse_initializer, captures=True, node=node)


def every_node(nodes: Iterable[NodeProto]) -> Iterator[NodeProto]:
    """These and those in their bodies."""
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        yield node
        waiting += [inner for body in bodies(node) for inner in body.node]
