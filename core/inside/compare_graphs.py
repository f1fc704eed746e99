"""Two graphs side by side: which step is which, what differs, and both pictures with some groups open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.graph.alongside import alongside
from core.graph.counterparts import Counterparts
from core.graph.difference import Difference, about_sizes, difference
from core.graph.match import match
from core.graph.units import units
from core.inside._atlas import atlas_of
from core.inside._desk import Desk
from core.inside._model import info_of
from core.scenes import Compared

FIRST, SECOND = "first", "second"
"""Roles of the two graphs in the model that the action puts together of them."""
RESULT = Compared


@dataclass(frozen=True)
class _Both:
    first: Counterparts
    second: Counterparts
    difference: Difference


def do(request: dict[str, Any], desk: Desk) -> Compared:
    """`request`: the model (see `_model.info_of`), "opened_first" and "opened_second": ids, or None for a first look;
    "sizes": bytes of both.
    """
    info_of(request, desk)
    both = _both(desk)
    opened = _ids(request["opened_first"])
    if opened is None:
        opened = atlas_of(FIRST, desk).first
    beside = _ids(request["opened_second"])
    if beside is None:
        beside = both.first.opened_alike(opened) or both.second.first_look
    found = both.difference
    before_bytes, now_bytes = request["sizes"]
    sentence = f"{found.sentence} {about_sizes(int(before_bytes), int(now_bytes))}"
    return Compared(both.first.side(opened), both.second.side(beside), sentence, found.counts, found.changes)


def _ids(given: Any) -> frozenset[str] | None:
    return None if given is None else frozenset(map(str, given))


def _both(desk: Desk) -> _Both:
    """Worked out on first use, and kept in the worker."""
    kept: dict[str, _Both] = desk.kept.setdefault("both graphs", {})
    if not kept:
        one, other = atlas_of(FIRST, desk), atlas_of(SECOND, desk)
        desk.say(None, "Finding out which step is which")
        places = units(one.model, one.drawn), units(other.model, other.drawn)
        pairs = match(*places)
        other = alongside(one, other, places, pairs)
        kept["both"] = _Both(
            Counterparts(one, other, places, pairs, turned=False),
            Counterparts(other, one, places, pairs, turned=True),
            difference(pairs, *places),
        )
    return kept["both"]
