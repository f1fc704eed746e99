"""What lies before a request inside a worker: the files handed in, a line to the person, and what was kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.types import Say


@dataclass(frozen=True)
class Desk:
    say: Say
    files: dict[str, memoryview]
    """Files handed in, by the name the app gave them; read only. Those of a model stay, a person's go after the answer.
    """
    more: Callable[[Sequence[str]], list[str]]
    """Asks the app for files that lie beside the model; gives the names of those it can't have."""
    kept: dict[str, Any] = field(default_factory=dict)
    """What stays from one request to the next: open sessions, parsed files."""
