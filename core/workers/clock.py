"""One thread that looks after everything with a time limit, and sleeps while nothing has one."""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_SWEEP_FROM = 64
_log = logging.getLogger(__name__)


class Clock:
    """Calls what is due. Nothing is polled: it sleeps until the next time limit, or for good when there is none."""

    def __init__(self) -> None:
        self._wake = threading.Condition()
        self._due: list[tuple[float, int, list[Callable[[], None]]]] = []
        self._numbers = itertools.count()
        self._called_off = 0
        self._thread: threading.Thread | None = None

    @contextmanager
    def limit(self, seconds: float, ring: Callable[[], None]) -> Iterator[None]:
        """Calls `ring` unless the block is left before the time is up."""
        entry = self.after(seconds, ring)
        try:
            yield
        finally:
            self.call_off(entry)

    def call_off(self, entry: list[Callable[[], None]]) -> None:
        """Takes back what `after` returned. Long limits that are over early must not pile up."""
        with self._wake:
            self._called_off += bool(entry)
            entry.clear()
            if self._called_off > max(_SWEEP_FROM, len(self._due) // 2):
                self._due = [due for due in self._due if due[2]]
                heapq.heapify(self._due)
                self._called_off = 0

    def after(self, seconds: float, ring: Callable[[], None]) -> list[Callable[[], None]]:
        """Calls `ring` once, after so many seconds, unless what is returned is called off."""
        entry = [ring]
        due = (time.monotonic() + seconds, next(self._numbers), entry)
        with self._wake:
            first = not self._due or due < self._due[0]
            heapq.heappush(self._due, due)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="clock", daemon=True)
                self._thread.start()
            elif first:
                self._wake.notify()
        return entry

    def _run(self) -> None:
        while True:
            ring = self._next()
            if ring:
                try:
                    ring()
                except Exception:  # noqa: BLE001  whatever fails, everything else keeps its time limit
                    _log.exception("what the clock called failed")

    def _next(self) -> Callable[[], None] | None:
        with self._wake:
            while self._due and not self._due[0][2]:
                heapq.heappop(self._due)
                self._called_off -= 1
            if not self._due:
                self._wake.wait()
                return None
            left = self._due[0][0] - time.monotonic()
            if left > 0:
                self._wake.wait(left)
                return None
            entry = heapq.heappop(self._due)[2]
        return entry[0] if entry else None


CLOCK = Clock()
