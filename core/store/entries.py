"""What the library knows about one model."""

from __future__ import annotations

from dataclasses import dataclass

from core.listings import Fetched
from core.types import ModelInfo


@dataclass(frozen=True)
class Origin:
    """Where a model was fetched from; an empty source for what was added by hand."""

    source: str = ""
    id: str = ""
    variant: str = ""
    commit: str = ""
    url: str = ""


@dataclass(frozen=True)
class Entry:
    info: ModelInfo
    family: str
    """Groups the versions of one model; exactly one of them is in use."""
    version: str
    """What tells it from the other versions, in words."""
    in_use: bool
    origin: Origin = Origin()
    parent: str = ""
    """Id of the model it was made from."""
    note: str = ""
    tags: tuple[str, ...] = ()
    files: tuple[Fetched, ...] = ()
    size_bytes: int = 0
    added_at: str = ""
    """UTC, `2026-01-31 12:00:00`; filled in by the database, as is all that follows."""
    used_at: str = ""
    memory_bytes: int | None = None
    """The most its process has taken here. Measured, never estimated."""
    time_ms: float | None = None
    """Median of its last runs here."""
    runs: int = 0


@dataclass(frozen=True)
class Page:
    entries: tuple[Entry, ...]
    total: int
    """Of all that match, not only on this page; so is the size."""
    size_bytes: int
