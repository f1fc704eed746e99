"""Makes the value of one input of a graph: from a recipe, a file, or what was given."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import settings
from core.draw import draw
from core.errors import BadTensor, TooLarge
from core.fields import TensorSource
from core.readers.arrays import cast, check_shape, dtype_of, read_file
from core.readers.tensor_picture import from_picture
from core.readers.text import read_text
from core.shapes import default_shape, fits, in_words
from core.types import Port, Value


def read_tensor(source: TensorSource | Value, port: Port) -> Value:
    """The value the port takes: an array of its type, a list, a dict or None. Raises BadTensor or TooLarge."""
    if not hasattr(source, "how"):  # a value, not a recipe
        return _given(source, port)
    if source.how == "file":
        if port.kind != "tensor":
            raise BadTensor(
                f"The input “{port.name[:60]}” can't be read from a file.",
                f"It is a {port.type[:60]}, and a file holds one plain table of numbers.",
                "Fill it with random values, zeros or ones.",
            )
        return _given(read_file(_content(source), source.file_name, port.name), port)
    shape = _shape(source, port)
    # A size of 0 must not hide that another one is more than NumPy can count.
    if math.prod(max(1, size) for size in shape) * dtype_of(port.dtype).itemsize > settings.MAX_TENSOR_BYTES:
        raise TooLarge(
            f"The input “{port.name[:60]}” would be too large.",
            f"{in_words(shape)} numbers need more than {settings.MAX_TENSOR_BYTES / 2**30:.0f} GB.",
            "Choose smaller sizes.",
        )
    made = iter(range(source.seed, source.seed + 1_000))
    return _built(port.type, port, lambda: _MAKERS[source.how](source, port, shape, next(made)))


def _given(value: Value, port: Port) -> Value:
    if port.kind in ("sequence", "map", "optional") or value is None:
        return value
    array = cast(value, port)
    if port.shape and len(port.shape) == array.ndim + 1 and fits((1, *array.shape), port.shape):
        return array[None]  # one item, given without the size that counts them
    check_shape(array.shape, port)
    return array


def _shape(source: TensorSource, port: Port) -> tuple[int, ...]:
    """The shape asked for, or the default; a count of numbers settles a single open dimension."""
    shape = tuple(source.shape) or default_shape(port)
    if any(size < 0 for size in shape):
        raise BadTensor(
            f"A size of the input “{port.name[:60]}” is negative.",
            f"The sizes are {in_words(shape)}.",
            "Use 0 or more for each.",
        )
    if source.shape and port.kind == "tensor":
        check_shape(shape, port)
    return shape


def _built(type_: str, port: Port, make: Callable[[], NDArray[Any]]) -> Value:
    """The structure the type asks for, filled with what `make` gives."""
    if type_.startswith("optional("):
        return _built(type_[9:-1], port, make)
    if type_.startswith("seq("):
        return [_built(type_[4:-1], port, make) for _ in range(2)]
    if type_.startswith("map("):
        keys = ("a", "b") if type_.startswith("map(string") else (0, 1)
        return {key: make().reshape(-1).tolist()[0] if make().size else 0 for key in keys}
    return make()


def _numbers(source: TensorSource, port: Port, shape: tuple[int, ...], _seed: int) -> NDArray[Any]:
    words = source.text.replace(",", " ").replace(";", " ").translate(str.maketrans("[](){}", "      ")).split()
    values = np.array([_number(word, port) for word in words], dtype=object)
    if not source.shape and port.shape and sum(not isinstance(size, int) for size in port.shape) == 1:
        fixed = math.prod(size for size in port.shape if isinstance(size, int))
        if fixed and len(words) % fixed == 0:
            shape = tuple(size if isinstance(size, int) else len(words) // fixed for size in port.shape)
    if len(words) != math.prod(shape):
        raise BadTensor(
            f"The input “{port.name[:60]}” needs {math.prod(shape):,} numbers.",
            f"{len(words):,} were given; its size is {in_words(shape)}.",
            "Add or remove numbers, or change the sizes.",
        )
    return cast(values.reshape(shape), port)


def _number(word: str, port: Port) -> Any:
    if port.dtype == "string":
        return word
    truth = {"true": True, "false": False}.get(word.lower())
    try:
        if truth is not None:
            return truth
        if port.dtype.startswith("complex"):
            return complex(word)
        return int(word) if word.lstrip("+-").isdigit() else float(word)
    except ValueError as error:
        raise BadTensor(
            f"“{word[:40]}” is not a number.",
            f"The input “{port.name[:60]}” takes numbers, separated by space, comma or line.",
            "Correct it and try again.",
        ) from error


def _text(source: TensorSource, port: Port, shape: tuple[int, ...], _seed: int) -> NDArray[Any]:
    if port.dtype != "string":
        raise BadTensor(
            f"The input “{port.name[:60]}” takes numbers, not text.",
            f"Its type is {port.dtype}.",
            "Type numbers, or choose a model that reads text.",
        )
    count = math.prod(shape)
    text = read_text(source.text)
    lines = [text] if count == 1 else text.splitlines()
    if len(lines) != count:
        raise BadTensor(
            f"The input “{port.name[:60]}” needs {count:,} texts.",
            f"{len(lines):,} lines were given; its size is {in_words(shape)}.",
            "Give one text per line.",
        )
    return np.array(lines, dtype=object).reshape(shape)


def _content(source: TensorSource) -> bytes:
    if not isinstance(source.data, bytes):
        raise TypeError("the upload has to be read before")
    return source.data


def _drawn(_: TensorSource, port: Port, shape: tuple[int, ...], seed: int) -> NDArray[Any]:
    array: NDArray[Any] = draw(port.dtype, shape, seed)
    return array if port.dtype == "string" else array.astype(dtype_of(port.dtype))


def _same(number: int) -> Callable[[TensorSource, Port, tuple[int, ...], int], NDArray[Any]]:
    def full(_: TensorSource, port: Port, shape: tuple[int, ...], _seed: int) -> NDArray[Any]:
        if port.dtype == "string":
            return np.full(shape, str(number), dtype=object)
        return np.full(shape, number).astype(dtype_of(port.dtype))

    return full


def _picture(source: TensorSource, port: Port, shape: tuple[int, ...], _seed: int) -> NDArray[Any]:
    return from_picture(_content(source), port, shape)


_MAKERS: dict[str, Callable[[TensorSource, Port, tuple[int, ...], int], NDArray[Any]]] = {
    "random": _drawn,
    "zeros": _same(0),
    "ones": _same(1),
    "numbers": _numbers,
    "text": _text,
    "picture": _picture,
}
