"""The settings of a step, and names from a file, as short texts that can be shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from onnx import AttributeProto, TensorProto

_LONGEST = 120
_MOST_LISTED, _MOST_SIDES = 16, 8


def in_words(attribute: AttributeProto) -> str:
    """`3, 3`, `same`, `64 × 3 numbers (float32)`. What is filled in counts, not what it says its type is."""
    if attribute.ref_attr_name:
        return f"as given: {plain(attribute.ref_attr_name, _LONGEST)}"
    many: Sequence[Any] = attribute.ints or attribute.floats or attribute.strings
    return _list(many) if many else _single(attribute)


def plain(text: str | bytes, longest: int) -> str:
    """One line without anything that controls a screen. The parser gives bytes for what is no valid text."""
    known = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    flat = " ".join("".join(sign if sign.isprintable() else " " for sign in known[: 4 * longest]).split())
    return flat if len(flat) <= longest else f"{flat[: longest - 1]}…"


def dtype_name(kind: int) -> str:
    """`float32` for ONNX's number; empty for one nobody knows."""
    import onnx

    if kind == onnx.TensorProto.STRING:
        return "string"
    try:
        return str(onnx.helper.tensor_dtype_to_np_dtype(kind).name)
    except (KeyError, ValueError, TypeError):
        return ""


def _single(attribute: AttributeProto) -> str:
    if attribute.HasField("t"):
        return _tensor(attribute.t)
    if attribute.HasField("g"):
        return f"{len(attribute.g.node):,} steps of its own"
    name = next((name for name in ("s", "f", "i") if attribute.HasField(name)), "")
    if name:
        return _one(getattr(attribute, name))
    return f"{len(attribute.tensors) or len(attribute.graphs)} parts"


def _tensor(tensor: TensorProto) -> str:
    shape = " × ".join(f"{side:,}" for side in tensor.dims[:_MOST_SIDES])
    kind = dtype_name(tensor.data_type) or "an unknown format"
    return f"{shape} numbers ({kind})" if shape else f"one number ({kind})"


def _list(many: Sequence[Any]) -> str:
    shown = ", ".join(_one(value) for value in many[:_MOST_LISTED])
    return shown if len(many) <= _MOST_LISTED else f"{shown} and {len(many) - _MOST_LISTED:,} more"


def _one(value: Any) -> str:
    if isinstance(value, bytes | str):
        return plain(value[: 4 * _LONGEST], _LONGEST)
    return f"{value:.6g}" if isinstance(value, float) else str(value)
