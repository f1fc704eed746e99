"""What a file on this shelf offers. A kind of evidence is a module, not a class: the Protocols only describe it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from core.types import Fact, GraphInfo

Parts: TypeAlias = Mapping[str, GraphInfo]
"""The graphs of the model, by their role."""


@dataclass(frozen=True)
class Evidence:
    tasks: tuple[str, ...] = ()
    """Ids of tasks, best first; those that don't exist or don't fit are left out by whoever asks."""
    facts: dict[str, Fact] = field(default_factory=dict)
    """By name, as in the docstrings of the tasks. The source names the file that says so."""


NOTHING = Evidence()


class Said(Protocol):
    """What the files say, parsed when it is asked for. A file that is missing or broken says nothing."""

    @property
    def names(self) -> tuple[str, ...]:
        """Of the files that lie beside the model, such as `1_Pooling/config.json`."""
        ...

    def json(self, name: str) -> Any:
        """What JSON holds; None when there is no such file, or it can't be read."""
        ...

    def text(self, name: str) -> str:
        """The text; empty when there is no such file, or it can't be read."""
        ...

    def labels(self, name: str) -> list[str]:
        """The names of classes in order; empty when there is no such file, or it holds no names."""
        ...


class Kind(Protocol):
    RANK: int
    """Where two kinds say something about the same thing, the lower rank counts: 10 to 19 notes in the ONNX file
    itself, 20 to 39 configs of its repository, 50 to 59 files of other ecosystems."""
    FILES: tuple[str, ...]
    """Names of the files it reads, or points to, beside a model; `*` stands for any letters but `/`."""

    def read(self, said: Said, parts: Parts) -> Evidence:
        """Never raises for what strangers wrote: what makes no sense isn't said."""
        ...
