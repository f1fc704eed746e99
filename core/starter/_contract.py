"""What a file on this shelf offers. A starter model is a module, not a class: this Protocol only describes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from core.types import Fact, Say


@dataclass(frozen=True)
class Built:
    """A starter model, ready to open."""

    parts: dict[str, Path]
    """Graphs by role: files in an installed package, or built into the data folder."""
    preparation: dict[str, Fact] = field(default_factory=dict)


class Starter(Protocol):
    TITLE: str
    SUMMARY: str
    """One plain sentence: what it does for you."""
    TASKS: tuple[str, ...]
    """Ids on the shelf `core.tasks`, best first."""
    LICENCE: str
    """SPDX name."""
    SOURCE: str
    """Package and version, and who made the weights."""
    SIZE_BYTES: int
    """Of the ONNX files, as shown on the card before it is opened."""
    PACKAGES: tuple[str, ...]
    """Import names of the packages that carry its files; they are located, never imported."""
    EXTRA: str
    """The optional extra that installs them, or "" when they always come along."""

    def build(self, folder: Path, say: Say) -> Built:
        """Files checked against their SHA-256, built into `folder` where needed. Called when the model is opened."""
        ...
