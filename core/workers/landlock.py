"""Landlock: a Linux process confines itself to a few folders, without special rights and for good.

Source: https://docs.kernel.org/userspace-api/landlock.html and include/uapi/linux/landlock.h. Kernels differ in the
version ("ABI") they speak; what an older one lacks is left out.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from enum import IntFlag
from typing import Any

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
"""System calls; the same numbers on every machine."""
_ASK_VERSION = 1
_PATH_BENEATH = 1
_ALL_THREADS = 1 << 3
"""Flag of restrict_self, from version 8."""


class Access(IntFlag):
    """What can be done with a file or a folder."""

    EXECUTE = 1 << 0
    WRITE_FILE = 1 << 1
    READ_FILE = 1 << 2
    READ_DIR = 1 << 3
    REMOVE_DIR = 1 << 4
    REMOVE_FILE = 1 << 5
    MAKE_CHAR = 1 << 6
    MAKE_DIR = 1 << 7
    MAKE_REG = 1 << 8
    MAKE_SOCK = 1 << 9
    MAKE_FIFO = 1 << 10
    MAKE_BLOCK = 1 << 11
    MAKE_SYM = 1 << 12
    REFER = 1 << 13
    TRUNCATE = 1 << 14
    IOCTL_DEV = 1 << 15


_READ = Access.READ_FILE | Access.READ_DIR
_WRITE = (
    _READ
    | Access.WRITE_FILE
    | Access.TRUNCATE
    | Access.MAKE_REG
    | Access.MAKE_DIR
    | Access.REMOVE_FILE
    | Access.REMOVE_DIR
    | Access.REFER
)
"""Plain files and folders only: a link or a pipe left behind could lead astray whoever looks into the folder next."""
_ON_FILES = Access.READ_FILE | Access.WRITE_FILE | Access.TRUNCATE
_SINCE = {2: Access.REFER, 3: Access.TRUNCATE, 5: Access.IOCTL_DEV}
_BIND_TCP, _CONNECT_TCP = 1, 2
_NO_ABSTRACT_SOCKETS_OUTSIDE, _NO_SIGNALS_OUTSIDE = 1, 2


def version() -> int:
    """The version of Landlock this kernel speaks, 1 or more; 0 where there is none."""
    return max(0, _call(_CREATE_RULESET, None, 0, _ASK_VERSION)) if sys.platform == "linux" else 0


def confine(read: Iterable[str], write: Iterable[str], *, connect: bool) -> bool:
    """Closes all files but these folders and files; TCP too unless `connect`, and from version 6 signals to others.

    Needs "no new privileges" to be set. Paths that don't exist are passed over. True when every thread is confined.
    """
    spoken = version()
    if not spoken:
        return False
    alone = _is_only_thread()
    ruleset = _new_ruleset(spoken, connect=connect)
    if ruleset < 0:
        return False
    try:
        for paths, access in ((read, _READ), (write, _WRITE)):
            for path in paths:
                _allow(ruleset, path, access & handled(spoken))
        return _restrict(ruleset, spoken, alone=alone)
    finally:
        os.close(ruleset)


def handled(spoken: int) -> Access:
    """Every access this version knows: what isn't handled would stay allowed."""
    newer = [access for since, access in _SINCE.items() if spoken < since]
    return Access(sum(Access) & ~sum(newer))


def attributes(spoken: int, *, connect: bool) -> bytes:
    """A struct landlock_ruleset_attr, as long as this version knows it."""
    net = _BIND_TCP if connect else _BIND_TCP | _CONNECT_TCP
    whole = struct.pack("=QQQ", handled(spoken), net, _NO_ABSTRACT_SOCKETS_OUTSIDE | _NO_SIGNALS_OUTSIDE)
    return whole[: 24 if spoken >= 6 else 16 if spoken >= 4 else 8]


def _new_ruleset(spoken: int, *, connect: bool) -> int:
    given = attributes(spoken, connect=connect)
    return _call(_CREATE_RULESET, given, len(given), 0)


def _allow(ruleset: int, path: str, access: Access) -> None:
    try:
        descriptor = os.open(path, getattr(os, "O_PATH", 0) | os.O_CLOEXEC)
    except OSError:
        return
    try:
        fitting = access if os.path.isdir(path) else access & _ON_FILES  # noqa: PTH112  a plain question
        _call(_ADD_RULE, ruleset, _PATH_BENEATH, struct.pack("=Qi", fitting, descriptor), 0)
    finally:
        os.close(descriptor)


def _restrict(ruleset: int, spoken: int, *, alone: bool) -> bool:
    """Before version 8 only the calling thread is confined, which is no protection when there are others."""
    if spoken >= 8 and _call(_RESTRICT_SELF, ruleset, _ALL_THREADS) == 0:
        return True
    return _call(_RESTRICT_SELF, ruleset, 0) == 0 and alone


def _is_only_thread() -> bool:
    """As the kernel counts them, for Python doesn't know the threads of libraries."""
    try:
        return len(os.listdir("/proc/self/task")) == 1  # noqa: PTH208  names, not paths
    except OSError:
        return False


def _call(number: int, *arguments: Any) -> int:
    given = [ctypes.c_long(value) if isinstance(value, int) else value for value in arguments]
    answer: int = ctypes.CDLL(None).syscall(ctypes.c_long(number), *given)
    return answer
