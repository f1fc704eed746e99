"""What stored numbers look like: lowest, highest, how many are zero, and how they are spread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from core.graph.weights import Stored
from core.scenes import Weight

if TYPE_CHECKING:
    from onnx import TensorProto

BINS = 40
MOST_READ = 100_000_000
"""Numbers of one tensor; larger ones are only named."""
_PIECE = 2**20
_LONGEST_NAME = 200


def described(stored: Stored, files: Mapping[str, memoryview], *, read: bool = True) -> Weight:
    """A stored tensor with its numbers summed up, as far as they can be read.

    `files`: the files with weights beside the model, by the name the model knows them under.
    """
    weight = Weight(stored.name[:_LONGEST_NAME], stored.shape, stored.dtype, stored.count, stored.size_bytes)
    if not read or not 0 < stored.count <= MOST_READ:
        return weight
    found = numbers(stored, files)
    return weight if found is None else _summed_up(weight, found)


def numbers(stored: Stored, files: Mapping[str, memoryview]) -> np.ndarray | None:
    """All of them in a row, of whatever type; None where they aren't there or are no numbers."""
    if stored.tensor is None:
        return np.array(stored.numbers, dtype=stored.dtype)
    dtype = _numpy(stored.dtype)
    if dtype is None:
        return None
    try:
        return _read(stored, stored.tensor, dtype, files)
    except (ValueError, TypeError, RuntimeError):
        return None  # cut short, or claiming what isn't there


def external(tensor: TensorProto, size_bytes: int, files: Mapping[str, memoryview]) -> memoryview | None:
    """Its bytes in another file; None where that isn't there, or is too short."""
    entries = {entry.key: entry.value for entry in tensor.external_data}
    file = files.get(entries.get("location", ""))
    offset = entries.get("offset") or "0"
    if file is None or not (offset.isascii() and offset.isdigit()) or len(offset) > 18:
        return None
    piece = file[int(offset) : int(offset) + size_bytes]
    return piece if len(piece) == size_bytes else None


def _numpy(dtype: str) -> np.dtype[Any] | None:
    import ml_dtypes

    if not dtype or dtype == "string":
        return None
    found = np.dtype(getattr(ml_dtypes, dtype, None) or dtype)
    return None if found.kind == "c" else found


def _read(
    stored: Stored, tensor: TensorProto, dtype: np.dtype[Any], files: Mapping[str, memoryview]
) -> np.ndarray | None:
    import onnx

    if not tensor.external_data and not tensor.HasField("raw_data"):
        return onnx.numpy_helper.to_array(tensor).reshape(-1)
    data = external(tensor, stored.size_bytes, files) if tensor.external_data else tensor.raw_data
    if data is None or len(data) < stored.size_bytes:
        return None
    bits = stored.size_bytes * 8 // stored.count
    if bits >= 8:
        return np.frombuffer(data, dtype=dtype, count=stored.count)
    packed = np.frombuffer(data, dtype=np.uint8, count=stored.size_bytes)
    return _unpacked(packed, 4 if "4" in dtype.name else 2, stored.count).view(dtype)


def _unpacked(packed: np.ndarray, bits: int, count: int) -> np.ndarray:
    """Several numbers in a byte, the first one in its lowest bits."""
    places = np.arange(0, 8, bits, dtype=np.uint8)
    return ((packed[:, None] >> places) & ((1 << bits) - 1)).reshape(-1)[:count].astype(np.uint8)


def _summed_up(weight: Weight, found: np.ndarray) -> Weight:
    """In pieces, so that a large table doesn't take its size in memory once more. NaN and infinity are left out."""
    low, high, zeros, finite = np.inf, -np.inf, 0, 0
    for piece in _pieces(found):
        zeros += int(np.count_nonzero(piece == 0))
        real = piece[np.isfinite(piece)]
        finite += real.size
        if real.size:
            low, high = min(low, float(real.min())), max(high, float(real.max()))
    if not finite:
        return weight
    counts = np.zeros(BINS, dtype=np.int64)
    for piece in _pieces(found):
        counts += np.histogram(piece[np.isfinite(piece)], bins=BINS, range=_range(low, high))[0]
    return Weight(
        weight.name,
        weight.shape,
        weight.dtype,
        weight.count,
        weight.size_bytes,
        low,
        high,
        zeros / weight.count,
        tuple(counts.tolist()),
    )


def _range(low: float, high: float) -> tuple[float, float]:
    """NumPy wants two ends that differ by more than it can tell apart, at a distance it can write down."""
    if not np.isfinite(high - low):
        return low / 4, high / 4
    least = max(abs(low), abs(high)) * 1e-12
    return (low, high) if high - low > max(least, 1e-300) else (low - max(least, 0.5), low + max(least, 0.5))


def _pieces(found: np.ndarray) -> Iterator[np.ndarray]:
    for start in range(0, found.size, _PIECE):
        with np.errstate(all="ignore"):  # some patterns of bits are no number, and say so
            piece = found[start : start + _PIECE].astype(np.float64)
        yield piece
