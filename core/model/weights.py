"""Checks the weights a model keeps in other files: that they are there, complete, and beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from core.beside import check_name
from core.errors import DamagedModel, MissingWeights

if TYPE_CHECKING:
    from onnx import TensorProto

_NAMES_SHOWN = 20

Beside: TypeAlias = Callable[[Sequence[str]], Mapping[str, int]]
"""Looks for files beside the model: their sizes in bytes by name, those that aren't there left out. Raises UnsafeModel
for one that is a link."""


def check_weights(tensors: Iterable[TensorProto], beside: Beside) -> dict[str, int]:
    """Sizes in bytes of the files with weights, by name. Raises UnsafeModel, MissingWeights or DamagedModel.

    The files are measured, never read.
    """
    stored_elsewhere = [tensor for tensor in _checked_sizes(tensors) if is_external(tensor)]
    names = list(dict.fromkeys(_location(tensor) for tensor in stored_elsewhere))
    for name in names:
        if not name:
            raise _bad_reference("It says that weights lie in another file, but not in which.")
        check_name(name)
    sizes = beside(names) if names else {}
    missing = [name for name in names if name not in sizes]
    if missing:
        raise _missing(missing)
    for tensor in stored_elsewhere:
        _check_range(tensor, sizes[_location(tensor)])
    return {name: sizes[name] for name in names}


def external_names(tensors: Iterable[TensorProto]) -> tuple[str, ...]:
    """The files that hold these tensors, in the order they are first named."""
    return tuple(dict.fromkeys(_location(tensor) for tensor in tensors if is_external(tensor)))


def is_external(tensor: TensorProto) -> bool:
    """Whether the numbers lie in another file."""
    from onnx import TensorProto

    return tensor.data_location == TensorProto.EXTERNAL or len(tensor.external_data) > 0


def count(dims: Sequence[int]) -> int:
    """How many elements a tensor of this shape has."""
    total = 1
    for size in dims:
        total *= size
    return total


def _checked_sizes(tensors: Iterable[TensorProto]) -> Iterable[TensorProto]:
    for tensor in tensors:
        if any(size < 0 for size in tensor.dims) or count(tensor.dims) > 2**40:
            raise DamagedModel(
                "A stored tensor has an impossible size.",
                f"“{tensor.name[:60]}” claims the shape {list(tensor.dims)[:8]}.",
                "The file may be damaged: download or export it once more.",
            )
        yield tensor


def _location(tensor: TensorProto) -> str:
    values = [entry.value for entry in tensor.external_data if entry.key == "location"]
    return values[-1] if values else ""


def _missing(names: Sequence[str]) -> MissingWeights:
    shown = ", ".join(name[:80] for name in names[:_NAMES_SHOWN])
    more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
    return MissingWeights(
        "The weights of this model are missing.",
        f"It keeps them in {'another file' if len(names) == 1 else 'other files'}: {shown}{more}.",
        "Add the model again together with " + ("this file." if len(names) == 1 else "these files."),
    )


def _check_range(tensor: TensorProto, size_bytes: int) -> None:
    entries = {entry.key: entry.value for entry in tensor.external_data}
    needed = _needed_bytes(tensor)
    try:
        offset = int(entries.get("offset") or 0)
        length = int(entries.get("length") or needed)
    except ValueError as error:
        raise _bad_reference(f"Where “{tensor.name[:60]}” begins in its file is not a number.") from error
    if offset < 0 or length < needed:
        raise _bad_reference(f"“{tensor.name[:60]}” needs {needed:,} bytes, but {length:,} at {offset:,} are named.")
    if offset + length > size_bytes:
        raise DamagedModel(
            "The weights of this model are cut short.",
            f"“{_location(tensor)[:80]}” has {size_bytes:,} bytes; the model needs {offset + length:,}.",
            "Download the file once more and add it together with the model.",
        )


def _needed_bytes(tensor: TensorProto) -> int:
    from onnx import helper

    try:
        bits = _bits(helper.tensor_dtype_to_np_dtype(tensor.data_type).name)
    except (KeyError, ValueError, TypeError) as error:
        raise _bad_reference(f"“{tensor.name[:60]}” has a type that can't lie in another file.") from error
    return (count(tensor.dims) * bits + 7) // 8


def _bits(dtype: str) -> int:
    """Bits of one element: `float8_e4m3fn` has 8, `uint4` has 4."""
    if dtype == "bool":
        return 8
    digits = dtype.partition("_")[0].lstrip("abcdefghijklmnopqrstuvwxyz")
    return int(digits)


def _bad_reference(detail: str) -> DamagedModel:
    return DamagedModel(
        "This model's reference to its weights is broken.", detail, "Download or export the model once more."
    )
