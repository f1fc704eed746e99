"""My library: one page of the models of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.actions import _library
from core.caller import Caller
from core.store.entries import Page

QUICK = True


@dataclass(frozen=True)
class Request:
    words: str = ""
    tag: str = ""
    sort: Literal["used", "added", "title", "size"] = "used"
    start: int = 0
    count: int = 24
    all_versions: bool = False
    """Not only those in use."""


@dataclass(frozen=True)
class Shelf:
    page: Page
    tags: tuple[tuple[str, int], ...]
    """Each tag and how many models have it."""


def do(request: Request, caller: Caller) -> Shelf:
    """One entry per model: the version in use. Nothing is opened."""
    page = _library.library().shelf.page(
        caller.visitor,
        request.words,
        tag=request.tag,
        sort=request.sort,
        start=request.start,
        count=request.count,
        all_versions=request.all_versions,
        also=_library.shared_by(caller),
    )
    return Shelf(page, _library.library().shelf.tags(caller.visitor))
