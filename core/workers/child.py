"""Inside a worker: `python -m core.workers.child N`, where N is the descriptor of the line to the app.

It imports what it will need, waits for the word to begin, closes its doors, and answers requests one by one until the
line ends. Until it has begun it has seen nothing but our own code, so it can be started ahead and used for anything.
"""

from __future__ import annotations

import dataclasses
import mmap
import os
import platform
import socket
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from core import files, registry
from core.errors import Crashed, OutOfMemory, UserError
from core.inside._desk import Desk
from core.inside._warm_up import warm_up
from core.workers.channel import Channel, Closed, Slab

INSIDE = "core.inside"


def main() -> None:
    line, slab_descriptor, libraries = sys.argv[1:4]
    if libraries == "libraries":
        warm_up()
    work(_socket(line), None if slab_descriptor == "-" else int(slab_descriptor))


def work(line: socket.socket, slab: int | None) -> NoReturn:
    """Begin when told so, then answer until the line ends. `slab` is the descriptor of shared memory."""
    channel = Channel(line, None if slab is None else Slab(slab), is_app=False)
    try:
        begin, _ = channel.receive()
        channel.send({"ready": _close_doors(begin)})
        _serve(channel)
    except Closed:
        pass
    os._exit(0)  # nothing to tidy up, and a library must not hang us in its own farewell


def _socket(line: str) -> socket.socket:
    if line.isdigit():
        return socket.socket(fileno=int(line))
    from_share = getattr(socket, "fromshare")  # noqa: B009  Windows hands sockets over through standard input
    found: socket.socket = from_share(sys.stdin.buffer.read())
    return found


def _close_doors(begin: dict[str, Any]) -> Any:
    from core.workers.limits import limit_memory, limit_rest
    from core.workers.sandbox import Protection, Rules, close_doors

    limit_rest(begin["file_bytes"], begin["parent"])
    limited = limit_memory(begin["memory_bytes"])
    rules = Rules(tuple(begin["read"]), tuple(begin["write"]), begin["network"])
    protection = (
        close_doors(rules) if begin["closed"] else Protection("", "", "", "", "", platform.platform(terse=True))
    )
    return dataclasses.replace(protection, memory="rlimit" if limited else "")


def _serve(channel: Channel) -> None:
    kept: dict[str, Any] = {}
    files_: dict[str, memoryview] = {}
    while True:
        asked, descriptors = channel.receive()
        desk = Desk(_say(channel), files_, _more(channel, files_), kept)
        reply = _answer(asked, descriptors, desk)
        for name in asked.get("visit", []):
            files.forget(name)
            files_.pop(name, None)
        del asked
        try:
            channel.send(reply)
        except (UserError, TypeError, ValueError, RecursionError, MemoryError) as error:
            channel.send(_in_words(error))
        del reply


def _answer(asked: dict[str, Any], descriptors: list[int], desk: Desk) -> dict[str, Any]:
    try:
        _take_in(asked, descriptors, desk.files)
        module = registry.plugin(INSIDE, asked["ask"])
        return {"result": module.do(asked["request"], desk)}
    except (Closed, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001  one of the two edges; what Rust code raises is no Exception
        return _in_words(error)


def _in_words(error: BaseException) -> dict[str, Any]:
    if isinstance(error, MemoryError):
        error = OutOfMemory(
            "There is not enough memory for this.",
            "The model's process reached its limit of memory.",
            "Use a smaller input or a smaller model. The page Settings shows the limit and how to raise it.",
        )
    elif not isinstance(error, UserError):
        error = Crashed(
            "Something went wrong while this was worked on.",
            "A part of this app met something it isn't made for. Nothing of yours was lost.",
            "Try something else. If it happens again, please report what is under Details.",
            f"{type(error).__name__}: {str(error)[:500]}{_place(error)}",
        )
    words = {name: getattr(error, name)[:4000] for name in ("title", "detail", "fix", "technical")}
    return {"error": {"family": type(error).__name__, **words}}


def _place(error: BaseException) -> str:
    """Where in our own code it happened; no value of anybody is quoted."""
    found, trace = "", error.__traceback__
    while trace:
        name = trace.tb_frame.f_globals.get("__name__", "")
        found = f" ({name}, line {trace.tb_lineno})" if name.startswith("core.") else found
        trace = trace.tb_next
    return found


def _take_in(asked: dict[str, Any], descriptors: list[int], files_: dict[str, memoryview]) -> None:
    """Makes the files that came with a message readable, under the names the app gives them."""
    names: list[str] = asked.get("stay", []) + asked.get("visit", [])
    opened = descriptors or [os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0)) for path in asked.get("paths", [])]
    for name, descriptor in zip(names, opened, strict=True):
        files_[name] = _mapped(descriptor)
        files.give(name, files_[name])


def _mapped(descriptor: int) -> memoryview:
    """The file as memory. Private and writable as onnxruntime wants it; nothing that is written reaches the file."""
    try:
        size = os.fstat(descriptor).st_size
        return memoryview(mmap.mmap(descriptor, size, access=mmap.ACCESS_COPY)) if size else memoryview(b"")
    except (OSError, ValueError) as error:
        raise OutOfMemory(
            "There is not enough memory for this.",
            "The model with its weights doesn't fit into the memory its process may have.",
            "Use a smaller version of the model. The page Settings shows the limit and how to raise it.",
            str(error),
        ) from error
    finally:
        os.close(descriptor)


def _say(channel: Channel) -> Any:
    def say(share: float | None, words: str) -> None:
        channel.send({"say": [share, words[:500]]})

    return say


def _more(channel: Channel, files_: dict[str, memoryview]) -> Any:
    def more(names: Sequence[str]) -> list[str]:
        channel.send({"more": list(names)})
        given, descriptors = channel.receive()
        _take_in(given, descriptors, files_)
        return list(given["refused"])

    return more


if __name__ == "__main__":
    main()
