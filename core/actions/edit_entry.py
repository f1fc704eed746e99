"""Rename a model of the library, note something about it, give it tags, or use another version of it."""

from __future__ import annotations

from dataclasses import dataclass

from core.actions import _library
from core.caller import Caller

QUICK = True


@dataclass(frozen=True)
class Request:
    model: str
    """The id."""
    title: str | None = None
    note: str | None = None
    tags: tuple[str, ...] | None = None
    use: bool = False
    """Make this version the one in use."""


def do(request: Request, caller: Caller) -> None:
    """None leaves a thing as it is. Raises UserError when the title is taken or too long."""
    shelf = _library.library().shelf
    if request.use:
        shelf.use(request.model, caller.visitor)
    if (request.title, request.note, request.tags) != (None, None, None):
        shelf.describe(request.model, caller.visitor, request.title, request.note, request.tags)
