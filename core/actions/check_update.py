"""Update available: whether the place a model came from has a newer version. Nothing is replaced."""

from __future__ import annotations

from dataclasses import dataclass

from core.actions import _hub, show_entry
from core.caller import Caller


@dataclass(frozen=True)
class Request:
    model: str
    """The id."""


@dataclass(frozen=True)
class Update:
    is_there: bool
    have: str
    """The commit this entry was taken from; empty when its source has no versions."""
    newest: str
    changed_at: str = ""


def do(request: Request, caller: Caller) -> Update:
    """Raises NotFetched when its source can't be asked."""
    entry = show_entry.do(show_entry.Request(request.model), caller).entry
    if not entry.origin.source:
        return Update(is_there=False, have="", newest="")
    found = _hub.detail(entry.origin.source, entry.origin.id, caller, again=True)
    is_there = bool(found.commit) and found.commit != entry.origin.commit
    return Update(is_there, entry.origin.commit, found.commit, found.listing.changed_at)
