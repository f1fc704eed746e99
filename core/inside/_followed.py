"""What a worker keeps while somebody follows an input: what was fed, and what was already drawn of inner values."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

import numpy as np

from core.scenes import Shown
from core.types import Graph, Value

MOST_VISITS, MOST_FED_BYTES, MOST_SHOWN_BYTES = 6, 100 * 2**20, 50 * 2**20


@dataclass
class Visit:
    """One input on its way through all parts of a model."""

    feeds: dict[str, dict[str, Value]] = field(default_factory=dict)
    """What each part was fed the first time, by its role."""
    runs: dict[str, int] = field(default_factory=dict)
    answer: str = ""
    trouble: str = ""
    """Why there is no answer."""

    def recording(self, role: str, graph: Graph) -> Graph:
        """The same graph, which leaves here what it was fed."""

        def run(fed: Mapping[str, Value]) -> dict[str, Value]:
            self.runs[role] = self.runs.get(role, 0) + 1
            if role not in self.feeds:  # a copy: a task may use its memory again
                self.feeds[role] = {
                    name: value.copy() if isinstance(value, np.ndarray) else value for name, value in fed.items()
                }
            return graph(fed)

        return run

    def size_bytes(self) -> int:
        return sum(bytes_of(value) for fed in self.feeds.values() for value in fed.values())


@dataclass
class Kept:
    """The last few inputs, and what was drawn of them; what was used longest ago goes first."""

    visits: OrderedDict[str, Visit] = field(default_factory=OrderedDict)
    shown: OrderedDict[tuple[str, str, str], Shown] = field(default_factory=OrderedDict)
    """By input, role and name of the value."""

    def visit(self, mark: str, make: Callable[[], Visit]) -> Visit:
        if mark not in self.visits:
            self.visits[mark] = make()
        self.visits.move_to_end(mark)
        while len(self.visits) > 1 and (
            len(self.visits) > MOST_VISITS or sum(one.size_bytes() for one in self.visits.values()) > MOST_FED_BYTES
        ):
            self.visits.popitem(last=False)
        return self.visits[mark]

    def find(self, mark: str, role: str, name: str) -> Shown | None:
        found = self.shown.get((mark, role, name))
        if found is not None:
            self.shown.move_to_end((mark, role, name))
        return found

    def keep(self, mark: str, role: str, name: str, drawn: Shown) -> None:
        self.shown[mark, role, name] = drawn
        total = sum(map(_weight, self.shown.values()))
        while total > MOST_SHOWN_BYTES and len(self.shown) > 1:
            total -= _weight(self.shown.popitem(last=False)[1])


def fingerprint(*things: Any) -> str:
    """The same for the same plain data, files and arrays included."""
    digest = hashlib.blake2b(digest_size=16)
    waiting = list(things)
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, np.ndarray) and thing.dtype.kind != "O":
            digest.update(f"{thing.dtype} {thing.shape};".encode() + thing.tobytes())
        elif isinstance(thing, bytes):
            digest.update(b"b%d:" % len(thing) + thing)
        elif isinstance(thing, dict):
            waiting += ["}", *(part for pair in thing.items() for part in pair)]
        elif isinstance(thing, list | tuple | np.ndarray):
            waiting += [")", len(thing), *thing]
        elif is_dataclass(thing):
            waiting += [type(thing).__name__, *(getattr(thing, one.name) for one in fields(thing))]
        else:
            digest.update(f"{thing!r};".encode("utf-8", "replace"))
    return digest.hexdigest()


def bytes_of(value: Value) -> int:
    if isinstance(value, np.ndarray):
        return value.nbytes
    return sum(map(bytes_of, value)) if isinstance(value, list | tuple) else 64


def _weight(drawn: Shown) -> int:
    return 1000 + drawn.pixels.nbytes + drawn.figures.nbytes + drawn.likeness.nbytes
