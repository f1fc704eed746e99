"""What the notes in a model and the files beside it say, put together: of two that speak of the same, the first counts.

A file that can't be read never stops a model from opening: it says nothing, and that is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from core import files, registry
from core.errors import UserError
from core.evidence._contract import NOTHING, Evidence
from core.readers.json_text import read_json
from core.readers.labels import read_labels
from core.readers.text import decoded
from core.types import Fact, ModelInfo

SHELF = "core.evidence"
_ODD = (TypeError, ValueError, LookupError, ArithmeticError, AttributeError, RecursionError)
"""What code may stumble over when a file holds something nobody thought of."""
_T = TypeVar("_T")


@dataclass(frozen=True)
class Gathered:
    tasks: tuple[str, ...]
    """Ids of tasks, best first; whether there are such tasks, and whether they fit, nobody has asked."""
    facts: dict[str, Fact]
    notes: tuple[str, ...]
    """Sentences for the user: which files were left out, and why."""


def gathered(info: ModelInfo) -> Gathered:
    """All that is said about this model."""
    said = _Said(info.files)
    kinds = sorted(registry.load(SHELF).items(), key=lambda kind: (kind[1].RANK, kind[0]))
    facts: dict[str, Fact] = {}
    tasks: dict[str, None] = {}
    for name, kind in kinds:
        found = _read(kind.read, said, info, name)
        tasks |= dict.fromkeys(found.tasks)
        facts = {**found.facts, **facts}
    return Gathered(tuple(tasks), facts, tuple(said.notes))


def _read(read: Callable[..., Evidence], said: _Said, info: ModelInfo, name: str) -> Evidence:
    try:
        return read(said, info.parts)
    except _ODD:
        said.notes[f"What {name.replace('_', ' ')} files say about this model makes no sense and was left out."] = None
        return NOTHING


@dataclass(frozen=True)
class _Said:
    """See `core.evidence._contract.Said`. Each file is read once."""

    files: Mapping[str, str]
    notes: dict[str, None] = field(default_factory=dict)
    _known: dict[tuple[str, str], Any] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.files)

    def json(self, name: str) -> Any:
        return self._once("json", name, read_json, None)

    def text(self, name: str) -> str:
        return self._once("text", name, decoded, "")

    def labels(self, name: str) -> list[str]:
        return self._once("labels", name, read_labels, [])

    def _once(self, kind: str, name: str, read: Callable[[bytes], _T], nothing: _T) -> _T:
        if name in self.files and (kind, name) not in self._known:
            self._known[kind, name] = self._tried(name, read, nothing)
        found: _T = self._known.get((kind, name), nothing)
        return found

    def _tried(self, name: str, read: Callable[[bytes], _T], nothing: _T) -> _T:
        try:
            return read(files.read(self.files[name]))
        except UserError as error:
            self.notes[f"{name} was left out: {error.title} {error.detail}"] = None
        except OSError:
            self.notes[f"{name} was left out: it isn't there any more."] = None
        return nothing
