"""Makes values inside a graph visible: copies of a model that give more of what they compute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.model.parse import parse

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto

_POOLS = ("GlobalAveragePool", "ReduceMean")
_RESHAPES = ("Flatten", "Reshape", "Squeeze", "Identity", "Dropout", "Cast", "Unsqueeze")
_LINEAR = ("Gemm", "MatMul")
_AFTER = ("Add", "Softmax", "LogSoftmax", "Sigmoid", *_RESHAPES)
_MAPS = ("Relu", "Clip", "LeakyRelu", "HardSwish", "PRelu", "Add", "Mul", "Conv", "Concat", "BatchNormalization")
MOST_MAPS = 24


@dataclass(frozen=True)
class LinearEnd:
    """A graph that ends in an average over all places and one linear layer, and nothing else that mixes."""

    features: str
    """Name of what is averaged: (1, C, h, w)."""
    weights: str
    """Name of the linear layer's weights."""
    classes_first: bool
    """Whether these are (classes, C) or (C, classes)."""


def linear_end(data: bytes | memoryview, output: str) -> LinearEnd | None:
    """What leads to this output, when it is average, linear layer and at most a Softmax; None when it isn't."""
    graph = parse(data).model.graph
    made_by = {name: node for node in graph.node for name in node.output}
    linear = _back(made_by, output, _AFTER, _LINEAR)
    if linear is None or len(linear.input) < 2 or linear.input[1] in made_by:
        return None
    if linear.op_type == "Gemm" and _number(linear, "transA"):
        return None
    pool = _back(made_by, linear.input[0], _RESHAPES, _POOLS)
    if pool is None or not _pools_places(pool):
        return None
    return LinearEnd(pool.input[0], linear.input[1], linear.op_type == "Gemm" and bool(_number(linear, "transB")))


def map_names(data: bytes | memoryview) -> list[str]:
    """Names of what the last steps give that may be maps over places, the last one first; at most 24."""
    graph = parse(data).model.graph
    found = [node.output[0] for node in graph.node if node.op_type in _MAPS and node.output and node.output[0]]
    return found[::-1][:MOST_MAPS]


def with_outputs(data: bytes | memoryview, names: Sequence[str]) -> bytes:
    """The same model, which gives these inner values too. onnxruntime finds out their types itself."""
    from onnx import helper

    model: ModelProto = parse(data).model
    known = {output.name for output in model.graph.output}
    model.graph.output.extend(helper.make_empty_tensor_value_info(name) for name in names if name not in known)
    shown: bytes = model.SerializeToString()
    return shown


def _back(made_by: Mapping[str, NodeProto], name: str, through: Sequence[str], to: Sequence[str]) -> NodeProto | None:
    """The step of one of these kinds that a value comes from, with nothing but the others in between."""
    for _ in range(12):
        node = made_by.get(name)
        if node is None or node.op_type in to:
            return node
        if node.op_type not in through:
            return None
        computed = [given for given in node.input if given in made_by and made_by[given].op_type != "Constant"]
        if len(computed) != 1 and node.op_type == "Add":
            return None
        name = computed[0] if computed else ""
    return None


def _pools_places(node: NodeProto) -> bool:
    """ReduceMean may average over anything; its axes may also come as an input, which isn't followed."""
    if node.op_type == "GlobalAveragePool":
        return True
    axes = next((list(one.ints) for one in node.attribute if one.name == "axes"), [])
    return sorted(axes) in ([2, 3], [-2, -1])


def _number(node: NodeProto, name: str) -> int:
    return next((one.i for one in node.attribute if one.name == name), 0)
