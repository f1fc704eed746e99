"""A model packed for another computer: what is said about it in the zip, beside its files."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from core.errors import BadFile
from core.listings import Fetched
from core.types import Fact

NAME, CARD = "model.json", "card.md"
FORMAT = 1
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Packed:
    """Plain data without places on any computer, and without the name of anybody."""

    format: int
    id: str
    title: str
    summary: str
    version: str
    family: str
    licence: str
    source: str
    parts: dict[str, str]
    """Path in the zip by role."""
    files: tuple[Fetched, ...]
    """All files of the model, with the hash each must have."""
    tasks: tuple[str, ...] = ()
    preparation: dict[str, Fact] = field(default_factory=dict)
    origin: dict[str, str] = field(default_factory=dict)
    parent: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()
    task: str = ""
    """What its owner decided: the task, facts, and how the form is filled."""
    facts: dict[str, Fact] = field(default_factory=dict)
    form: dict[str, Any] = field(default_factory=dict)
    tasks_are_certain: bool = True


def check(packed: Packed) -> None:
    """Raises BadFile when an id or a path could lead out of the model's folder, or a fact names a file not in there.

    The process that unpacks says it first; the app, which makes and deletes folders by these names, doesn't rely on it.
    """
    names = [file.path for file in packed.files]
    facts = (*packed.preparation.values(), *packed.facts.values())
    if not (_ID.fullmatch(packed.id) and _ID.fullmatch(packed.family) and _ID.fullmatch(packed.parent or "none")):
        raise not_usable("What it says about the model makes no sense.")
    if not all(map(_is_inside, names)) or len({name.casefold() for name in names}) < len(names):
        raise not_usable("Its list of files makes no sense.")
    if not packed.parts or not set(packed.parts.values()) <= set(names):
        raise not_usable("A part of the model isn't among its files.")
    if not all(_names_one_of(names, fact.value) for fact in facts if fact.is_file):
        raise not_usable("It wants to use a file that isn't in it.")


def not_usable(why: str, technical: str = "") -> BadFile:
    return BadFile("This packed model can't be used.", why, "Pack it once more where it came from.", technical)


def is_reserved(name: str) -> bool:
    """Whether the zip has something of its own under this name."""
    return name.casefold() in (NAME, CARD)


def _names_one_of(names: list[str], value: Any) -> bool:
    """Whether it is the name of a file of the model: its whole path, or the end of one."""
    ends = isinstance(value, str) and _is_inside(value)
    return ends and any(name == value or name.endswith(f"/{value}") for name in names)


def _is_inside(name: str) -> bool:
    """A plain path of a file of the model, the same on every computer."""
    path = PurePosixPath(name)
    odd = any(letter in name for letter in "\\:\0") or path.is_absolute() or ".." in path.parts
    return bool(path.parts) and path.as_posix() == name and not odd and not is_reserved(name)
