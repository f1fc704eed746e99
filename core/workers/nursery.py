"""Makes workers in a hundredth of a second: one process loads all libraries once, and splits off a copy for each.

Linux only; elsewhere each worker loads them for itself. The nursery sees nothing of anybody: it gets a line and shared
memory to hand on, splits itself (`fork`, safe because it has a single thread), and tells how its children ended. The
copies share their libraries' memory, and also where these lie, which a worker of its own would choose anew; the locks
of a worker are what keeps it in, not that.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence

_ORDER = struct.Struct("<ci")
"""What to do, and to which process: make one (`m`, 1 with shared memory), or tell how one ended (`e`)."""
_ANSWER = struct.Struct("<i")
_ANY_FILE_BYTES = 2**40
"""Each child lowers this when it is told what it is for."""


class Offspring:
    """A process split off by the nursery, with as much of `subprocess.Popen` as a worker needs."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self.pid = pid
        self.parent = nursery.pid
        self.returncode: int | None = None
        self._nursery = nursery
        self._lock = threading.Lock()
        self._handle = os.pidfd_open(pid)

    def kill(self) -> None:
        with self._lock:
            if self.returncode is None:
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def poll(self) -> int | None:
        """None while it lives; else its exit code, or minus the signal that ended it."""
        with self._lock:
            if self.returncode is None and self._has_ended(0):
                self.returncode = self._nursery.ending(self.pid)
                os.close(self._handle)
            return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Raises subprocess.TimeoutExpired when it still lives after so many seconds."""
        if self.returncode is None and not self._has_ended(timeout):
            raise subprocess.TimeoutExpired("worker", timeout or 0)
        code = self.poll()
        return code if code is not None else self.wait(timeout)

    def _has_ended(self, timeout: float | None) -> bool:
        watch = select.poll()
        watch.register(self._handle, select.POLLIN)
        return bool(watch.poll(None if timeout is None else timeout * 1000))


class Nursery:
    """The app's end. Started on first use, and anew should it have died."""

    def __init__(self, start: Callable[[int], subprocess.Popen[bytes]]) -> None:
        """`start` runs `python -m core.workers.nursery N` with this descriptor handed down."""
        self._start = start
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None

    def make(self, descriptors: Sequence[int]) -> Offspring:
        """A worker with its line, and shared memory if there is any. Raises OSError when none can be made."""
        with self._lock:
            try:
                return self._made(descriptors)
            except (ConnectionError, BrokenPipeError):
                self._end()
                return self._made(descriptors)

    def ending(self, pid: int) -> int:
        """How it ended; as if killed when the nursery that knew it is gone."""
        with self._lock:
            try:
                return self._ask(b"e", pid)
            except (ConnectionError, OSError):
                return -signal.SIGKILL

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    def close(self) -> None:
        """End it, and with it every child it still has."""
        with self._lock:
            self._end()

    def _made(self, descriptors: Sequence[int]) -> Offspring:
        if self._line is None:
            self._line, theirs = socket.socketpair()
            try:
                self._process = self._start(theirs.fileno())
            finally:
                theirs.close()
        pid = self._ask(b"m", len(descriptors) - 1, descriptors)
        if pid <= 0:
            raise BlockingIOError(-pid, os.strerror(-pid))
        return Offspring(self, pid)

    def _ask(self, what: bytes, number: int, descriptors: Sequence[int] = ()) -> int:
        if self._line is None:
            raise ConnectionError("there is no nursery")
        socket.send_fds(self._line, [_ORDER.pack(what, number)], list(descriptors))
        answer = self._line.recv(_ANSWER.size, socket.MSG_WAITALL)
        if len(answer) < _ANSWER.size:
            raise ConnectionError("the nursery has gone")
        return int(_ANSWER.unpack(answer)[0])

    def _end(self) -> None:
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._line = self._process = None


def main() -> None:
    """In the nursery itself: load, then make a child for each order until the app is gone."""
    import gc

    from core.inside._warm_up import warm_up
    from core.workers import child, sandbox  # noqa: F401  loaded here, so that no child has to
    from core.workers.limits import limit_rest

    line = socket.socket(fileno=int(sys.argv[1]))
    limit_rest(_ANY_FILE_BYTES)
    me = os.getpid()
    warm_up()
    gc.collect()
    gc.freeze()  # so that children don't touch, and thereby copy, what they share
    while True:
        order, descriptors, _, _ = socket.recv_fds(line, _ORDER.size, 2)
        if len(order) < _ORDER.size:
            os._exit(0)
        what, number = _ORDER.unpack(order)
        if what == b"e":
            line.sendall(_ANSWER.pack(_ending(number)))
            continue
        made = _split()
        if made == 0:
            line.close()
            os.setsid()
            limit_rest(_ANY_FILE_BYTES, me)  # above all: end with the nursery
            child.work(socket.socket(fileno=descriptors[0]), descriptors[1] if number else None)
        for descriptor in descriptors:
            os.close(descriptor)
        line.sendall(_ANSWER.pack(made))


def _split() -> int:
    try:
        return os.fork()
    except OSError as error:
        return -(error.errno or 11)


def _ending(pid: int) -> int:
    try:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    except ChildProcessError:
        return -signal.SIGKILL


if __name__ == "__main__":
    main()
