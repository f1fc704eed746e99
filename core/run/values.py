"""Values on their way into onnxruntime and out of it, for the element types NumPy doesn't have itself."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.run.runtime import runtime

PLAIN: dict[str, np.dtype[Any]] = {
    "tensor(float)": np.dtype(np.float32),
    "tensor(double)": np.dtype(np.float64),
    "tensor(float16)": np.dtype(np.float16),
    "tensor(bool)": np.dtype(np.bool_),
    "tensor(string)": np.dtype(object),
    **{f"tensor({name})": np.dtype(name) for name in ("int8", "int16", "int32", "int64")},
    **{f"tensor({name})": np.dtype(name) for name in ("uint8", "uint16", "uint32", "uint64")},
}
"""Tensors that onnxruntime takes from NumPy and gives to it, by its own word for the type."""

SPECIAL: dict[str, tuple[str, int, int]] = {
    "tensor(bfloat16)": ("bfloat16", 16, 16),
    "tensor(float8e4m3fn)": ("float8_e4m3fn", 17, 8),
    "tensor(float8e4m3fnuz)": ("float8_e4m3fnuz", 18, 8),
    "tensor(float8e5m2)": ("float8_e5m2", 19, 8),
    "tensor(float8e5m2fnuz)": ("float8_e5m2fnuz", 20, 8),
    "tensor(float8e8m0)": ("float8_e8m0fnu", 24, 8),
    "tensor(uint4)": ("uint4", 21, 4),
    "tensor(int4)": ("int4", 22, 4),
    "tensor(float4e2m1)": ("float4_e2m1fn", 23, 4),
    "tensor(uint2)": ("uint2", 25, 2),
    "tensor(int2)": ("int2", 26, 2),
}
"""Tensors of types that only ml_dtypes has: its name, the number in onnx.proto's TensorProto.DataType, bits."""


def to_special(value: Any, type_: str) -> Any:
    """An OrtValue that holds the array; elements of 4 and 2 bits are packed, the first one lowest."""
    name, number, bits = SPECIAL[type_]
    array = np.ascontiguousarray(value, dtype=_dtype(name)).reshape(np.shape(value))
    if bits < 8:
        array = _packed(array, bits)
    return runtime().OrtValue.ortvalue_from_numpy_with_onnx_type(array, number)


def from_ort(value: Any) -> Any:
    """The array in an OrtValue, copied out of it; None when it is an empty optional."""
    if not value.has_value():  # asking an empty one for anything else ends the process
        return None
    special = SPECIAL.get(value.data_type())
    if special is None:
        return value.numpy()
    name, _, bits = special
    shape = tuple(value.shape())
    stored = np.frombuffer(ctypes.string_at(value.data_ptr(), value.tensor_size_in_bytes()), np.uint8)
    if bits < 8:
        stored = _unpacked(stored, bits, int(np.prod(shape)), signed=name.startswith("int"))
    return stored.copy().view(_dtype(name)).reshape(shape)


def _dtype(name: str) -> np.dtype[Any]:
    import ml_dtypes

    found: np.dtype[Any] = np.dtype(getattr(ml_dtypes, name))
    return found


def _packed(array: NDArray[Any], bits: int) -> NDArray[np.uint8]:
    """The bits of the elements at the beginning of a buffer that keeps the tensor's shape, as onnxruntime wants it."""
    per_byte = 8 // bits
    codes = array.reshape(-1).view(np.uint8) & (2**bits - 1)
    codes = np.pad(codes, (0, -codes.size % per_byte)).reshape(-1, per_byte)
    together: NDArray[np.uint8] = np.bitwise_or.reduce(codes << np.arange(0, 8, bits, dtype=np.uint8), axis=1)
    buffer = np.zeros(array.shape, np.uint8)
    buffer.reshape(-1)[: together.size] = together
    return buffer


def _unpacked(stored: NDArray[np.uint8], bits: int, count: int, *, signed: bool) -> NDArray[np.uint8]:
    codes = (stored[:, None] >> np.arange(0, 8, bits, dtype=np.uint8)) & (2**bits - 1)
    flat: NDArray[np.uint8] = codes.reshape(-1)[:count].astype(np.uint8)
    if signed:  # ml_dtypes keeps the sign in the upper bits of its byte
        flat[flat >= 2 ** (bits - 1)] |= np.uint8(256 - 2**bits)
    return flat
