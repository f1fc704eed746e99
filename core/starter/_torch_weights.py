"""Reads the tensors out of an old PyTorch checkpoint without PyTorch and without running anything from it.

A checkpoint is a pickle, and a pickle can call any function. This reader offers four names and nothing else: a file
that asks for another one is refused. Even so it is called for one file only, pinned by its SHA-256.

The format (PyTorch before 1.6): five pickles (a magic number, the protocol, facts about the computer, the tensors,
the keys of the storages), then for each key a count (int64) and that many raw numbers, all little-endian.
"""

from __future__ import annotations

import pickle
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from core.errors import DamagedModel

_MAGIC = 0x1950A86A20F9469CFC6C
_DTYPES = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}


def read_tensors(path: Path) -> dict[str, NDArray[Any]]:
    """The tensors of a checkpoint by name, float32 or int64.

    Raises DamagedModel for anything that is not such a checkpoint, or asks for more than tensors.
    """
    try:
        with path.open("rb") as file:
            return _read(file)
    except (pickle.UnpicklingError, EOFError, AttributeError, TypeError, ValueError, IndexError, KeyError) as error:
        raise DamagedModel(
            "The file with the model's weights can't be read.",
            f"{path.name} is damaged or holds more than plain numbers, so nothing in it was used.",
            "Install the package that carries it again.",
            f"{type(error).__name__}: {error}",
        ) from error


@dataclass(frozen=True)
class _Storage:
    """A run of numbers further back in the file."""

    key: str
    dtype: np.dtype[Any]
    count: int


@dataclass(frozen=True)
class _Tensor:
    """A view of a storage; offsets and strides count numbers, not bytes."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def cut(self, numbers: NDArray[Any]) -> NDArray[Any]:
        if len(self.shape) != len(self.strides) or min((self.offset, *self.shape, *self.strides)) < 0:
            raise ValueError("a tensor has an impossible shape")
        last = self.offset + sum((size - 1) * step for size, step in zip(self.shape, self.strides, strict=True))
        if 0 in self.shape or last >= numbers.size:
            raise ValueError("a tensor reaches beyond its storage")
        steps = tuple(step * numbers.itemsize for step in self.strides)
        return np.lib.stride_tricks.as_strided(numbers[self.offset :], self.shape, steps).copy()


def _tensor(storage: Any, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_unused: Any) -> _Tensor:
    if not isinstance(storage, _Storage):
        raise pickle.UnpicklingError("a tensor without a storage")
    return _Tensor(storage, int(offset), tuple(map(int, shape)), tuple(map(int, strides)))


_ALLOWED: dict[tuple[str, str], Any] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    **{("torch", name): dtype for name, dtype in _DTYPES.items()},
}


class _Unpickler(pickle.Unpickler):
    def find_class(self, module_name: str, global_name: str, /) -> Any:
        if (module_name, global_name) not in _ALLOWED:
            raise pickle.UnpicklingError(f"{module_name}.{global_name} has no place in a file of weights")
        return _ALLOWED[module_name, global_name]

    def persistent_load(self, pid: Any) -> _Storage:
        kind, dtype, key, _device, count, view = pid
        if kind != "storage" or not isinstance(dtype, np.dtype) or view is not None:
            raise pickle.UnpicklingError("a record that is not a storage")
        return _Storage(str(key), dtype, int(count))


def _read(file: BinaryIO) -> dict[str, NDArray[Any]]:
    magic, _protocol, _computer, tensors, keys = (_Unpickler(file, encoding="utf-8").load() for _ in range(5))
    if magic != _MAGIC or not isinstance(tensors, OrderedDict):
        raise pickle.UnpicklingError("not a checkpoint of tensors")
    named = {name: tensor for name, tensor in tensors.items() if isinstance(tensor, _Tensor)}
    storages = {tensor.storage.key: tensor.storage for tensor in named.values()}
    numbers = {key: _numbers(file, storages[key]) for key in keys}
    return {str(name): tensor.cut(numbers[tensor.storage.key]) for name, tensor in named.items()}


def _numbers(file: BinaryIO, storage: _Storage) -> NDArray[Any]:
    count = int.from_bytes(file.read(8), "little")
    if count != storage.count:
        raise ValueError(f"storage {storage.key} holds {count} numbers instead of {storage.count}")
    return np.frombuffer(file.read(count * storage.dtype.itemsize), storage.dtype, count)
