"""From what a person gave to what a task receives, field by field."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.errors import BadPicture, InputError
from core.fields import Field, Rows, TensorSource
from core.inside._desk import Desk
from core.readers.picture import read_picture
from core.readers.table import read_table
from core.readers.tensor import read_tensor
from core.readers.text import read_text, read_texts
from core.types import Port, Upload


def read(fields: Sequence[Field], values: Mapping[str, Any], desk: Desk) -> dict[str, Any]:
    """The values as the task receives them, pictures decoded, texts cut into lines, numbers made into arrays."""
    return {field.name: _read_field(field, values[field.name], desk) for field in fields}


def _read_field(field: Field, value: Any, desk: Desk) -> Any:
    if field.kind == "pictures" and value is not None:
        return _Pictures(value, desk)
    return _read_one(field, content(value, desk))


class _Pictures(Sequence[Any]):
    """Several pictures, each read when it is asked for: hundreds at once would fill the memory."""

    def __init__(self, given: Sequence[Any], desk: Desk) -> None:
        self._given, self._desk = given, desk

    def __len__(self) -> int:
        return len(self._given)

    def __getitem__(self, place: Any) -> Any:
        """uint8 (H, W, 3), or several of them for a slice. Raises BadPicture, TooLarge."""
        if isinstance(place, slice):
            return tuple(self[one] for one in range(*place.indices(len(self))))
        try:
            return read_picture(content(self._given[place], self._desk))
        except BadPicture as error:
            title = f"Picture {range(len(self))[place] + 1} of {len(self)}: {error.title}"
            raise BadPicture(title, error.detail, error.fix, error.technical) from error


def content(value: Any, desk: Desk) -> Any:
    """The bytes of an upload that was handed in; any other value as it is."""
    if isinstance(value, Upload):
        return bytes(desk.files[value.path])
    if isinstance(value, list | tuple):
        return tuple(content(one, desk) for one in value)
    if isinstance(value, TensorSource) and isinstance(value.data, Upload):
        return replace(value, data=bytes(desk.files[value.data.path]))
    return value


def _read_one(field: Field, value: Any) -> Any:
    if field.kind == "tensor":
        port = _port(field)
        return read_tensor(TensorSource() if value is None and port.kind != "optional" else value, port)
    if value is None or (isinstance(value, str) and not value):
        return None
    return _READERS[field.kind](field, value)


def _number(field: Field, value: Any) -> float:
    try:
        number = float(value)
    except ValueError as error:
        raise InputError(
            f"“{str(value)[:60]}” is not a number.", f"“{field.title}” takes one.", "Write it like 0.5."
        ) from error
    if not field.minimum <= number <= field.maximum:  # NaN isn't either
        raise InputError(
            f"{number:g} is out of range.",
            f"“{field.title}” goes from {field.minimum:g} to {field.maximum:g}.",
            "Give a value in between.",
        )
    return number


def _file(_field: Field, value: Any) -> bytes:
    return value.encode() if isinstance(value, str) else bytes(value)


def _table(field: Field, data: bytes) -> Rows:
    found = read_table(data, field.title)
    return Rows(found.columns, tuple(map(tuple, found.rows)))


def _choice(field: Field, given: Any) -> str:
    value = str(given)
    if value in field.choices:
        return value
    raise InputError(
        f"“{value[:60]}” is not a choice for “{field.title}”.",
        "The choices are: " + ", ".join(field.choices) + ".",
        "Pick one of these.",
    )


def _port(field: Field) -> Port:
    if field.port is None:
        raise ValueError(f"the tensor field {field.name} names no input of the graph")
    return field.port


_READERS: dict[str, Callable[[Field, Any], Any]] = {
    "picture": lambda _field, value: read_picture(value),
    "text": lambda _field, value: read_text(value),
    "texts": lambda _field, value: read_texts(value),
    "file": _file,
    "table": lambda field, value: _table(field, _file(field, value)),
    "number": _number,
    "choice": _choice,
}
