"""What an input or output is, in ONNX words and as NumPy names it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from core.types import Port

if TYPE_CHECKING:
    from onnx import TensorShapeProto, TypeProto, ValueInfoProto

_Kind = Literal["tensor", "sparse", "sequence", "map", "optional"]
_KINDS: dict[str | None, _Kind] = {
    "tensor_type": "tensor",
    "sparse_tensor_type": "sparse",
    "sequence_type": "sequence",
    "map_type": "map",
    "optional_type": "optional",
}
UNKNOWN = "unknown"


def port(declared: ValueInfoProto) -> Port:
    """One input or output as the file declares it; an undeclared type is `unknown`."""
    kind = _KINDS.get(declared.type.WhichOneof("value"), "tensor")
    dtype, shape = _innermost(declared.type)
    return Port(declared.name, kind, _type(declared.type), dtype, shape)


def _type(declared: TypeProto) -> str:
    match declared.WhichOneof("value"):
        case "tensor_type":
            return f"tensor({_element(declared.tensor_type.elem_type)})"
        case "sparse_tensor_type":
            return f"sparse_tensor({_element(declared.sparse_tensor_type.elem_type)})"
        case "sequence_type":
            return f"seq({_type(declared.sequence_type.elem_type)})"
        case "optional_type":
            return f"optional({_type(declared.optional_type.elem_type)})"
        case "map_type":
            return f"map({_element(declared.map_type.key_type)}, {_type(declared.map_type.value_type)})"
        case _:
            return UNKNOWN


def _element(number: int) -> str:
    """ONNX's own word for an element type, such as `float` or `int64`."""
    from onnx import TensorProto

    try:
        return TensorProto.DataType.Name(number).lower() if number else UNKNOWN
    except ValueError:
        return UNKNOWN


def _dtype(number: int) -> str:
    """NumPy's word for it, such as `float32`."""
    from onnx import TensorProto, helper

    if number == TensorProto.STRING:
        return "string"
    try:
        return helper.tensor_dtype_to_np_dtype(number).name
    except (KeyError, ValueError, TypeError):
        return UNKNOWN


def _innermost(declared: TypeProto) -> tuple[str, tuple[int | str | None, ...] | None]:
    match declared.WhichOneof("value"):
        case "sequence_type":
            return _innermost(declared.sequence_type.elem_type)
        case "optional_type":
            return _innermost(declared.optional_type.elem_type)
        case "map_type":
            return _innermost(declared.map_type.value_type)
        case "sparse_tensor_type":
            sparse = declared.sparse_tensor_type
            return _dtype(sparse.elem_type), _shape(sparse.shape) if sparse.HasField("shape") else None
        case "tensor_type":
            tensor = declared.tensor_type
            return _dtype(tensor.elem_type), _shape(tensor.shape) if tensor.HasField("shape") else None
        case _:
            return UNKNOWN, None


def _shape(declared: TensorShapeProto) -> tuple[int | str | None, ...]:
    return tuple(
        dim.dim_value if dim.HasField("dim_value") and dim.dim_value >= 0 else _readable(dim.dim_param) or None
        for dim in declared.dim
    )


def _readable(name: str | bytes) -> str:
    """The parser gives bytes for a name that is no valid text; the name of a size harms nothing, so it is mended."""
    return name.decode("utf-8", "replace") if isinstance(name, bytes) else name
