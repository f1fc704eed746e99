"""How large every value of a model is, told without running it.

Sizes that a model leaves open are filled in (see `assumed`). What onnx can't follow stays unknown.
"""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from core.graph.arithmetic import PLAIN, worked_out
from core.graph.assumed import Assumed
from core.graph.levels import Level, Levels, Spot, every_node
from core.graph.light import MOST_NUMBERS, Read, weightless
from core.graph.sketch import Scope, bodies
from core.graph.stand_ins import stand_in
from core.graph.texts import dtype_name

if TYPE_CHECKING:
    from onnx import GraphProto, ModelProto, NodeProto, TypeProto

_MOST_ROUNDS, _MOST_NODES = 16, 200_000
"""How often onnx is asked, and over how many steps in all."""
_MOST_CALLS = 300
"""Of functions that are followed."""


@dataclass(frozen=True)
class Size:
    kind: int = 0
    """The type of its elements by ONNX's number; 0 when nobody knows."""
    shape: tuple[int, ...] | None = None

    @property
    def dtype(self) -> str:
        """`float32`; empty when nobody knows."""
        return dtype_name(self.kind)


@dataclass(frozen=True)
class Sizes:
    known: dict[Spot, Size]
    levels: Levels
    assumed: dict[str, int] = field(default_factory=dict)
    """What was filled in, by plain words or by the name the model has for it."""
    unsure: set[Spot] = field(default_factory=set)

    def of(self, scope: Scope, name: str) -> Size:
        return self.known.get((scope, name)) or self.known.get(self.levels.home(scope, name)) or Size()


def sizes(model: ModelProto, levels: Levels, read: Read | None = None) -> Sizes:
    """Of every value that onnx can follow from the inputs. Of weights, only their sizes are looked at."""
    assumed = Assumed()
    light = weightless(model, assumed, read)
    found = Sizes({}, levels, assumed.stated)
    _follow(light, (), found, [_MOST_CALLS])
    for declared in (*model.graph.value_info, *model.graph.output):
        _add(found, ((), declared.name), _size(assumed.replaced(declared).type))
    return found


def _follow(light: ModelProto, scope: Scope, found: Sizes, left: list[int]) -> None:
    """Asks onnx for the sizes in one graph and its bodies, then for those in the functions it calls."""
    waiting: list[tuple[Scope, GraphProto]] = [(scope, _inferred(light).graph)]
    while waiting:
        here, graph = waiting.pop()
        _keep(here, graph, found)
        for node in graph.node:
            inner = (*here, node.name or node.op_type)
            if inner not in found.levels.all:
                continue
            waiting += [(inner, body) for body in bodies(node)]
            level = next((one for one in found.levels.all[inner] if _is_call(one, node)), None)
            if level is not None and left[0] > 0:
                left[0] -= 1
                _follow(_called(level, light, here, found), inner, found, left)


def _is_call(level: Level, node: NodeProto) -> bool:
    return level.function is not None and level.node is not None and list(level.node.output) == list(node.output)


def _inferred(light: ModelProto) -> ModelProto:
    """As far as onnx gets, helped with calculations about sizes that it doesn't follow. The rest stays unknown."""
    found = _by_onnx(light)
    before = _open(found)
    for _ in range(min(_MOST_ROUNDS, _MOST_NODES // max(1, len(light.graph.node)))):
        if not before or not _fill_in(light, found):
            break
        found = _by_onnx(light)
        if len(after := _open(found)) >= len(before):
            break
        before = after
    return found


def _by_onnx(light: ModelProto) -> ModelProto:
    import onnx

    for follow_numbers in (True, False):
        try:
            return onnx.shape_inference.infer_shapes(light, data_prop=follow_numbers)
        except (onnx.shape_inference.InferenceError, onnx.checker.ValidationError, RuntimeError, ValueError):
            continue
    return light


def _open(found: ModelProto) -> set[str]:
    """Names of values whose size isn't known."""
    known = {value.name for value in found.graph.value_info if _size(value.type).shape is not None}
    return {name for node in found.graph.node for name in node.output if name} - known


def _fill_in(light: ModelProto, found: ModelProto) -> bool:
    """Puts numbers in the place of steps that work them out of sizes; False when there are none."""
    import onnx

    ready = (*found.graph.input, *found.graph.value_info)
    shapes = {value.name: size for value in ready if (size := _size(value.type).shape) is not None}
    shapes |= {weight.name: tuple(weight.dims) for weight in light.graph.initializer}
    made = worked_out(light.graph.node, shapes, _short_lists(light))
    if not made:
        return False
    kept = [node for node in light.graph.node if node.output[:1] != [] and node.output[0] not in made]
    del light.graph.node[:]
    light.graph.node.extend(kept)
    light.graph.initializer.extend(onnx.numpy_helper.from_array(value, name) for name, value in made.items())
    return True


def _short_lists(light: ModelProto) -> dict[str, NDArray[Any]]:
    import onnx

    found = {}
    for weight in light.graph.initializer:
        if math.prod(weight.dims) <= MOST_NUMBERS and not weight.external_data:
            with suppress(ValueError, TypeError, RuntimeError, KeyError):
                found[weight.name] = onnx.numpy_helper.to_array(weight)
    return {name: value for name, value in found.items() if value.dtype.kind in PLAIN}


def _keep(scope: Scope, graph: GraphProto, found: Sizes) -> None:
    for weight in graph.initializer:
        _add(found, (scope, weight.name), Size(weight.data_type, tuple(weight.dims)))
    for value in (*graph.input, *graph.output, *graph.value_info):
        _add(found, (scope, value.name), _size(value.type))


def _add(found: Sizes, spot: Spot, size: Size) -> None:
    """What is found first holds; but where steps of one name call a function with other sizes, nobody knows."""
    before = found.known.get(spot)
    if before is None or (before.shape is None and spot not in found.unsure):
        found.known[spot] = size if size.kind or before is None else before
    elif spot[0] and size.shape is not None and size.shape != before.shape:
        found.known[spot] = Size(before.kind)
        found.unsure.add(spot)


def _size(type_: TypeProto) -> Size:
    if not type_.HasField("tensor_type"):
        return Size()
    tensor = type_.tensor_type
    if not tensor.HasField("shape") or any(dim.WhichOneof("value") != "dim_value" for dim in tensor.shape.dim):
        return Size(tensor.elem_type)
    shape = tuple(dim.dim_value for dim in tensor.shape.dim)
    return Size(tensor.elem_type, shape if all(size >= 0 for size in shape) else None)


def _called(level: Level, light: ModelProto, around: Scope, found: Sizes) -> ModelProto:
    """A function as a model of its own, whose inputs are as large as what it is called with."""
    import onnx

    assert level.function is not None
    assert level.node is not None
    made = onnx.ModelProto(ir_version=light.ir_version)
    made.opset_import.extend(level.function.opset_import)
    made.functions.extend(light.functions)
    for name, outer in level.given.items():
        size = found.of(around, outer)
        if size.kind:
            made.graph.input.append(onnx.helper.make_tensor_value_info(name, size.kind, size.shape))
    made.graph.node.extend(level.function.node)
    told = {attribute.name: attribute for attribute in (*level.function.attribute_proto, *level.node.attribute)}
    for node in every_node(made.graph.node):
        made.graph.initializer.extend(stand_in(node))
        for attribute in node.attribute:
            if attribute.ref_attr_name in told:
                name = attribute.name
                attribute.CopyFrom(told[attribute.ref_attr_name])
                attribute.name = name
    return made
