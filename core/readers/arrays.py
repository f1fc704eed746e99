"""Reads arrays from .npy, .npz and .csv files, and makes them fit an input."""

from __future__ import annotations

import csv
import io
import math
import zipfile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import settings
from core.errors import BadTensor, TooLarge
from core.types import Port

_NPY = b"\x93NUMPY"
_ZIP = b"PK"


def read_npz(data: bytes) -> dict[str, NDArray[Any]]:
    """The arrays of an .npz file by name. Pickled objects inside are refused. Raises BadTensor or TooLarge."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = [file for file in archive.infolist() if file.filename.endswith(".npy")]
            _check_bytes(sum(file.file_size for file in files))
            return {file.filename.removesuffix(".npy"): _read_npy(archive.read(file)) for file in files}
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError) as error:
        raise _unreadable("an .npz file", error) from error


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
    file = io.BytesIO(data)
    try:
        version = np.lib.format.read_magic(file)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, dtype = read(file)
        _check_bytes(math.prod(shape) * dtype.itemsize)
        if not dtype.hasobject and math.prod(shape) * dtype.itemsize > len(data) - file.tell():
            raise ValueError(f"{len(data) - file.tell()} bytes for {shape} of {dtype}")  # noqa: TRY301 - same end
        file.seek(0)
        array: NDArray[Any] = np.load(file, allow_pickle=False)
    except (ValueError, OSError, EOFError, SyntaxError, TypeError, KeyError) as error:
        raise _unreadable("a .npy file", error) from error
    return array


def _read_csv(data: bytes, file_name: str) -> NDArray[Any]:
    """Rows of numbers or text, separated by comma, semicolon or tab; a first row of words is taken for headings."""
    try:
        text = data.decode("utf-8-sig")
        dialect = max(",;\t", key=text[:10_000].count)
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=dialect) if any(cell.strip() for cell in row)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise _unreadable(f"“{file_name[-60:]}” as a .npy, .npz or .csv file", error) from error
    if len(rows) > 1 and not any(map(_is_number, rows[0])) and any(map(_is_number, rows[1])):
        rows = rows[1:]
    if not rows or len({len(row) for row in rows}) != 1:
        raise BadTensor(
            "The rows of this table have different lengths." if rows else "This table is empty.",
            f"It has {len(rows):,} rows with between {min(map(len, rows), default=0)} and "
            f"{max(map(len, rows), default=0)} cells.",
            "Give every row the same number of cells.",
        )
    if all(_is_number(cell) for row in rows for cell in row):
        return np.array([[float(cell) for cell in row] for row in rows])
    return np.array(rows, dtype=object)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


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


def in_words(shape: tuple[int | str | None, ...]) -> str:
    """`1 × 3 × 224 × 224`; a size that may be chosen shows its name."""
    return " × ".join("any" if size is None else str(size) for size in shape) or "one value"


def fits(shape: tuple[int, ...], wanted: tuple[int | str | None, ...]) -> bool:
    """Whether sizes agree with declared ones, where a name or None may be any size."""
    return len(shape) == len(wanted) and all(
        not isinstance(size, int) or size == given for given, size in zip(shape, wanted, strict=True)
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
