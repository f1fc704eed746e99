"""Models: every model that can be opened, starters first."""

from __future__ import annotations

from dataclasses import dataclass

from core import registry
from core.actions import _library
from core.caller import Caller
from core.store.entries import Entry

QUICK = True
"""A look-up: nothing of anybody's is read, so no job is made of it."""


@dataclass(frozen=True)
class Request:
    also: tuple[str, ...] = ()
    """Ids of entries to list although they aren't among those used last."""


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


MOST_OWN = 60
"""A list to pick from; the page My library has all."""


def do(request: Request, caller: Caller) -> tuple[ModelCard, ...]:
    """The starters, and of the visitor's own the versions in use, the last used first. Nothing is built or opened."""
    return (*_starters(), *_own(request.also, caller))


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


def _own(also: tuple[str, ...], caller: Caller) -> list[ModelCard]:
    shelf, shared = _library.library().shelf, _library.shared_by(caller)
    entries = {
        entry.info.id: entry for entry in shelf.page(caller.visitor, sort="used", count=MOST_OWN, also=shared).entries
    }
    for id_ in also:
        entry = None if id_ in entries else shelf.entry(id_, caller.visitor, also=shared)
        if entry:
            entries[id_] = entry
    return [_card(entry, caller.visitor) for entry in entries.values()]


def _card(entry: Entry, visitor: str) -> ModelCard:
    info = entry.info
    decided = _library.library().decision(_library.key(info), visitor).task
    tasks = (decided,) if decided else info.tasks
    title = info.title if entry.in_use else f"{info.title} ({entry.version})"
    return ModelCard(
        info.id,
        title,
        info.summary,
        info.origin,
        tasks,
        _titles(tasks),
        entry.size_bytes,
        info.licence,
        info.source,
    )


def _titles(tasks: tuple[str, ...]) -> tuple[str, ...]:
    known = registry.load(_library.TASKS)
    return tuple(known[task].TITLE for task in tasks if task in known)
