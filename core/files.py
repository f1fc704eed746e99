"""Files a model needs besides its graphs, such as a vocabulary.

A worker can open nothing itself: the app hands it what it needs, and it is found here under its path. Elsewhere, in
tests for one, the file is simply read.
"""

from __future__ import annotations

from pathlib import Path

_given: dict[str, memoryview] = {}


def give(path: str, content: memoryview) -> None:
    _given[path] = content


def forget(path: str) -> None:
    _given.pop(path, None)


def read(path: str) -> bytes:
    """The whole file. Raises OSError when it is neither given nor there."""
    given = _given.get(path)
    return Path(path).read_bytes() if given is None else bytes(given)
