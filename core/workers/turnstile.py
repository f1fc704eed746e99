"""Lets so many in at once, in order of arrival, each visitor's turn in turn.

A plain semaphore lets whoever just left in again and starves the others (measured: half of them waited a hundred times
longer), so who comes next is decided when somebody leaves.
"""

from __future__ import annotations

import itertools
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from core.caller import Caller, stopped
from core.errors import Full

TELL_AFTER_S = 1.0
"""Whoever waits longer than this is told their place, and again each second."""


class _Ticket:
    """One who waits."""

    def __init__(self, visitor: str, number: int) -> None:
        self.visitor = visitor
        self.number = number
        self.gate = threading.Lock()
        self.gate.acquire()
        self.admitted = False

    def open(self) -> None:
        with suppress(RuntimeError):  # it was open already
            self.gate.release()


class Turnstile:
    def __init__(self, places: int, places_per_visitor: int, longest_queue: int, queue_per_visitor: int) -> None:
        self._lock = threading.Lock()
        self._free = places
        self._per_visitor = places_per_visitor
        self._longest = longest_queue
        self._queue_per_visitor = queue_per_visitor
        self._inside: Counter[str] = Counter()
        self._last_turn: defaultdict[str, int] = defaultdict(int)
        self._waiting: list[_Ticket] = []
        self._numbers = itertools.count(1)
        self._turns = itertools.count(1)

    @contextmanager
    def inside(self, caller: Caller) -> Iterator[None]:
        """Waits for a place and keeps it. Raises Full at once when too many wait, Stopped when the caller gave up."""
        ticket = self._arrive(caller.visitor)
        if not ticket.admitted:
            self._wait(ticket, caller)
        try:
            yield
        finally:
            self._leave(caller.visitor)

    def waiting(self) -> int:
        return len(self._waiting)

    def _arrive(self, visitor: str) -> _Ticket:
        with self._lock:
            ticket = _Ticket(visitor, next(self._numbers))
            if self._may_enter(ticket) and not any(map(self._may_enter, self._waiting)):
                self._admit(ticket)
                return ticket
            mine = sum(other.visitor == visitor for other in self._waiting)
            if mine >= self._queue_per_visitor or len(self._waiting) >= self._longest:
                raise _full(mine, len(self._waiting))
            self._waiting.append(ticket)
            return ticket

    def _wait(self, ticket: _Ticket, caller: Caller) -> None:
        try:
            with caller.stop.interrupting(ticket.open):
                while not ticket.gate.acquire(timeout=TELL_AFTER_S):
                    ahead = self._ahead(ticket)
                    caller.say(None, f"Waiting for a free place: {ahead} before you" if ahead else "You are next")
        except BaseException:
            self._give_up(ticket)
            raise
        if not ticket.admitted:
            self._give_up(ticket)
            raise stopped()

    def _give_up(self, ticket: _Ticket) -> None:
        with self._lock:
            if ticket in self._waiting:
                self._waiting.remove(ticket)
                return
        if ticket.admitted:
            self._leave(ticket.visitor)

    def _ahead(self, ticket: _Ticket) -> int:
        with self._lock:
            return sum(other.number < ticket.number for other in self._waiting)

    def _may_enter(self, ticket: _Ticket) -> bool:
        return self._free > 0 and self._inside[ticket.visitor] < self._per_visitor

    def _admit(self, ticket: _Ticket) -> None:
        self._free -= 1
        self._inside[ticket.visitor] += 1
        self._last_turn[ticket.visitor] = next(self._turns)
        ticket.admitted = True

    def _leave(self, visitor: str) -> None:
        with self._lock:
            self._free += 1
            self._inside[visitor] -= 1
            if not self._inside[visitor]:
                del self._inside[visitor]
            called = []
            while next_in := self._next():
                self._waiting.remove(next_in)
                self._admit(next_in)
                called.append(next_in)
            if not self._waiting and not self._inside:
                self._last_turn.clear()  # nobody's turn is compared with anybody's any more
        for ticket in called:
            ticket.open()

    def _next(self) -> _Ticket | None:
        """Who has least inside; among those, whose last turn is longest ago; their own in order of arrival."""
        able = [ticket for ticket in self._waiting if self._may_enter(ticket)]
        return min(able, key=self._claim, default=None)

    def _claim(self, ticket: _Ticket) -> tuple[int, int, int]:
        return self._inside[ticket.visitor], self._last_turn[ticket.visitor], ticket.number


def _full(mine: int, all_: int) -> Full:
    return Full(
        "Too much is waiting already.",
        f"{all_} requests wait for a free place, {mine} of them yours.",
        "Wait until some of them are done, or stop one, then try again.",
    )
