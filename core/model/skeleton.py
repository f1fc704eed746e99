"""A model without its weights, gathered from a few pieces of a large file that lies elsewhere.

An .onnx file is a tree of fields (protobuf): each is a number, or a length and so many bytes. So one can step over the
bytes of a weight without having them. What is left is a small, whole model that any reader of models can read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from core.errors import DamagedModel, NotFetched, NotOnnx
from core.model.sniff import what_is

Read: TypeAlias = Callable[[int, int], bytes]
"""The bytes from a place up to (not including) another."""

MAX_REQUESTS = 400
MAX_READ_BYTES = 32 * 2**20
MAX_DEPTH = 60
MAX_FIELDS = 1_000_000
BLOCK_BYTES = 64 * 2**10
"""Most that is read ahead. After a jump over a weight little is needed; it grows while nothing is left out."""
_AFTER_A_JUMP_BYTES = 4 * 2**10
_COPIED_BELOW_BYTES = 2 * 2**10
"""Parts smaller than this are taken as they are."""
_LARGEST_TEXT_BYTES = 2**20

_TEXTS = {"model": (6, 14), "graph": (10, 13, 14, 16), "node": (6, 9), "function": (8, 14), "tensor": (12, 16)}
"""Fields that hold notes, or say again what is known: left out when they are large."""

_NUMBER, _EIGHT, _BYTES, _FOUR = 0, 1, 2, 5


@dataclass(frozen=True)
class _Kind:
    """One kind of message in onnx.proto: which of its fields are messages, and which hold the bytes of a weight."""

    parts: dict[int, str] = field(default_factory=dict)
    weights: frozenset[int] = frozenset()


_KINDS = {
    "model": _Kind({7: "graph", 25: "function"}),
    "graph": _Kind({1: "node", 5: "tensor", 15: "sparse"}),
    "function": _Kind({7: "node", 11: "attribute"}),
    "node": _Kind({5: "attribute"}),
    "attribute": _Kind({5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"}),
    "sparse": _Kind({1: "tensor", 2: "tensor"}),
    "tensor": _Kind(weights=frozenset({4, 5, 6, 7, 9, 10, 11})),
}


@dataclass(frozen=True)
class Skeleton:
    data: bytes
    """An .onnx file without the bytes of its weights."""
    requests: int
    bytes_read: int


def skeleton(read: Read, size_bytes: int) -> Skeleton:
    """Raises NotOnnx, DamagedModel, or NotFetched when it would take too many pieces."""
    window = _Window(read, size_bytes)
    if not size_bytes:
        raise NotOnnx("This file is empty.", "It holds 0 bytes, so there is no model in it.", "Choose another one.")
    if looks := what_is(window.take(0, min(512, size_bytes))):
        raise NotOnnx("This is not an ONNX model.", f"It looks like {looks}.", "Choose another one.")
    data = _without_weights(window, 0, size_bytes, "model", 0)
    return Skeleton(data, window.requests, window.bytes_read)


def _without_weights(window: _Window, start: int, end: int, kind: str, depth: int) -> bytes:
    if depth > MAX_DEPTH:
        raise _damaged(f"its parts are inside each other on more than {MAX_DEPTH} levels")
    parts, weights = _KINDS[kind].parts, _KINDS[kind].weights
    out = bytearray()
    for key, number, place, length in _fields(window, start, end):
        if length < 0:  # a plain number: from the key to its end
            out += window.take(place, place - length)
        elif number in weights and length > _COPIED_BELOW_BYTES:
            continue
        elif number in parts and length > _COPIED_BELOW_BYTES:
            inner = _without_weights(window, place, place + length, parts[number], depth + 1)
            out += key + _varint(len(inner)) + inner
        elif length > _LARGEST_TEXT_BYTES and number not in _TEXTS.get(kind, ()):
            raise _too_many("a part of it that can't be left out is large")
        elif length <= _LARGEST_TEXT_BYTES:
            out += key + _varint(length) + window.take(place, place + length)
    return bytes(out)


def _fields(window: _Window, start: int, end: int) -> Iterator[tuple[bytes, int, int, int]]:
    """Each field's key as bytes, its number, where its content is and how long; for plain numbers minus the length."""
    at = start
    while at < end:
        key, after = window.varint(at, end)
        number, wire = key >> 3, key & 7
        if not number:
            raise _damaged("a part of it has no number")
        if wire == _BYTES:
            length, content = window.varint(after, end)
            if length > end - content:
                raise _damaged("a part of it is longer than the whole")
            yield _varint(key), number, content, length
            at = content + length
            continue
        if wire == _NUMBER:
            _, stop = window.varint(after, end)
        elif wire in (_EIGHT, _FOUR):
            stop = after + (8 if wire == _EIGHT else 4)
        else:
            raise _damaged("a part of it is of no kind")
        if stop > end:
            raise _damaged("it ends in the middle of a number")
        yield b"", number, at, at - stop
        at = stop


class _Window:
    """The piece of the file that was read last; another one is asked for when it is left."""

    def __init__(self, read: Read, size_bytes: int) -> None:
        self._read, self._size = read, size_bytes
        self._start, self._held = 0, b""
        self._fields = self.requests = self.bytes_read = 0
        self._ahead = BLOCK_BYTES

    def take(self, start: int, end: int) -> bytes:
        if not (self._start <= start and end <= self._start + len(self._held)):
            self._ask(start, end)
        return self._held[start - self._start : end - self._start]

    def varint(self, at: int, end: int) -> tuple[int, int]:
        """A number of 7 bits a byte, the lowest first, and where it ends."""
        self._fields += 1
        if self._fields > MAX_FIELDS:
            raise _too_many("it consists of too many small parts")
        raw = self.take(at, min(at + 10, end))
        value = 0
        for place, byte in enumerate(raw):
            value |= (byte & 127) << (7 * place)
            if byte < 128:
                return value, at + place + 1
        raise _damaged("a number in it doesn't end")

    def _ask(self, start: int, end: int) -> None:
        goes_on = not self.requests or start <= self._start + len(self._held)
        self._ahead = min(BLOCK_BYTES, 4 * self._ahead) if goes_on else _AFTER_A_JUMP_BYTES
        upto = min(self._size, max(end, start + self._ahead))
        self.requests += 1
        self.bytes_read += upto - start
        if self.requests > MAX_REQUESTS or self.bytes_read > MAX_READ_BYTES:
            raise _too_many("its parts lie too far apart")
        self._held = self._read(start, upto)
        self._start = start
        if len(self._held) != upto - start:
            raise _damaged("it ends earlier than was announced")


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _damaged(why: str) -> DamagedModel:
    return DamagedModel(
        "This file can't be read as an ONNX model.",
        f"It is damaged or another kind of file: {why}.",
        "Choose another one.",
    )


def _too_many(why: str) -> NotFetched:
    return NotFetched(
        "This model can't be looked into before it is fetched.",
        f"Too much of the file would have to be read, for {why}.",
        "Get it, then look at it.",
    )
