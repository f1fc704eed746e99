"""Shapes and number formats of what is stored in a model, also behind steps that only prepare it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from core.graph.levels import Levels, Spot
from core.graph.sketch import Scope

if TYPE_CHECKING:
    from onnx import NodeProto

Shape: TypeAlias = tuple[int, ...]
Table: TypeAlias = tuple[Shape, str]
"""The shape and the number format, such as `float32`, of a stored tensor."""
_MOST_HANDED_ON = 20
_MOST_DIMENSIONS = 16


@dataclass(frozen=True)
class Stored:
    around: Levels
    known: dict[Spot, Table | None]

    def find(self, scope: Scope, name: str) -> Table | None:
        spot = (scope, name)
        if spot not in self.known:
            self.known[spot] = self._found(spot)
        return self.known[spot]

    def _found(self, spot: Spot) -> Table | None:
        for _ in range(_MOST_HANDED_ON):
            spot = self.around.home(*spot)
            tensor, node = self.around.stored(spot), self.around.maker(spot)
            if tensor is not None:
                return tuple(tensor.dims), dtype_name(tensor.data_type)
            if node is None or not node.input:
                return _constant(node) if node else None
            spot = (spot[0], node.input[0])
            if node.op_type == "ConstantOfShape":
                return self._filled(spot, node)
        return None

    def _filled(self, spot: Spot, node: NodeProto) -> Table | None:
        """One number in all places: which shape it is given is stored."""
        tensor, filled = self.around.stored(self.around.home(*spot)), _constant(node)
        if tensor is None or len(tensor.dims) != 1 or not 0 <= tensor.dims[0] <= _MOST_DIMENSIONS:
            return None
        raw = tensor.raw_data[: 8 * tensor.dims[0]]
        sizes = [int.from_bytes(raw[at : at + 8], "little", signed=True) for at in range(0, len(raw), 8)]
        return tuple(tensor.int64_data or sizes), filled[1] if filled else "float32"


def _constant(node: NodeProto) -> Table | None:
    for attribute in node.attribute:
        if attribute.HasField("t"):
            return tuple(attribute.t.dims), dtype_name(attribute.t.data_type)
        if attribute.name in ("value_float", "value_int"):
            return (), "float32" if attribute.name == "value_float" else "int64"
        if attribute.name in ("value_floats", "value_ints"):
            return (len(attribute.floats) + len(attribute.ints),), "float32" if attribute.floats else "int64"
    return None


@cache
def dtype_name(number: int) -> str:
    """`float32`, `int4`; `unknown` for a number that stands for nothing."""
    from onnx import helper

    try:
        return str(helper.tensor_dtype_to_np_dtype(number).name)
    except (KeyError, ValueError, TypeError):
        return "unknown"
