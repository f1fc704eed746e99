"""Look inside before fetching: what a model takes, gives and is made of, read from a few pieces of its file."""

from __future__ import annotations

from dataclasses import dataclass

from core.actions import _hub, _workers
from core.caller import Caller
from core.errors import NotFetched
from core.listings import Preview


@dataclass(frozen=True)
class Request:
    source: str
    id: str
    variant: str


def do(request: Request, caller: Caller) -> dict[str, Preview]:
    """By role. Raises NotFetched when it can't be told without fetching the whole file."""
    detail = _hub.detail(request.source, request.id, caller)
    variant = _hub.variant_of(detail, request.variant)
    files = {file.path: file for file in variant.files}
    found = {}
    for role, path in variant.parts.items():
        file = files[path]
        if not file.size_bytes:
            raise NotFetched(
                "This model can't be looked into before it is fetched.",
                "Its source doesn't say how large the file is.",
                "Get it, then look at it.",
            )
        caller.say(None, f"Looking into {path}")
        asked = {"url": file.url, "source": detail.listing.source, "token": _hub.token(caller)}

        def read(start: int, end: int, asked: dict[str, str] = asked) -> bytes:
            piece: bytes = _workers.ask_hub("read_range", caller, {**asked, "start": start, "end": end})
            return piece

        found[role] = _workers.peek(caller, file.size_bytes, read)
    return found
