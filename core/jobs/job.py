"""One action at work on a thread of its own, for one visitor, whether or not anybody looks."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable
from typing import Any, Literal

from core import jobs
from core.caller import Caller, Stop
from core.errors import Stopped, UserError

State = Literal["working", "done", "failed", "stopped"]
_log = logging.getLogger(__name__)


class Job:
    """Its fields are written by its own thread and read by any."""

    def __init__(self, action: str, request: Any, visitor: str, title: str, key: str = "") -> None:
        self.id = secrets.token_hex(8)
        self.action = action
        self.request = request
        self.visitor = visitor
        self.title = title
        self.key = key
        """What makes it the same as another one; empty for a job that is like no other."""
        self.stop = Stop()
        self.state: State = "working"
        self.share: float | None = None
        """0 to 1, or None while nobody knows."""
        self.words = ""
        self.result: Any = None
        self.error: UserError | None = None
        self.seen = False
        """Whether its end was shown to the visitor."""
        self._started = time.monotonic()
        self._ended: float | None = None
        self._over = threading.Event()

    def start(self, when_over: Callable[[Job], None]) -> None:
        threading.Thread(target=self._work, args=(when_over,), name=f"job {self.action}", daemon=True).start()

    def wait(self, seconds: float | None = None) -> bool:
        """Whether it is over, at the latest after so many seconds."""
        return self._over.wait(seconds)

    @property
    def is_over(self) -> bool:
        return self._over.is_set()

    def elapsed_s(self) -> float:
        return (self._ended or time.monotonic()) - self._started

    def left_s(self) -> float | None:
        """How long it will still take if it goes on like this; None while that can't be told."""
        if self.is_over or not self.share or self.elapsed_s() < 1:
            return None
        return self.elapsed_s() * (1 - self.share) / self.share

    def answer(self) -> Any:
        """The result of a job that is over. Raises the UserError it ended with."""
        self.seen = True
        if self.error is not None:
            raise self.error.with_traceback(None)
        return self.result

    def _say(self, share: float | None, words: str) -> None:
        self.share, self.words = share, words

    def _work(self, when_over: Callable[[Job], None]) -> None:
        try:
            self.result = jobs.module(self.action).do(self.request, Caller(self.visitor, self._say, self.stop))
            self.state = "done"
        except Stopped as error:
            self.state, self.error = "stopped", error
        except UserError as error:
            self.state, self.error = "failed", error
        except Exception as error:  # noqa: BLE001  one of the edges where everything is caught
            _log.exception("the action %s stopped", self.action)
            self.state, self.error = "failed", _our_mistake(error)
        self._ended = time.monotonic()
        _log.info("%s %s after %.0f ms%s", self.action, self.state, self.elapsed_s() * 1000, _family(self.error))
        try:
            when_over(self)
        finally:
            self._over.set()


def _family(error: UserError | None) -> str:
    return f" ({type(error).__name__})" if error else ""


def _our_mistake(error: Exception) -> UserError:
    import traceback

    return UserError(
        "Something went wrong in this app.",
        "This is our mistake, not yours. Nothing of yours was lost.",
        "Try again, or pick another model. If it happens again, please report what is under Details.",
        "".join(traceback.format_exception(error)[-3:]),
    )
