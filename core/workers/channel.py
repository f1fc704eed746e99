"""The line between the app and one worker: whole messages, over a socket or a pair of pipes.

Frame: header length u32, count of buffers u32, bytes of each inline buffer u64; then the header, then the buffers.
Large buffers lie in shared memory instead, where the system has one that can't be shrunk under the reader's feet: the
header's "shared" lists their places.
"""

from __future__ import annotations

import mmap
import os
import socket
import struct
import sys
from collections.abc import Sequence
from typing import Any

from core.errors import TooLarge
from core.workers import wire

MAX_HEADER_BYTES = 32 * 2**20
MAX_BUFFERS = 20_000
MAX_INLINE_BYTES = 2 * 2**30
HALF_BYTES = 32 * 2**20
"""Of shared memory in each direction; what doesn't fit goes through the socket."""
SHARED_FROM_BYTES = 32 * 2**10
"""Smaller buffers are quicker through the socket."""
_PREFIX = struct.Struct("<II")
_AHEAD_BYTES = 64 * 2**10
_DESCRIPTORS_AT_ONCE = 200
_GROW_BYTES = 16 * 2**20


class Closed(Exception):
    """The other end is gone."""


class Slab:
    """Shared memory of two halves: the app writes into the first, the worker into the second."""

    def __init__(self, descriptor: int) -> None:
        self.memory = mmap.mmap(descriptor, 2 * HALF_BYTES)
        self.view = memoryview(self.memory)

    def close(self) -> None:
        self.view.release()
        self.memory.close()


def new_slab() -> int | None:
    """A descriptor of fresh shared memory; None where the system has none whose size can be nailed down.

    Without the seals a worker could shrink it, and the app would die of reading what is gone.
    """
    if sys.platform != "linux":
        return None
    import fcntl

    descriptor = os.memfd_create("slab", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(descriptor, 2 * HALF_BYTES)
    fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
    return descriptor


class Channel:
    """One end. `writes_at` is where this end's half of the slab begins. Used by one thread at a time."""

    def __init__(self, line: socket.socket, slab: Slab | None, *, is_app: bool) -> None:
        self._line = line
        self._slab = slab
        self._mine, self._theirs = (0, HALF_BYTES) if is_app else (HALF_BYTES, 0)
        self._copies = is_app
        self._ahead = bytearray()
        """What arrived together with what was asked for. The worker takes no byte ahead: files may come with it."""

    def send(self, message: dict[str, Any], descriptors: Sequence[int] = ()) -> None:
        """Raises Closed when the other end is gone, TooLarge before anything is sent."""
        inline: list[memoryview] = []
        shared: list[list[int]] = []
        end = 0

        def put(buffer: memoryview) -> int:
            nonlocal end
            if self._slab and buffer.nbytes >= SHARED_FROM_BYTES and end + buffer.nbytes <= HALF_BYTES:
                place = self._mine + end
                self._slab.view[place : place + buffer.nbytes] = buffer
                end = (end + buffer.nbytes + 63) & ~63
                shared.append([place, buffer.nbytes])
                return 2 * len(shared) - 1
            inline.append(buffer)
            return 2 * len(inline) - 2

        plain = wire.pack(message, put)
        header = wire.to_header({"m": plain, "shared": shared, "files": len(descriptors)})
        if len(header) > MAX_HEADER_BYTES or len(inline) > MAX_BUFFERS:
            raise _too_much(len(header), len(inline))
        sizes = struct.pack(f"<{len(inline)}Q", *(buffer.nbytes for buffer in inline))
        try:
            head = _PREFIX.pack(len(header), len(inline)) + sizes + header
            if sum(buffer.nbytes for buffer in inline) <= SHARED_FROM_BYTES:
                self._line.sendall(b"".join((head, *inline)))  # in one go, so that who waits is woken once
            else:
                self._line.sendall(head)
                for buffer in inline:
                    self._line.sendall(buffer)
            for start in range(0, len(descriptors), _DESCRIPTORS_AT_ONCE):
                socket.send_fds(self._line, [b"F"], list(descriptors[start : start + _DESCRIPTORS_AT_ONCE]))
        except OSError as error:
            raise Closed from error

    def receive(self) -> tuple[dict[str, Any], list[int]]:
        """The next message and the descriptors that came with it. Raises Closed, or Crashed for a forged message."""
        header_bytes, count = _PREFIX.unpack(self._exactly(_PREFIX.size))
        if header_bytes > MAX_HEADER_BYTES or count > MAX_BUFFERS:
            raise wire.bad_message(f"it announces {header_bytes:,} bytes of header and {count:,} buffers")
        sizes = struct.unpack(f"<{count}Q", self._exactly(8 * count)) if count else ()
        if sum(sizes) > MAX_INLINE_BYTES:
            raise wire.bad_message(f"it announces {sum(sizes):,} bytes")
        envelope = wire.from_header(self._exactly(header_bytes))
        if not isinstance(envelope, dict) or not isinstance(envelope.get("m"), dict):
            raise wire.bad_message("it is no message")
        inline = [memoryview(self._exactly(size)) for size in sizes]
        descriptors = self._descriptors(envelope.get("files", 0))
        message = wire.unpack(envelope["m"], self._getter(inline, envelope.get("shared", [])))
        if not isinstance(message, dict):
            raise wire.bad_message("it is no message")
        return message, descriptors

    def _getter(self, inline: list[memoryview], shared: Any) -> wire.Get:
        seen: set[int] = set()
        left = HALF_BYTES

        def get(number: int) -> memoryview:
            """Each once, and of shared memory no more than there is: else a few bytes could ask for any amount."""
            nonlocal left
            if number in seen:
                raise wire.bad_message(f"it refers to the buffer {number} twice")
            seen.add(number)
            place, odd = divmod(number, 2)
            if not odd:
                if place >= len(inline):
                    raise wire.bad_message(f"it refers to a buffer {number} it doesn't have")
                return inline[place]
            view = self._shared(shared, place, left)
            left -= view.nbytes
            return view

        return get

    def _shared(self, shared: Any, place: int, left: int) -> memoryview:
        try:
            start, size = (int(number) for number in shared[place])
        except (TypeError, ValueError, IndexError, KeyError, OverflowError) as error:
            raise wire.bad_message("it refers to shared memory it doesn't name") from error
        if (
            self._slab is None
            or not 0 <= size <= left
            or not self._theirs <= start <= start + size <= self._theirs + HALF_BYTES
        ):
            raise wire.bad_message(f"it refers to {size:,} bytes at {start:,}, outside its half")
        view = self._slab.view[start : start + size]
        # The app copies: a worker could still change what was checked.
        return memoryview(bytearray(view)) if self._copies else view

    def _descriptors(self, count: Any) -> list[int]:
        if type(count) is not int or not 0 <= count <= MAX_BUFFERS or (count and self._copies):
            raise wire.bad_message("it sends open files")
        found: list[int] = []
        while len(found) < count:
            try:
                data, some, _, _ = socket.recv_fds(self._line, 1, _DESCRIPTORS_AT_ONCE)
            except OSError as error:
                raise Closed from error
            if not data:
                raise Closed
            found += some
        return found

    def _exactly(self, count: int) -> bytearray:
        """Memory is taken as the bytes arrive: what is only announced costs nothing."""
        if self._copies and count <= _AHEAD_BYTES:
            return self._from_ahead(count)
        data, self._ahead = self._ahead[:count], self._ahead[count:]
        while len(data) < count:
            start = len(data)
            data += bytes(min(count - start, _GROW_BYTES))
            with memoryview(data) as view:
                self._fill(view[start:])
        return data

    def _from_ahead(self, count: int) -> bytearray:
        """Small pieces come out of one reading of the line, for each reading costs as much as the rest of the work."""
        while len(self._ahead) < count:
            try:
                some = self._line.recv(_AHEAD_BYTES)
            except OSError as error:
                raise Closed from error
            if not some:
                raise Closed
            self._ahead += some
        data, self._ahead = self._ahead[:count], self._ahead[count:]
        return data

    def _fill(self, view: memoryview) -> None:
        done = 0
        while done < len(view):
            try:
                got = self._line.recv_into(view[done:])
            except OSError as error:
                raise Closed from error
            if not got:
                raise Closed
            done += got

    def close(self) -> None:
        self._line.close()
        if self._slab:
            self._slab.close()


def _too_much(header_bytes: int, buffers: int) -> TooLarge:
    return TooLarge(
        "This is too much for one answer.",
        f"It consists of {buffers:,} pieces and {header_bytes / 1e6:.0f} MB of words and numbers; the limits are "
        f"{MAX_BUFFERS:,} and {MAX_HEADER_BYTES / 1e6:.0f} MB.",
        "Give less at once, or use a model with fewer outputs.",
    )
