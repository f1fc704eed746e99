"""Sign in: a token for models whose author wants to know who fetches them. Kept in memory, never written down."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.actions import _hub
from core.caller import Caller

QUICK = True


@dataclass(frozen=True)
class Request:
    token: str = field(repr=False)
    """Empty to forget it."""


def do(request: Request, caller: Caller) -> bool:
    """Whether there is a token now."""
    _hub.keep_token(request.token, caller)
    return bool(_hub.token(caller))
