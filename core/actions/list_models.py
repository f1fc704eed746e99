"""Models: every model that can be opened, starters first."""

from __future__ import annotations

from dataclasses import dataclass

from core import registry
from core.actions import _library
from core.caller import Caller

QUICK = True
"""A look-up: nothing of anybody's is read, so no job is made of it."""


@dataclass(frozen=True)
class Request:
    pass


@dataclass(frozen=True)
class ModelCard:
    id: str
    title: str
    summary: str
    origin: str
    tasks: tuple[str, ...]
    """Ids, best first."""
    task_titles: tuple[str, ...]
    size_bytes: int
    licence: str
    source: str
    installed: bool = True
    extra: str = ""
    """The optional extra to install when it isn't there yet."""


def do(_request: Request, caller: Caller) -> tuple[ModelCard, ...]:
    """Nothing is built or opened for this list."""
    return (*_starters(), *_own(caller.visitor))


def _starters() -> list[ModelCard]:
    return [
        ModelCard(
            id=starter_id,
            title=starter.TITLE,
            summary=starter.SUMMARY,
            origin="starter",
            tasks=tuple(starter.TASKS),
            task_titles=_titles(starter.TASKS),
            size_bytes=starter.SIZE_BYTES,
            licence=starter.LICENCE,
            source=starter.SOURCE,
            installed=_library.is_installed(starter),
            extra=starter.EXTRA,
        )
        for starter_id, starter in registry.load(_library.STARTERS).items()
    ]


def _own(visitor: str) -> list[ModelCard]:
    cards = []
    for info in _library.library().models(visitor):
        decided = _library.library().decision(_library.key(info), visitor).task
        tasks = (decided,) if decided else info.tasks
        size_bytes = sum(graph.size_bytes for graph in info.parts.values())
        cards.append(
            ModelCard(
                info.id,
                info.title,
                info.summary,
                info.origin,
                tasks,
                _titles(tasks),
                size_bytes,
                info.licence,
                info.source,
            )
        )
    return cards


def _titles(tasks: tuple[str, ...]) -> tuple[str, ...]:
    known = registry.load(_library.TASKS)
    return tuple(known[task].TITLE for task in tasks if task in known)
