"""How far a fetch of several files is: bytes and speed over all of them, said a few times a second."""

from __future__ import annotations

import time
from collections.abc import Sequence

from core.listings import RemoteFile
from core.quantities import size
from core.types import Say

_SAY_EVERY_S = 0.2


class Progress:
    def __init__(self, files: Sequence[RemoteFile], say: Say) -> None:
        self._say = say
        self._total = sum(file.size_bytes or 0 for file in files)
        self._done = self._came = 0
        self._start = self._told = time.monotonic()

    def had(self, count: int) -> None:
        """Bytes that were there already; negative when they had to be thrown away."""
        self._done += count

    def came(self, count: int) -> None:
        """Bytes that have just arrived."""
        self._done += count
        self._came += count
        now = time.monotonic()
        if now - self._told >= _SAY_EVERY_S:
            self._told = now
            speed = self._came / max(now - self._start, 0.1)
            of = f" of {size(self._total)}" if self._total else ""
            self._say(self._share(), f"{size(self._done)}{of}, {size(speed)} a second")

    def words(self, words: str) -> None:
        self._say(self._share(), words)

    def _share(self) -> float | None:
        return min(1.0, max(0.0, self._done / self._total)) if self._total else None
