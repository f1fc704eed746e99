"""Find: models that could be fetched, by words, task, name or address."""

from __future__ import annotations

from dataclasses import dataclass

from core import licences
from core.actions import _hub, _library, _workers
from core.caller import Caller
from core.listings import Listing, ListingPage, Query


@dataclass(frozen=True)
class Request:
    words: str = ""
    task: str = ""
    sort: str = "downloads"
    source: str = "huggingface"
    cursor: str = ""


@dataclass(frozen=True)
class Found:
    listing: Listing
    licence: licences.Licence
    mine: tuple[str, ...]
    """Ids of entries of the library that came from it."""


@dataclass(frozen=True)
class FoundPage:
    found: tuple[Found, ...]
    next: str
    """Cursor of the page after; empty at the end."""


def do(request: Request, caller: Caller) -> FoundPage:
    """One page. Raises NotFetched in words when the source can't be asked."""
    query = Query(request.words.strip(), request.task, request.sort, request.cursor)
    asked = {"source": request.source, "query": query, "token": _hub.token(caller)}
    page: ListingPage = _workers.ask_hub("find_listings", caller, asked)
    return FoundPage(tuple(_found(listing, caller) for listing in page.listings), page.next)


def _found(listing: Listing, caller: Caller) -> Found:
    mine = _library.library().shelf.of_origin(listing.source, listing.id, caller.visitor)
    return Found(listing, licences.licence(listing.licence), tuple(entry.info.id for entry in mine))
