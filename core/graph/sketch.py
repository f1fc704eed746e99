"""What of a model is drawn: the steps that depend on its inputs, and what flows between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.errors import TooLarge

if TYPE_CHECKING:
    from onnx import FunctionProto, GraphProto, ModelProto, NodeProto

MOST_STEPS = 100_000
_BODIES = {"Loop": ("num", "condition"), "Scan": (), "If": ()}
Scope = tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """One operator of the graph, of a body inside it, or of a function it calls."""

    operator: str
    domain: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    weights: tuple[str, ...] = ()
    """Of its inputs those that are stored, or computed from stored ones alone."""
    scope: Scope = ()
    """The bodies and functions it lies in, outermost first; empty for the graph itself."""
    node: int = -1
    """Its place among the nodes of the main graph; -1 inside bodies and functions."""
    namespace: str = ""
    """What the exporter wrote down of where it belongs."""


@dataclass(frozen=True)
class Sketch:
    steps: tuple[Step, ...]
    edges: tuple[tuple[int, int], ...]
    """From the step that makes something to one that takes it, by their places, each pair once."""
    left_out: int
    """Steps that depend on no input: they prepare weights, and are the same each time."""
    weights: tuple[str, ...] = ()
    """Names of stored tensors."""
    readers: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """The steps of the main graph that read an input of the model, by its name."""
    makers: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """The step that makes an output of the model, by its name; none for one that is the same each time."""


def sketch(model: ModelProto) -> Sketch:
    """Reads names only, never weights. Raises TooLarge beyond 100,000 steps."""
    drawing = _Drawing({(function.domain, function.name): function for function in model.functions})
    stored = {weight.name for weight in model.graph.initializer}
    stored |= {weight.values.name for weight in model.graph.sparse_initializer}
    fed = {given.name for given in model.graph.input if given.name not in stored}
    made = drawing.graph(model.graph.node, {name: [] for name in fed}, (), {})
    return Sketch(
        tuple(drawing.steps),
        tuple(dict.fromkeys(drawing.edges)),
        drawing.left_out,
        tuple(sorted(stored)),
        {name: tuple(drawing.readers.get(name, ())) for given in model.graph.input if (name := given.name) in fed},
        {output.name: tuple(made.get(output.name, ())) for output in model.graph.output},
    )


Makers = dict[str, list[int]]
"""The steps behind a value that depends on an input, by its name; none for an input itself."""


@dataclass
class _Drawing:
    functions: Mapping[tuple[str, str], FunctionProto]
    steps: list[Step] = field(default_factory=list)
    edges: list[tuple[int, int]] = field(default_factory=list)
    left_out: int = 0
    readers: dict[str, list[int]] = field(default_factory=dict)

    def graph(self, nodes: Sequence[NodeProto], known: Makers, scope: Scope, outer: Makers) -> Makers:
        """Draws the nodes of one graph or body; gives what makes each value. `outer` are values from around it."""
        made: Makers = dict(known)
        for place, node in enumerate(nodes):
            sources = [made.get(name, outer.get(name)) for name in node.input]
            inside = [name for body in bodies(node) for name in _captured(body)]
            captured = [found for name in inside if (found := made.get(name, outer.get(name))) is not None]
            if not captured and all(source is None for source in sources) and node.input:
                self.left_out += 1
                continue
            if not node.input and not captured and not _draws_chance(node):
                self.left_out += 1
                continue
            around = {**outer, **made} if any(bodies(node)) else {}
            number = self._step(node, sources, scope, place, around)
            if not scope:
                for name in (*node.input, *inside):
                    if known.get(name) == []:
                        self.readers.setdefault(name, []).append(number)
            made.update({name: [number] for name in node.output if name})
        return made

    def _step(self, node: NodeProto, sources: list[list[int] | None], scope: Scope, place: int, around: Makers) -> int:
        called = self.functions.get((node.domain, node.op_type))
        before: list[int] = [maker for source in sources for maker in source or ()]
        label = readable(node.name or node.op_type)
        if called is not None and len(scope) < 8:
            given = {name: source for name, source in zip(called.input, sources, strict=False) if source is not None}
            ends = self.graph(called.node, given, (*scope, label), {})
            before += [maker for name in called.output for maker in ends.get(name, ())]
        for body in bodies(node):
            given = self._body_inputs(body, sources)
            ends = self.graph(body.node, given, (*scope, label), around)
            before += [maker for output in body.output for maker in ends.get(output.name, ())]
        number = len(self.steps)
        if number >= MOST_STEPS:
            raise TooLarge(
                "This model has too many steps to be drawn.",
                f"It has more than {MOST_STEPS:,}.",
                "Look at a smaller part of it, or simplify it before the export.",
            )
        weights = tuple(name for name, source in zip(node.input, sources, strict=True) if name and source is None)
        namespace = next((entry.value for entry in node.metadata_props if entry.key == "namespace"), "")
        self.steps.append(
            Step(
                readable(node.op_type),
                readable(node.domain),
                readable(node.name),
                tuple(node.input),
                tuple(node.output),
                weights,
                scope,
                -1 if scope else place,
                readable(namespace),
            )
        )
        self.edges += [(maker, number) for maker in dict.fromkeys(before) if maker != number]
        return number

    def _body_inputs(self, body: GraphProto, sources: list[list[int] | None]) -> Makers:
        """What a body is given: a loop counts by itself, and hands on what it was given."""
        given: Makers = {}
        for place, port in enumerate(body.input):
            source = sources[place] if place < len(sources) else None
            given[port.name] = source or []
        return given


def readable(name: str | bytes) -> str:
    """The parser gives bytes for a name that is no valid text."""
    return name.decode("utf-8", "replace") if isinstance(name, bytes) else name


def bodies(node: NodeProto) -> Iterator[GraphProto]:
    """The graphs inside a node: the body of a loop, the branches of a choice."""
    for attribute in node.attribute:
        if attribute.HasField("g"):
            yield attribute.g
        yield from attribute.graphs


def _captured(body: GraphProto) -> Iterator[str]:
    """Names of values that a body takes from around it."""
    own = {port.name for port in body.input} | {weight.name for weight in body.initializer}
    for node in body.node:
        yield from (name for name in node.input if name and name not in own)
        for inner in bodies(node):
            yield from (name for name in _captured(inner) if name not in own)
        own |= set(node.output)


def _draws_chance(node: NodeProto) -> bool:
    return node.op_type.startswith("Random") or node.op_type in ("Multinomial", "Bernoulli")
