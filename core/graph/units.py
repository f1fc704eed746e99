"""A graph as it is compared with another: each step with its weights and settings, number formats set aside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.graph.folding import FLOATS, NOWHERE, QUANTIZES, Folding, folding
from core.graph.levels import levels
from core.graph.sketch import Sketch, Step
from core.graph.step_settings import Setting, made_by_cast, settings_of
from core.graph.stored import Shape, Stored, Table

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto

_BOOL, _INT64 = 9, 7  # element types
_MAKES = dict.fromkeys(("Shape", "Size", "ArgMax", "ArgMin", "NonZero"), _INT64) | dict.fromkeys(
    ("Equal", "Less", "Greater", "LessOrEqual", "GreaterOrEqual", "And", "Or", "Not", "Xor", "IsNaN", "IsInf"), _BOOL
)
"""Steps that make numbers of another kind than they take."""
_AS = {
    "MatMulInteger": ("MatMul", (0, 1)),
    "MatMulIntegerToFloat": ("MatMul", (0, 1)),
    "DynamicQuantizeMatMul": ("MatMul", (0, 1)),
    "MatMulNBits": ("MatMul", (0, 1)),
    "MatMulBnb4": ("MatMul", (0, 1)),
    "QLinearMatMul": ("MatMul", (0, 3)),
    "ConvInteger": ("Conv", (0, 1)),
    "QLinearConv": ("Conv", (0, 3, 8)),
    "QGemm": ("Gemm", (0, 3, 6)),
    "QLinearAdd": ("Add", (0, 3)),
    "QLinearMul": ("Mul", (0, 3)),
    "QAttention": ("Attention", (0, 1, 2)),
    "DynamicQuantizeLSTM": ("LSTM", (0, 1, 2)),
    "QEmbedLayerNormalization": ("EmbedLayerNormalization", (0, 1, 2, 3, 4, 5, 6)),
}
"""Steps that work with whole numbers: what they do, and which of their inputs are no scales."""
_PACKED = frozenset({"MatMulNBits", "MatMulBnb4"})
"""Several numbers to a byte: what their weights are like is written in their attributes."""
_EITHER_WAY = frozenset({"Add", "Mul", "And", "Or", "Xor", "Max", "Min", "Sum", "Mean", "Equal"})


@dataclass(frozen=True)
class Unit:
    """One step, with those that only change number formats for it."""

    step: int
    """Its place in the sketch."""
    folded: tuple[int, ...]
    operator: str
    """As the file has it."""
    does: str
    """The operator without its number format: `Conv` for `QLinearConv`."""
    name: str
    shapes: tuple[Shape, ...]
    """Of its stored tensors."""
    formats: tuple[str, ...]
    """`float32` and such, of the same tensors."""
    is_whole: bool
    """It works with whole numbers, quantized ones."""
    settings: tuple[Setting, ...]
    """Attributes that aren't what they are when nothing is said."""
    sources: tuple[tuple[int, int], ...]
    """Place among its inputs, and which unit makes it; -1 - n for input n of the model."""


def units(model: ModelProto, drawn: Sketch) -> tuple[Unit, ...]:
    """In the order of the sketch."""
    around = levels(model, drawn)
    nodes = [around.node(step) for step in drawn.steps]
    stored = Stored(around, {})
    casts = {place: made_by_cast(node) for place, node in enumerate(nodes) if node and node.op_type == "Cast"}
    folds = folding(drawn, _dtypes(model, drawn, casts, stored), casts)
    numbers = {place: number for number, place in enumerate(n for n in range(len(drawn.steps)) if n not in folds.host)}
    folded: dict[int, list[int]] = {}
    for place, host in folds.host.items():
        folded.setdefault(host, []).append(place)
    sources = _sources(drawn, folds, numbers)
    found = []
    for place in numbers:
        step, inner = drawn.steps[place], tuple(folded.get(place, ()))
        weights = _weights(step, nodes[place], stored)
        for bias in (drawn.steps[one] for one in inner if drawn.steps[one].operator == "Add"):
            weights += _weights(bias, None, stored)
        found.append(replace(_unit(step, nodes[place], weights, sources[place]), step=place, folded=inner))
    return tuple(found)


def _unit(step: Step, node: NodeProto | None, weights: list[Table], fed: _Fed) -> Unit:
    does, ports = _does(step)
    return Unit(
        NOWHERE,
        (),
        step.operator,
        does,
        step.name or next(iter(step.outputs), ""),
        tuple(shape for shape, _ in weights),
        tuple(dtype for _, dtype in weights),
        fed.is_whole or (ports is not None and step.operator != does),
        settings_of(node, does) if node else (),
        tuple(sorted((0 if does in _EITHER_WAY else _port(port, ports), source) for port, source in fed.sources)),
    )


def _does(step: Step) -> tuple[str, tuple[int, ...] | None]:
    """What a step does, and which of its inputs are no scales; None for all."""
    if step.operator in _AS:
        return _AS[step.operator]
    if step.operator.startswith("QLinear") and step.domain == "com.microsoft":
        return step.operator.removeprefix("QLinear"), (0,)
    known = step.domain in ("", "ai.onnx", "com.microsoft")
    return step.operator if known else f"{step.domain}.{step.operator}", None


def _port(port: int, ports: tuple[int, ...] | None) -> int:
    return port if ports is None else ports.index(port) if port in ports else len(ports)


def _packed(node: NodeProto) -> list[Table]:
    sizes = {one.name: int(one.i) for one in node.attribute}
    return [((sizes.get("K", 0), sizes.get("N", 0)), f"int{sizes.get('bits', 4)}")]


def _weights(step: Step, node: NodeProto | None, stored: Stored) -> list[Table]:
    if node is not None and step.operator in _PACKED:
        return _packed(node)
    _, ports = _does(step)
    wanted = [name for port, name in enumerate(step.inputs) if ports is None or port in ports]
    own = set(step.weights)
    return [found for name in wanted if name in own and (found := stored.find(step.scope, name)) is not None]


# ---- where values come from


@dataclass(frozen=True)
class _Fed:
    sources: tuple[tuple[int, int], ...]
    is_whole: bool


def _sources(drawn: Sketch, folds: Folding, numbers: dict[int, int]) -> list[_Fed]:
    """Of each step: what it takes from which unit, past all that is folded."""
    inputs = {name: -1 - number for number, name in enumerate(drawn.readers)}
    before: list[list[int]] = [[] for _ in drawn.steps]
    for start, end in drawn.edges:
        before[end].append(start)
    found = []
    for place, step in enumerate(drawn.steps):
        pairs: list[tuple[int, int]] = []
        is_whole = False
        for start in before[place]:
            real, whole, first = _real(start, folds, drawn)
            is_whole |= whole
            source = numbers[real] if real != NOWHERE else inputs.get(first, NOWHERE)
            made = drawn.steps[start].outputs
            ports = [port for port, name in enumerate(step.inputs) if name and name in made]
            pairs += [(port, source) for port in ports or (-1,)]
        if not step.scope:
            pairs += [(port, inputs[name]) for port, name in enumerate(step.inputs) if name in inputs]
        found.append(_Fed(tuple(dict.fromkeys(pairs)), is_whole))
    return found


def _real(start: int, folds: Folding, drawn: Sketch) -> tuple[int, bool, str]:
    """The step behind folded ones (or the input's name), and whether one of them made whole numbers."""
    whole, name, seen = False, "", 0
    while start in folds.behind and seen < len(folds.behind):
        step = drawn.steps[start]
        whole |= step.operator in QUANTIZES
        name, start, seen = step.inputs[0] if step.inputs else "", folds.behind[start], seen + 1
    return (NOWHERE if start in folds.behind else start), whole, name


# ---- kinds of numbers


def _dtypes(model: ModelProto, drawn: Sketch, casts: dict[int, int], stored: Stored) -> list[int]:
    """The element type that each step takes first, followed from the inputs; 0 when nobody knows."""
    known = {one.name: one.type.tensor_type.elem_type for one in (*model.graph.input, *model.graph.value_info)}
    names = {name: number for number, name in FLOATS.items()}
    found = []
    for place, step in enumerate(drawn.steps):
        takes = next((known[name] for name in step.inputs if known.get(name)), 0)
        if not takes and step.weights:
            weight = stored.find(step.scope, step.weights[0])
            takes = names.get(weight[1], 0) if weight else 0
        found.append(known.get(step.inputs[0], takes) or takes if step.inputs else 0)
        makes = 1 if step.operator == "DequantizeLinear" else casts.get(place) or _MAKES.get(step.operator) or takes
        for name in step.outputs:
            if not known.get(name):
                known[name] = makes
    return found
