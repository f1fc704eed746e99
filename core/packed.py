"""A model packed for another computer: what is said about it in the zip, beside its files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from core.listings import Fetched
from core.types import Fact

NAME, CARD = "model.json", "card.md"
FORMAT = 1


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
