"""A model without its weights, for onnx to follow: what is large is left out, what is open filled in."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from core.graph.assumed import Assumed
from core.graph.levels import every_node
from core.graph.stand_ins import stand_in

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto, TensorProto

MOST_NUMBERS = 1024
"""Longer stored lists aren't sizes, so onnx gets them without their numbers."""
_LEAST_IR = 8
"""In older versions of the format stored tensors count only when they are inputs too."""

Read: TypeAlias = "Callable[[TensorProto], bytes | None]"
"""The bytes of a tensor that lies in another file; None where they aren't there."""


def weightless(model: ModelProto, assumed: Assumed, read: Read | None) -> ModelProto:
    """The model without its weights and with numbers for what it leaves open."""
    import onnx

    made = onnx.ModelProto(ir_version=max(model.ir_version, _LEAST_IR))
    made.opset_import.extend(model.opset_import)
    made.functions.extend(model.functions)
    stored = {weight.name for weight in model.graph.initializer}
    made.graph.input.extend(assumed.closed(given) for given in model.graph.input if given.name not in stored)
    made.graph.initializer.extend(_empty(weight, read) for weight in model.graph.initializer)
    for sparse in model.graph.sparse_initializer:
        made.graph.initializer.add(name=sparse.values.name, data_type=sparse.values.data_type, dims=sparse.dims)
    for node in model.graph.node:
        if (empty := _large_constant(node)) is not None:
            made.graph.initializer.append(empty)
        else:
            made.graph.node.append(node)
    foreign = {name for node in model.graph.node if not _is_standard(node) for name in node.output}
    made.graph.value_info.extend(assumed.replaced(one) for one in model.graph.value_info if one.name in foreign)
    for node in every_node(made.graph.node):
        made.graph.initializer.extend(stand_in(node))
    return made


def _is_standard(node: NodeProto) -> bool:
    import onnx

    operator, domain = node.op_type, node.domain
    return isinstance(operator, str) and isinstance(domain, str) and bool(onnx.defs.has(operator, domain))


def _large_constant(node: NodeProto) -> TensorProto | None:
    import onnx

    if node.op_type != "Constant" or not node.output or not node.attribute or not node.attribute[0].HasField("t"):
        return None
    tensor = node.attribute[0].t
    if math.prod(tensor.dims) <= MOST_NUMBERS and not tensor.external_data:
        return None
    return onnx.TensorProto(name=node.output[0], data_type=tensor.data_type, dims=tensor.dims)


def _empty(weight: TensorProto, read: Read | None) -> TensorProto:
    import onnx

    is_short = math.prod(weight.dims) <= MOST_NUMBERS
    if is_short and not weight.external_data:
        return weight
    empty = onnx.TensorProto(name=weight.name, data_type=weight.data_type, dims=weight.dims)
    if is_short and read is not None and (found := read(weight)) is not None:
        empty.raw_data = found
    return empty
