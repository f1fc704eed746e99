"""Which step of one graph is which of another: by what they do and how they hang together, not only by their names.

Surest first: steps with all the same above and below them; names, where these can be believed; all the same above, or
below, or near; the longest common subsequence of what is left in the order of work; and what lies between the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from core.graph.alignment import common
from core.graph.likeness import NOTHING, Likeness
from core.graph.units import Unit

Kind: TypeAlias = Literal["same", "changed", "added", "removed"]
Change: TypeAlias = Literal["operator", "weights", "format", "attributes"]
_BELIEVED = 0.95
"""The share of equal names that have to mean equal steps."""
_OFTEN_ENOUGH = 0.5
_ENDINGS = re.compile(r"([_/](quant|quantized|quantize|q|fp16))+$")
_RADII = (3, 2)
_ROUNDS = 20


@dataclass(frozen=True)
class Pair:
    first: int
    """Place of a unit; NOTHING for what was added."""
    second: int
    kind: Kind
    changes: tuple[Change, ...] = ()
    """operator: it does something else · weights: of another shape · format: numbers of another kind · attributes:
    other settings."""
    is_all_alike: bool = False
    """Everything that leads to it, and everything it leads to, is the same too."""


def match(first: Sequence[Unit], second: Sequence[Unit]) -> tuple[Pair, ...]:
    """Every unit of both exactly once, in the order of the first; what was added comes last."""
    known: dict[Hashable, int] = {}
    found = _Matching(Likeness(first, known), Likeness(second, known))
    one, other = found.first, found.second
    found.alike(list(zip(one.up, one.down, strict=True)), list(zip(other.up, other.down, strict=True)))
    found.exact = [place != NOTHING for place in one.partner]
    found.by_names()
    found.alike(one.up, other.up)
    found.alike(one.down, other.down)
    for radius in _RADII:
        found.alike(one.near(radius), other.near(radius), most=1)
    for label in ("labels", "shaped", "does"):
        found.in_order(getattr(one, label), getattr(other, label))
    found.replaced()
    return found.pairs()


@dataclass
class _Matching:
    first: Likeness
    second: Likeness
    names: tuple[list[str], list[str]] = field(init=False)
    exact: list[bool] = field(default_factory=list)
    """Of each step of the first: whether all before and after it is the same."""

    def __post_init__(self) -> None:
        self.names = _names(self.first.units), _names(self.second.units)

    def pair(self, one: int, other: int) -> None:
        self.first.partner[one], self.second.partner[other] = other, one

    def alike(self, keys: Sequence[Hashable], others: Sequence[Hashable], most: int = 0) -> None:
        """Pairs what has the same key, where both sides have as many of it; at most `most` where that isn't 0."""
        mine, theirs = _groups(self.first, keys), _groups(self.second, others)
        for key, places in mine.items():
            found = theirs.get(key, [])
            if len(found) == len(places) and (not most or len(places) <= most):
                self._all(places, found)

    def _all(self, places: Sequence[int], others: Sequence[int]) -> None:
        """By name where that works out, else in the order of work."""
        named = {self.names[1][other]: other for other in others}
        mine = [self.names[0][place] for place in places]
        if len(named) == len(others) and set(mine) == set(named) and "" not in named:
            others = [named[name] for name in mine]
        for place, other in zip(places, others, strict=True):
            self.pair(place, other)

    def by_names(self) -> None:
        """Names count where nearly all that both have mean the same kind of step; numbered ones often don't."""
        mine = {name: place for place, name in enumerate(self.names[0]) if name}
        theirs = {name: place for place, name in enumerate(self.names[1]) if name}
        both = [(place, theirs[name]) for name, place in mine.items() if name in theirs]
        same = [pair for pair in both if self.first.shaped[pair[0]] == self.second.shaped[pair[1]]]
        least = _OFTEN_ENOUGH * min(len(self.first.units), len(self.second.units))
        if len(both) < least or len(same) < _BELIEVED * len(both):
            return
        for place, other in same:
            if self.first.partner[place] == NOTHING and self.second.partner[other] == NOTHING:
                self.pair(place, other)

    def in_order(self, labels: Sequence[int], others: Sequence[int]) -> None:
        """Pairs by the longest common subsequence; what is paired already holds the two lists together."""
        one, other = self.first, self.second
        mine = [-1 - place if one.partner[place] != NOTHING else labels[place] for place in one.order]
        theirs = [-1 - other.partner[p] if other.partner[p] != NOTHING else others[p] for p in other.order]
        if not any(key >= 0 for key in mine) or not any(key >= 0 for key in theirs):
            return
        for here, there in common(mine, theirs):
            if mine[here] >= 0:
                self.pair(one.order[here], other.order[there])

    def replaced(self) -> None:
        """What is left on both sides between the same neighbours took each other's place; from the edges inwards."""
        for _ in range(_ROUNDS):
            left = self._left()
            found = [(places, left[1][key]) for key, places in left[0].items() if key in left[1]]
            for places, others in found:
                for place, other in zip(places, others, strict=False):
                    self.pair(place, other)
            if not found:
                return

    def _left(self) -> tuple[dict[Hashable, list[int]], dict[Hashable, list[int]]]:
        """What isn't paired yet, by what it is tied to; ties are told by places in the second graph."""
        mine: dict[Hashable, list[int]] = {}
        theirs: dict[Hashable, list[int]] = {}
        for side, found in ((self.first, mine), (self.second, theirs)):
            for place in side.order:
                if side.partner[place] == NOTHING and (ties := self._ties(side, place)):
                    found.setdefault(ties, []).append(place)
        return mine, theirs

    def _ties(self, side: Likeness, place: int) -> Hashable:
        """Empty where nothing around is known."""
        fed = {self._in_second(side, one) for _, one in side.units[place].sources} - {None}
        read = {self._in_second(side, one) for _, one in side.readers[place]} - {None}
        return (frozenset(fed), frozenset(read)) if fed or read else ()

    def _in_second(self, side: Likeness, place: int) -> int | None:
        if place < 0 or side.partner[place] == NOTHING:
            return place if place < 0 else None
        return side.partner[place] if side is self.first else place

    def pairs(self) -> tuple[Pair, ...]:
        found = [
            Pair(place, NOTHING, "removed") if other == NOTHING else self._judged(place, other)
            for place, other in enumerate(self.first.partner)
        ]
        added = [place for place, one in enumerate(self.second.partner) if one == NOTHING]
        return (*found, *(Pair(NOTHING, place, "added") for place in added))

    def _judged(self, place: int, other: int) -> Pair:
        changes = _changes(self.first.units[place], self.second.units[other])
        return Pair(place, other, "changed" if changes else "same", changes, self.exact[place])


def _groups(side: Likeness, keys: Sequence[Hashable]) -> dict[Hashable, list[int]]:
    """What isn't paired yet by its key, in the order of work."""
    found: dict[Hashable, list[int]] = {}
    for place in side.order:
        if side.partner[place] == NOTHING:
            found.setdefault(keys[place], []).append(place)
    return found


def _names(units: Sequence[Unit]) -> list[str]:
    """Without what making a model smaller adds; empty where several are called alike."""
    names = [_ENDINGS.sub("", unit.name) for unit in units]
    often = Counter(names)
    return [name if often[name] == 1 else "" for name in names]


def _changes(one: Unit, other: Unit) -> tuple[Change, ...]:
    found: list[Change] = []
    if one.does != other.does:
        found.append("operator")
    elif one.shapes != other.shapes:
        found.append("weights")
    if one.does == other.does and one.settings != other.settings:
        found.append("attributes")
    alike = one.formats == other.formats if one.shapes == other.shapes else set(one.formats) == set(other.formats)
    if one.is_whole != other.is_whole or (one.does == other.does and not alike):
        found.append("format")
    return tuple(found)
