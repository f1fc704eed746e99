"""Which models a source has. Runs in a look-up process, which has the network and writes nothing."""

from __future__ import annotations

from typing import Any

import msgspec

from core.inside._desk import Desk
from core.inside._sources import source
from core.listings import ListingPage, Query

RESULT = ListingPage


def do(request: dict[str, Any], _desk: Desk) -> ListingPage:
    """`request`: {"source", "query": a Query, "token": "" for none}. Raises NotFetched."""
    query = msgspec.convert(request["query"], type=Query)
    found: ListingPage = source(request["source"]).search(query, request["token"])
    return found
