"""What a process may use at most. The system holds it to that; nothing here can be undone from inside."""

from __future__ import annotations

import ctypes
import mmap
import os
import signal
import sys

if sys.platform != "win32":
    import resource  # at once: when the doors are closed, nothing can be imported

MAX_OPEN_FILES = 4_096
_DIE_WITH_PARENT = 1
"""Option of prctl."""


def limit_memory(size_bytes: int) -> bool:
    """At most so many bytes of addresses; beyond that allocations fail. False where the system doesn't see to it.

    Counts what is mapped, such as libraries and model files, and not only what is in use.
    """
    if sys.platform != "linux":
        return False  # macOS takes the number and doesn't care
    return _lower(resource.RLIMIT_AS, size_bytes)


def memory_limit() -> str:
    """`rlimit` when more memory than allowed is really refused, else empty."""
    if sys.platform != "linux":
        return ""
    allowed = resource.getrlimit(resource.RLIMIT_AS)[0]
    if allowed == resource.RLIM_INFINITY:
        return ""
    try:
        mmap.mmap(-1, allowed).close()  # with what is there already, this is too much
    except (OSError, ValueError, OverflowError):
        return "rlimit"
    return ""


def limit_rest(file_bytes: int, parent: int = 0) -> None:
    """No memory dumps, no file above `file_bytes`, few open files, and an end with the parent (Linux).

    The end comes with the *thread* of the parent that started this process, so start it from one that stays. `parent`
    is the number of the process that should be the parent: when it is gone already, so is this one. Call it before
    close_doors.
    """
    if sys.platform == "win32":
        return
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, file_bytes)
    _lower(resource.RLIMIT_NOFILE, MAX_OPEN_FILES)
    if sys.platform == "linux":
        _die_with(parent or os.getppid())


def _die_with(parent: int) -> None:
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:  # it ended before the line above
        os._exit(1)


def _lower(what: int, value: int) -> bool:
    """Both limits, so that they can't be raised again; never above what is allowed already."""
    highest = resource.getrlimit(what)[1]
    lowered = value if highest == resource.RLIM_INFINITY else min(value, highest)
    try:
        resource.setrlimit(what, (lowered, lowered))
    except (OSError, ValueError):
        return False
    return True
