"""What a file on this shelf offers: a source of models. Called in a process with the network that parses no model."""

from __future__ import annotations

from typing import Protocol

from core.listings import Detail, ListingPage, Query


class Source(Protocol):
    TITLE: str
    """`Hugging Face Hub`"""

    def search(self, query: Query, token: str) -> ListingPage:
        """One page of what matches. Raises NotFetched in words."""
        ...

    def look_up(self, id_: str, token: str) -> Detail:
        """What there is of this model; ids may be as people paste them. Raises NotFetched or ModelNotFound in words."""
        ...
