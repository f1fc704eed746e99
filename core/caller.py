"""Who pressed the button: whose files an action may see, who hears how far it is, and how it is told to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from core import settings
from core.errors import Stopped
from core.types import Say


class Stop:
    """A button that can be pressed once, from any thread. Whoever is working says how to be interrupted."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._interrupts: list[Callable[[], None]] = []
        self.pressed = False

    def press(self) -> None:
        with self._lock:
            self.pressed = True
            interrupts = list(self._interrupts)
        for interrupt in interrupts:
            interrupt()

    @contextmanager
    def interrupting(self, interrupt: Callable[[], None]) -> Iterator[None]:
        """While inside, pressing Stop calls `interrupt`. Raises Stopped when it was pressed before."""
        with self._lock:
            if self.pressed:
                raise stopped()
            self._interrupts.append(interrupt)
        try:
            yield
        finally:
            with self._lock:
                self._interrupts.remove(interrupt)


def stopped() -> Stopped:
    return Stopped("Stopped.", "You pressed Stop before it was done.", "Start it again whenever you like.")


def _silent(_share: float | None, _words: str) -> None:
    """For callers who don't want to hear."""


@dataclass(frozen=True)
class Caller:
    visitor: str = settings.OWNER
    """`settings.OWNER` at one's own computer; in a classroom each browser is a visitor of its own."""
    say: Say = _silent
    stop: Stop = field(default_factory=Stop)

    @property
    def is_owner(self) -> bool:
        return self.visitor == settings.OWNER
