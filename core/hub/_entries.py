"""The entries of our catalogue as they stand in `assets/catalogue.json`. They came with the app, not from strangers.

A task's id in `tasks` means that it can use the model as it is. `tensors` stands where a guess would go wrong, nothing
where none of our tasks is for it and its shapes mislead nobody. `facts` are named as in the docstrings of the tasks;
`contract` is for those who write the next task.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

import msgspec

from core import settings

Seen = Literal["path and size", "path", "no"]


@dataclass(frozen=True)
class Terms:
    name: str
    """Short name of the licence: `apache-2.0`."""
    known_from: str
    """In words."""
    checked: bool
    """It was read where its author wrote it, not heard from others."""


@dataclass(frozen=True)
class Way:
    """One variant."""

    numbers: str
    parts: dict[str, str]
    """Path of each graph by its role."""


@dataclass(frozen=True)
class KnownFile:
    seen: Seen
    """What of it was seen on the hub or with those who use it; `no`: its name follows from the habits of its maker."""
    mb: float | None = None
    """Decimal, rounded as the hub shows it."""
    sha256: str = ""


@dataclass(frozen=True)
class Entry:
    id: str
    title: str
    summary: str
    task: str
    """As the hub calls it."""
    repo: str
    licence: Terms
    recommended: str
    """The `numbers` of the variant that suits most computers."""
    variants: tuple[Way, ...]
    files: dict[str, KnownFile]
    """Graphs and weights beside them, by path."""
    sample: str
    """Name of a picture or a filled-in form in `core/samples/`."""
    evidence: str
    """Where what stands here was seen."""
    contract: str = ""
    words: str = ""
    """What people might look for."""
    base_model: str = ""
    companions: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    labels: str = ""
    """Name of a list in `assets/labels/`."""
    facts: dict[str, Any] = field(default_factory=dict)
    notes: str = ""
    """What a person should know before choosing it."""
    tried: str = ""
    """The day `check-catalogue` got an answer from it, such as `2026-01-31`; empty: never run by us."""

    def size_bytes(self, way: Way) -> int | None:
        """About what its graphs take; None when a size wasn't seen."""
        sizes = [self.files[path].mb for path in way.parts.values()]
        return round(sum(size for size in sizes if size) * 1e6) if all(sizes) else None

    @property
    def best(self) -> Way:
        return next(way for way in self.variants if way.numbers == self.recommended)


@dataclass(frozen=True)
class Catalogue:
    words: dict[str, str]
    """What people might say for each task of the hub."""
    filling: str
    """Words that say nothing about a model."""
    models: tuple[Entry, ...]
    """The ones to try first come first."""


@cache
def catalogue() -> Catalogue:
    """Read once per process."""
    return msgspec.json.decode((settings.ASSETS / "catalogue.json").read_bytes(), type=Catalogue)


def facts(entry: Entry) -> dict[str, Any]:
    """How it is fed and read, its labels written out."""
    if not entry.labels:
        return entry.facts
    path = settings.ASSETS / "labels" / f"{entry.labels}.json"
    return {**entry.facts, "labels": msgspec.json.decode(path.read_bytes(), type=list[str])}
