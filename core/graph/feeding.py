"""How large the inputs of a model are made when nobody gives any: as the picture of it takes for granted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.graph.assumed import Assumed

if TYPE_CHECKING:
    from onnx import ModelProto


def input_shapes(model: ModelProto) -> dict[str, tuple[int, ...]]:
    """By the names of the inputs; those without a rank, and those that are no tensors, are left out."""
    assumed = Assumed()
    found = {}
    for given in map(assumed.closed, model.graph.input):
        if given.type.HasField("tensor_type") and given.type.tensor_type.HasField("shape"):
            found[given.name] = tuple(dim.dim_value for dim in given.type.tensor_type.shape.dim)
    return found
