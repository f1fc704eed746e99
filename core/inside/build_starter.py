"""Builds one starter model from its installed packages into a folder. Runs as a file job."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core import registry
from core.inside._desk import Desk
from core.types import Fact


@dataclass(frozen=True)
class BuiltStarter:
    parts: dict[str, str]
    """Paths of the graphs by role."""
    preparation: dict[str, Fact] = field(default_factory=dict)


RESULT = BuiltStarter


def do(request: dict[str, Any], desk: Desk) -> BuiltStarter:
    """`request`: {"starter": its id, "folder": where it may write}."""
    built = registry.load("core.starter")[request["starter"]].build(Path(request["folder"]), desk.say)
    return BuiltStarter({role: str(path) for role, path in built.parts.items()}, built.preparation)
