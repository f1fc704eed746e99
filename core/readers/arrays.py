"""Reads arrays from .npy, .npz and .csv files, and makes them fit an input."""

from __future__ import annotations

import io
import math
import re
import struct
import zipfile
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core import settings
from core.errors import BadFile, BadTensor, BadText, TooLarge
from core.readers.archive import BROKEN, open_zip, unpack
from core.readers.table import is_number, read_rows
from core.shapes import fits, in_words
from core.types import Port

_NPY = b"\x93NUMPY"
_ZIP = b"PK"
_HEADER = (
    rb"'descr': ?'([<>|=]?[?a-zA-Z]\d{0,9})'",
    rb"'fortran_order': ?(True|False)",
    rb"'shape': ?\(([\d, L]*+)\)",
)


def read_npz(data: bytes) -> dict[str, NDArray[Any]]:
    """The arrays of an .npz file by name. Pickled objects inside are refused. Raises BadTensor or TooLarge."""
    try:
        with open_zip(io.BytesIO(data)) as archive:
            files = [file for file in archive.infolist() if file.filename.endswith(".npy")]
            _check_files(files)
            left_bytes, arrays = settings.MAX_TENSOR_BYTES, {}
            for file in files:
                content = unpack(archive, file, left_bytes)
                left_bytes -= len(content)
                arrays[file.filename.removesuffix(".npy")] = _read_npy(content)
            return arrays
    except BROKEN as error:
        raise _unreadable("an .npz file", error) from error
    except BadFile as error:
        raise BadTensor(error.title, error.detail, error.fix, error.technical) from error


def _check_files(files: list[zipfile.ZipInfo]) -> None:
    if len(files) > settings.MAX_NPZ_ARRAYS:
        raise TooLarge(
            "This file holds too many arrays.", f"The limit is {settings.MAX_NPZ_ARRAYS:,}.", "Save fewer of them."
        )
    if len({file.filename for file in files}) < len(files):
        raise BadTensor(
            "Two arrays in this file have the same name.", "It isn't clear which is meant.", "Save the file once more."
        )
    _check_bytes(sum(file.file_size for file in files))


def read_file(data: bytes, file_name: str, port_name: str) -> NDArray[Any]:
    """The array of a .npy or .csv file, or the one of an .npz file that has the input's name or is alone."""
    if not data:
        raise BadTensor("This file is empty.", "It holds 0 bytes.", "Choose another file.")
    _check_bytes(len(data))
    if data.startswith(_NPY):
        return _read_npy(data)
    if not data.startswith(_ZIP):
        return _read_csv(data, file_name)
    arrays = read_npz(data)
    if port_name in arrays or len(arrays) == 1:
        return arrays.get(port_name, next(iter(arrays.values())))
    raise BadTensor(
        f"No array in this file is called “{port_name[:60]}”.",
        "It has: " + (", ".join(name[:60] for name in list(arrays)[:20]) or "none") + ".",
        "Save the array under the input's name.",
    )


def _read_npy(data: bytes) -> NDArray[Any]:
    try:
        dtype, order, shape, start = _npy_header(data)
        _check_bytes(math.prod(shape) * dtype.itemsize)
        if not dtype.itemsize or 0 in shape:
            return np.empty(shape, dtype)
        flat: NDArray[Any] = np.frombuffer(data, dtype, math.prod(shape), start)
        return flat.reshape(shape, order=order).copy(order)
    except (ValueError, OverflowError, TypeError, struct.error) as error:
        raise _unreadable("a .npy file", error) from error


def _npy_header(data: bytes) -> tuple[np.dtype[Any], Literal["C", "F"], tuple[int, ...], int]:
    """Type, order and shape of a .npy file, and where its numbers begin. Raises ValueError or struct.error.

    The header is a Python literal, by https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html; it is
    read with patterns, because Python's own reader of literals takes long on hostile ones. Types with fields or
    Python objects match none.
    """
    length_bytes = 2 if data[6:7] == b"\x01" else 4
    start = 8 + length_bytes
    size_bytes = int.from_bytes(data[8:start], "little")
    if not data.startswith(_NPY) or size_bytes > settings.MAX_NPY_HEADER_BYTES:
        raise ValueError(f"a header of {size_bytes:,} bytes")
    header = data[start : start + size_bytes]
    found = [re.findall(pattern, header) for pattern in _HEADER]
    if [len(matches) for matches in found] != [1, 1, 1]:
        raise ValueError(f"a header like {header[:100]!r}")
    descr, fortran, sizes = (matches[0] for matches in found)
    shape = tuple(int(size) for size in re.findall(rb"\d+", sizes))  # int() refuses more than 4,300 digits
    return np.dtype(descr.decode()), "F" if fortran == b"True" else "C", shape, start + size_bytes


def _read_csv(data: bytes, file_name: str) -> NDArray[Any]:
    """Rows of numbers or text, separated by comma, semicolon or tab; a first row of words is taken for headings."""
    try:
        rows = read_rows(data, file_name)
    except BadText as error:
        raise _unreadable(f"“{file_name[-60:]}” as a .npy, .npz or .csv file", error) from error
    except BadFile as error:
        raise BadTensor(error.title, error.detail, error.fix, error.technical) from error
    if len(rows) > 1 and not any(map(is_number, rows[0])) and any(map(is_number, rows[1])):
        rows = rows[1:]
    if all(is_number(cell) for row in rows for cell in row):
        return np.array([[float(cell) for cell in row] for row in rows])
    return np.array(rows, dtype=object)


def dtype_of(name: str) -> np.dtype[Any]:
    """The NumPy dtype behind a port's dtype; text is kept as objects, what nobody declared as float32."""
    if name == "string":
        return np.dtype(object)
    try:
        return np.dtype(name)
    except TypeError:
        import ml_dtypes

        return np.dtype(getattr(ml_dtypes, name, np.float32))


def cast(value: Any, port: Port) -> NDArray[Any]:
    """The value as an array of the port's type, when no number changes beyond rounding. Raises BadTensor."""
    array = np.asarray(value)
    wanted = dtype_of(port.dtype)
    if array.dtype == wanted and port.dtype != "string":
        return array
    if array.dtype.kind == "V" and array.dtype.itemsize == wanted.itemsize:  # how .npy keeps bfloat16
        return array.view(wanted)
    if port.dtype == "string":
        return array.astype(str).astype(object)
    try:
        with np.errstate(invalid="ignore", over="ignore"):  # judged below
            made = array.astype(wanted)
            exact = _is_exact(array, made, port)
    except (ValueError, TypeError, OverflowError) as error:
        raise _does_not_fit(array, port) from error
    if not exact:
        raise _does_not_fit(array, port)
    return made


def _is_exact(array: NDArray[Any], made: NDArray[Any], port: Port) -> bool:
    """Whole numbers must stay the same; others may be rounded, but not become infinite."""
    if port.dtype.startswith("complex") or array.dtype.kind == "c":
        return array.dtype.kind != "c" or port.dtype.startswith("complex")
    before, after = array.astype(np.float64), made.astype(np.float64)
    if "int" in port.dtype or port.dtype == "bool":
        return bool(np.all(before == after))
    return bool(np.all(np.isfinite(after) | ~np.isfinite(before)))


def check_shape(shape: tuple[int, ...], port: Port) -> None:
    """Raises BadTensor when the sizes don't fit the port; one without declared sizes takes any."""
    if not port.shape or fits(shape, port.shape):
        return
    raise BadTensor(
        f"The size doesn't fit the input “{port.name[:60]}”.",
        f"It expects {in_words(port.shape)}, and got {in_words(shape)}.",
        "Change the sizes, or give other data.",
    )


def _check_bytes(size_bytes: int) -> None:
    if size_bytes > settings.MAX_TENSOR_BYTES:
        raise TooLarge(
            "This data is too large.",
            f"It needs {size_bytes / 2**30:.1f} GB; the limit is {settings.MAX_TENSOR_BYTES / 2**30:.0f} GB.",
            "Give a smaller part of it.",
        )


def _does_not_fit(array: NDArray[Any], port: Port) -> BadTensor:
    return BadTensor(
        f"These values don't fit the input “{port.name[:60]}”.",
        f"It takes {port.dtype}, and got {array.dtype} with values outside what that can hold.",
        "Convert or round the values first.",
    )


def _unreadable(what: str, error: Exception) -> BadTensor:
    return BadTensor(
        "This file can't be read.",
        f"It is damaged, or not {what} with plain numbers.",
        "Save it once more with numpy.save or numpy.savez, or as a table with commas.",
        f"{type(error).__name__}: {error}",
    )
