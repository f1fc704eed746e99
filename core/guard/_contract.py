"""What a file on this shelf offers. A check is a module, not a class: this Protocol only describes it.

All checks together may take 0.2 ms for a classifier, so none looks twice at large arrays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from core.results import Result
from core.types import ModelInfo, Value

Outputs: TypeAlias = Mapping[str, Mapping[str, Value]]
"""What the graphs gave when they ran last: by role, then by the name of the output. Not copied, so never to be written
to."""


@dataclass(frozen=True)
class Look:
    """An answer together with what it was read from."""

    result: Result
    outputs: Outputs = field(default_factory=dict)
    """Empty when they are too large to be kept."""


COMPARED = ("ranking", "boxes")
"""Kinds of results that some check compares with those for the two pictures; for the others they aren't made."""


@dataclass(frozen=True)
class Seen:
    """All that is known about one answer."""

    result: Result
    outputs: Outputs
    info: ModelInfo
    """With its preparation for the task."""
    blank: Look | None = None
    """What the model makes of an even grey picture; None where nobody compares, or it would take too long."""
    sample: Look | None = None
    """What it makes of a picture with something on it, drawn by `core.guard._drawn`."""


class Check(Protocol):
    TITLE: str
    """What is checked, in a few words: `Scores are between 0 and 1`."""

    def judge(self, seen: Seen) -> str:
        """Empty when there is nothing to object to, else one plain sentence: what is impossible or suspicious."""
        ...
