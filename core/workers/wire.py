"""What crosses the border of a worker: JSON with raw bytes beside it, never pickle.

A message is a header (JSON) and any number of buffers. Arrays and bytes stand in the header as a reference to their
buffer: `{"$array": [buffer, dtype, shape]}`, `{"$bytes": buffer}`. Who reads a message believes nothing in it: dtype,
shape and bounds are checked before a buffer is looked at.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import math
from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec
import numpy as np

from core.errors import Crashed
from core.fields import TensorSource
from core.types import Upload

Buffer: TypeAlias = memoryview
Put: TypeAlias = Callable[[Buffer], int]
"""Takes the bytes of an array, gives the number by which the header refers to them."""
Get: TypeAlias = Callable[[int], Buffer]

_ANYWHERE: dict[str, Any] = {"TensorSource": TensorSource, "Upload": Upload}
"""Dataclasses that may stand where any value may; all others are known from where they stand."""
_ML_DTYPES = ("bfloat16", "float8_", "float4_", "float6_", "int4", "uint4", "int2", "uint2")
_PLAIN = frozenset(np.dtype(letter).newbyteorder("<").str for letter in "?bBhHiIlLqQefdgFDG")
_NO_NUMBERS = {str(number): number for number in (math.nan, math.inf, -math.inf)}
MAX_DIMENSIONS = 64
MAX_DEPTH = 60


def pack(value: Any, put: Put) -> Any:
    """The value as JSON can say it; arrays and bytes are given to `put`. Raises TypeError for what can't be sent."""
    packer = _KNOWN.get(type(value))
    if packer is None:
        packer = _KNOWN[type(value)] = _packer(type(value))
    return packer(value, put)


def _packer(type_: type) -> Callable[[Any, Put], Any]:
    """How values of a type are packed."""
    for types, packer in _PACKERS:
        if issubclass(type_, types):
            return packer
    if dataclasses.is_dataclass(type_):
        return _dataclass_packer(type_)
    raise TypeError(f"{type_.__name__} can't be sent to another process")


def _dataclass_packer(type_: type) -> Callable[[Any, Put], Any]:
    names = [field.name for field in dataclasses.fields(type_)]

    def plain(value: Any, put: Put) -> dict[str, Any]:
        return {name: pack(getattr(value, name), put) for name in names}

    mark = f"${type_.__name__}"
    return (lambda value, put: {mark: plain(value, put)}) if mark[1:] in _ANYWHERE else plain


def _pack_float(value: float, _put: Put) -> Any:
    return value if math.isfinite(value) else {"$float": str(value)}  # JSON has no word for these


def _pack_dict(value: dict[Any, Any], put: Put) -> Any:
    if all(isinstance(key, str) and not key.startswith("$") for key in value):
        return {key: pack(item, put) for key, item in value.items()}
    return {"$map": [[pack(_plain_key(key), put), pack(item, put)] for key, item in value.items()]}


def _plain_key(key: Any) -> Any:
    return key.item() if isinstance(key, np.generic) else key


def _pack_array(array: np.ndarray[Any, Any], put: Put) -> Any:
    if array.dtype.kind in "OUST":
        return {"$texts": [[_as_text(item) for item in array.reshape(-1).tolist()], list(array.shape)]}
    name, is_special = _wire_name(array.dtype)
    ordered = array if is_special else array.astype(name, copy=False)
    flat = np.ascontiguousarray(ordered).reshape(-1)
    raw = flat.view(np.uint8).data if flat.size else memoryview(b"")
    return {"$array": [put(raw), name, list(array.shape)]}


@functools.cache
def _wire_name(dtype: np.dtype[Any]) -> tuple[str, bool]:
    """The name of a type of numbers, lowest byte first, and whether it is one of ml_dtypes'."""
    is_special = dtype.name.startswith(_ML_DTYPES)
    return (dtype.name if is_special else dtype.newbyteorder("<").str), is_special


def _as_text(item: Any) -> str:
    return item.decode("utf-8", "replace") if isinstance(item, bytes) else str(item)


_PACKERS: tuple[tuple[Any, Callable[[Any, Put], Any]], ...] = (
    ((np.ndarray, np.generic), lambda value, put: _pack_array(np.asarray(value), put)),
    (float, _pack_float),
    ((type(None), bool, int, str), lambda value, _put: value),
    ((bytes, bytearray, memoryview), lambda value, put: {"$bytes": put(memoryview(value).cast("B"))}),
    (dict, _pack_dict),
    ((list, tuple), lambda value, put: [pack(item, put) for item in value]),
)
_KNOWN: dict[type, Callable[[Any, Put], Any]] = {}
"""Looked up once per type: an answer is on its way while a person waits."""


def unpack(plain: Any, get: Get, depth: int = 0) -> Any:
    """The value behind what `pack` made. Raises Crashed when it can't have been made by `pack`."""
    if depth > MAX_DEPTH:
        raise bad_message("it is nested too deeply")
    if isinstance(plain, list):
        return [unpack(item, get, depth + 1) if isinstance(item, list | dict) else item for item in plain]
    if not isinstance(plain, dict):
        return plain
    if len(plain) == 1:
        [(mark, inner)] = plain.items()
        if mark.startswith("$"):
            return _marked(mark, inner, get, depth)
    return {key: unpack(item, get, depth + 1) if isinstance(item, list | dict) else item for key, item in plain.items()}


def _marked(mark: str, inner: Any, get: Get, depth: int) -> Any:
    try:
        if mark == "$array":
            buffer, dtype_name, shape = inner
            return _array(buffer, dtype_name, shape, get)
        if mark == "$bytes":
            return bytes(get(_whole(inner)))
        if mark == "$texts":
            texts, shape = inner
            return _texts(texts, shape)
        if mark == "$float":
            return _NO_NUMBERS[inner]
        if mark == "$map":
            return {key: unpack(item, get, depth + 1) for key, item in inner}
        return msgspec.convert(unpack(inner, get, depth + 1), type=_ANYWHERE[mark[1:]])
    except (TypeError, ValueError, KeyError, OverflowError) as error:  # msgspec's own is a ValueError
        raise bad_message(f"{mark[:20]}: {error}") from error


def _array(buffer: Any, dtype_name: Any, shape: Any, get: Get) -> np.ndarray[Any, Any]:
    dtype, sizes = _dtype(dtype_name), _shape(shape)
    raw = get(_whole(buffer))
    if raw.nbytes != math.prod(sizes) * dtype.itemsize:
        raise ValueError(f"{raw.nbytes} bytes for {sizes} of {dtype}")
    return np.frombuffer(raw, dtype).reshape(sizes)


def _dtype(name: Any) -> np.dtype[Any]:
    if not isinstance(name, str) or len(name) > 20:
        raise ValueError("a type without a name")
    if name.startswith(_ML_DTYPES):
        import ml_dtypes

        made = getattr(ml_dtypes, name, None)
        if made is None:
            raise ValueError(f"values of the type {name}")
        special: np.dtype[Any] = np.dtype(made)
        return special
    if name not in _PLAIN:  # NumPy would read much more out of a name: records, subarrays, Python
        raise ValueError(f"values of the type {name}")
    return np.dtype(name)


def _shape(shape: Any) -> tuple[int, ...]:
    if not isinstance(shape, list) or len(shape) > MAX_DIMENSIONS:
        raise ValueError("a shape that is none")
    return tuple(_whole(size) for size in shape)


def _whole(number: Any) -> int:
    if type(number) is not int or not 0 <= number < 2**48:
        raise ValueError(f"{str(number)[:20]} where a size or place belongs")
    return number


def _texts(texts: Any, shape: Any) -> np.ndarray[Any, Any]:
    sizes = _shape(shape)
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise ValueError("texts that are none")
    array = np.empty(len(texts), dtype=object)
    array[:] = texts
    return array.reshape(sizes)


def to_header(plain: Any) -> bytes:
    try:
        return msgspec.json.encode(plain)
    except UnicodeEncodeError:  # half a character, which no page can show
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def from_header(header: bytes | bytearray) -> Any:
    """Raises Crashed when it isn't JSON. Half characters become question marks."""
    try:
        return msgspec.json.decode(header)
    except RecursionError as error:
        raise bad_message("it is nested too deeply") from error
    except ValueError:
        return _patiently(header)


def _patiently(header: bytes | bytearray) -> Any:
    """What the quick reader refuses: half characters, and numbers beyond all bounds."""
    try:
        plain = json.loads(header.decode("utf-8"))  # left to itself it also takes UTF-16, and half characters
    except (ValueError, RecursionError) as error:
        raise bad_message(f"its header can't be read ({type(error).__name__})") from error
    return _whole_characters(plain)


def _whole_characters(plain: Any, depth: int = 0) -> Any:
    if depth > MAX_DEPTH:
        raise bad_message("it is nested too deeply")
    if isinstance(plain, str):
        return plain.encode("utf-8", "replace").decode("utf-8")
    if isinstance(plain, list):
        return [_whole_characters(item, depth + 1) for item in plain]
    if isinstance(plain, dict):
        return {_whole_characters(key, depth + 1): _whole_characters(item, depth + 1) for key, item in plain.items()}
    return plain


def convert(value: Any, type_: Any) -> Any:
    """The unpacked value as an instance of `type_`. Raises Crashed when it isn't one."""
    try:
        return msgspec.convert(value, type=type_, dec_hook=_as_it_is)
    except (ValueError, TypeError, AttributeError) as error:  # also what a result says about arrays that don't fit it
        raise bad_message(str(error)) from error


def _as_it_is(type_: Any, value: Any) -> Any:
    """Arrays are arrays already; the result that holds them checks dtype and shape."""
    if isinstance(value, np.ndarray):
        return value
    raise ValueError(f"{type(value).__name__} where {type_} belongs")


def bad_message(why: str) -> Crashed:
    return Crashed(
        "The model's process sent back something that can't be.",
        "Its answer broke the rules by which processes of this app talk, so it wasn't believed and was stopped.",
        "Don't trust this model. If it is one of ours, please report what is under Details.",
        why[:500],
    )
