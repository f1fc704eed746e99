"""All workers of this app: warm ones by what they have open, spares for what comes next, the oldest ended for room."""

from __future__ import annotations

import atexit
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

from core import settings
from core.caller import Caller
from core.errors import TooLarge
from core.fit import budget_bytes
from core.workers import rules
from core.workers.clock import CLOCK
from core.workers.rules import KindName
from core.workers.turnstile import Turnstile
from core.workers.worker import NURSERY, Begin, Worker

Key: TypeAlias = tuple[str, ...]
"""What a warm worker has open, the visitor first where nobody else may use it."""


@dataclass(frozen=True)
class Place:
    """What somebody needs a worker for."""

    key: Key
    """Empty: nobody wants it again, it is ended after use."""
    begin: Begin
    estimate_bytes: int = 0
    """What it will take of memory, guessed from the size of the files."""


class Pool:
    """Safe to use from many threads. `turnstile` decides who may work at once; `others` are turnstiles for kinds of
    process that mostly wait for the network, so that they hold no place in which a model could work.
    """

    def __init__(
        self, turnstile: Turnstile, budget_bytes: int, most: int, others: Mapping[KindName, Turnstile] | None = None
    ) -> None:
        self.turnstile = turnstile
        self._others = others or {}
        self.budget_bytes = budget_bytes
        self._most = most
        self._lock = threading.Lock()
        self._idle: OrderedDict[Worker, Key] = OrderedDict()
        self._busy: dict[Worker, Key] = {}
        self._spares: list[Worker] = []
        self._closed = False
        self._sweep: list[object] = []

    @contextmanager
    def worker(self, place: Place, caller: Caller) -> Iterator[Worker]:
        """A worker for this place, warm where there is one, for as long as the block lasts.

        Raises Full or Stopped while waiting, TooLarge when it can't fit into memory.
        """
        with self._others.get(place.begin.kind, self.turnstile).inside(caller):
            worker = self._take(place)
            try:
                yield worker
            finally:
                self._give_back(worker)

    def keep(self, worker: Worker, key: Key) -> None:
        """What this busy worker has open is known now: it stays warm under this key."""
        with self._lock:
            self._busy[worker] = key

    def warm_up(self) -> None:
        """Start the spares, so that the first to come needn't wait for one."""
        with self._lock:
            while len(self._spares) < settings.SPARES and not self._closed:
                self._spares.append(Worker())

    def forget(self, *words: str) -> None:
        """End the idle workers whose key has one of these words: a model that was removed, a visitor who has left."""
        with self._lock:
            ending = [worker for worker, key in self._idle.items() if set(words) & set(key)]
            for worker in ending:
                del self._idle[worker]
            for worker, key in self._busy.items():
                if set(words) & set(key):
                    self._busy[worker] = ()  # ended after use
        for worker in ending:
            worker.bury()

    def workers(self) -> list[tuple[Worker, Key, bool]]:
        """Each worker that has begun, what it has open, and whether it is working now."""
        with self._lock:
            return [(w, key, True) for w, key in self._busy.items()] + [(w, k, False) for w, k in self._idle.items()]

    def close(self) -> None:
        """End all of them."""
        with self._lock:
            self._closed = True
            resting, working = [*self._idle, *self._spares], list(self._busy)
            self._idle.clear()
            self._spares.clear()
        for worker in working:
            worker.end("closing")
        for worker in resting:
            worker.bury()

    def _take(self, place: Place) -> Worker:
        with self._lock:
            dead = [worker for worker in self._idle if not worker.is_alive]
            for worker in dead:
                del self._idle[worker]
            warm = next((worker for worker in reversed(self._idle) if self._idle[worker] == place.key), None)
            if warm:
                del self._idle[warm]
                self._busy[warm] = place.key
        for worker in dead:
            worker.bury()
        if warm:
            return warm
        self._make_room(place.estimate_bytes)
        worker = self._fresh(rules.KINDS[place.begin.kind].libraries)
        with self._lock:
            self._busy[worker] = place.key
        try:
            worker.begin(place.begin)
        except BaseException:
            self._give_back(worker)
            raise
        return worker

    def _fresh(self, libraries: bool) -> Worker:
        """The oldest spare, if it will do, and a new one starting in its place."""
        if not libraries:
            return Worker(libraries=False)
        with self._lock:
            worker = self._spares.pop(0) if self._spares else None
        if worker is not None and not worker.is_alive:
            worker.bury()
            worker = None
        worker = worker or Worker()
        CLOCK.after(0, self.warm_up)
        return worker

    def _give_back(self, worker: Worker) -> None:
        with self._lock:
            key = self._busy.pop(worker, ())
            stays = bool(key) and worker.is_alive and not self._closed
            if stays:
                self._idle[worker] = key
                self._idle.move_to_end(worker)
                too_many = [self._idle.popitem(last=False)[0] for _ in range(len(self._idle) - self._most)]
        if not stays:
            worker.bury()
            return
        for old in too_many:
            old.bury()
        self._end_later()

    def _make_room(self, estimate_bytes: int) -> None:
        """End the idle workers used longest ago, until what is coming fits."""
        if estimate_bytes > self.budget_bytes:
            raise TooLarge(
                "This model is too large for this computer.",
                f"It would take about {estimate_bytes / 1e9:.1f} GB of memory; all models together may take "
                f"{self.budget_bytes / 1e9:.1f} GB here.",
                "Use a smaller version of the model. The page Settings shows the limit and how to raise it.",
            )
        while True:
            with self._lock:
                taken = sum(worker.memory_bytes() for worker in (*self._idle, *self._busy))
                if not self._idle or taken + estimate_bytes <= self.budget_bytes:
                    return
                oldest, _ = self._idle.popitem(last=False)
            oldest.bury()

    def _end_later(self) -> None:
        """Whoever isn't used again for a while is ended; one entry in the clock for all of them."""
        CLOCK.call_off(self._sweep)  # type: ignore[arg-type]
        self._sweep = CLOCK.after(settings.WARM_S, self._end_all_idle)  # type: ignore[assignment]

    def _end_all_idle(self) -> None:
        with self._lock:
            idle = list(self._idle)
            self._idle.clear()
        for worker in idle:
            worker.bury()


_pool: Pool | None = None
_making = threading.Lock()


def pool() -> Pool:
    """The one pool of this process, made on first use."""
    global _pool  # noqa: PLW0603  one per process by its nature
    with _making:
        if _pool is None:
            queue = settings.MAX_WAITING, settings.MAX_WAITING_PER_VISITOR
            turnstile = Turnstile(settings.worker_places(), settings.places_per_visitor(), *queue)
            others: dict[KindName, Turnstile] = {
                "look_up": Turnstile(settings.LOOK_UP_PLACES, settings.LOOK_UP_PLACES_PER_VISITOR, *queue),
                "download": Turnstile(settings.DOWNLOAD_PLACES, settings.DOWNLOAD_PLACES_PER_VISITOR, *queue),
            }
            _pool = Pool(turnstile, budget_bytes(), settings.MAX_WARM_WORKERS, others)
            atexit.register(NURSERY.close)
            atexit.register(_pool.close)  # what is registered last is called first
        return _pool
