"""Checks that a form is filled, before a worker reads what it is filled with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.errors import InputError
from core.fields import Field, TensorSource
from core.types import Upload


def filled(fields: Sequence[Field], given: Mapping[str, Any]) -> dict[str, Any]:
    """What was given, with the defaults of what was left out.

    Raises InputError when something required is missing, or a name is no field of the form.
    """
    names = [field.name for field in fields]
    if strange := [name for name in given if name not in names]:
        raise InputError(
            f"There is no input called “{strange[0][:60]}”.",
            "This model takes: " + ", ".join(names) + "." if names else "This model takes no input at all.",
            "Use one of these names.",
        )
    values = {field.name: given.get(field.name, field.default) for field in fields}
    for field in fields:
        if field.required and _is_empty(values[field.name]) and field.kind != "tensor":
            raise InputError(f"“{field.title}” is still empty.", "The model needs it.", "Fill it in and try again.")
    return values


def uploads(values: Mapping[str, Any]) -> dict[str, str]:
    """The paths of all uploads in a form, by the name a worker knows them under: the path itself."""
    return {upload.path: upload.path for upload in _uploads(values)}


def _uploads(values: Mapping[str, Any]) -> Iterator[Upload]:
    for value in values.values():
        given = value.data if isinstance(value, TensorSource) else value
        several = given if isinstance(given, list | tuple) else (given,)
        yield from (one for one in several if isinstance(one, Upload))


def _is_empty(value: Any) -> bool:
    """Nothing was given. A file of 0 bytes was given: its reader says what is wrong with it."""
    return value is None or (isinstance(value, str | list | tuple) and not value)
