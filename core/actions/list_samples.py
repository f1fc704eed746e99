"""Samples: pictures and texts to try a model with, each with its source and licence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from core import registry
from core.caller import Caller
from core.samples import pictures, texts

QUICK = True


@dataclass(frozen=True)
class Request:
    kind: Literal["picture", "text"]
    task: str = ""
    """Id of the task they are for: pictures it likes best come first, texts are forms filled in for it."""


@dataclass(frozen=True)
class SampleCard:
    name: str
    title: str
    licence: str
    source: str
    inputs: dict[str, Any] | None = None
    """For a text task: a form filled in. For a picture: None, `read(name)` gives its bytes."""


def do(request: Request, _caller: Caller) -> tuple[SampleCard, ...]:
    """Only samples meant for trying; those for calibrating are kept apart."""
    if request.kind == "picture":
        cards = [SampleCard(one.name, one.title, one.licence, one.source) for one in pictures.samples("try")]
        best = _favourites(request.task)
        return tuple(sorted(cards, key=lambda card: best.index(card.name) if card.name in best else len(best)))
    return tuple(
        SampleCard(sample.name, sample.title, sample.licence, sample.source, sample.inputs)
        for sample in texts.samples(request.task)
    )


def read(name: str) -> bytes:
    """The bytes of a sample picture."""
    return pictures.read(name)


def small(name: str, side_px: int) -> bytes:
    """A sample picture as a small JPEG. It came with the app and was checked, so it is read right here."""
    return pictures.small(name, side_px)


def _favourites(task_id: str) -> tuple[str, ...]:
    """A task may name the sample pictures that show it at its best."""
    return tuple(getattr(registry.load("core.tasks").get(task_id), "SAMPLES", ()))
