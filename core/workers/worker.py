"""The app's end of one worker: start it, hand it files, ask it, believe only what was checked, end it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import psutil

from core import errors, settings
from core.caller import Caller, stopped
from core.errors import Crashed, OutOfMemory, RunFailed, Stopped, TookTooLong, UserError
from core.workers import rules, wire
from core.workers.channel import HALF_BYTES, Channel, Closed, Slab, new_slab
from core.workers.clock import CLOCK
from core.workers.nursery import Nursery, Offspring
from core.workers.sandbox import Protection

_starter = ThreadPoolExecutor(1, thread_name_prefix="starter")
_ENDED_BY_US = 9
WATCH_S = 0.25
_MOST_CHARACTERS = 4_000
_MOST_CHARACTERS_SAID = 500


@dataclass(frozen=True)
class Begin:
    """What a worker is told before it sees a stranger's file: what it is for, and what it may."""

    kind: rules.KindName = "model"
    folder: str = ""
    """The one folder that a file job or a download may write in."""
    memory_bytes: int = 2 * 2**30


@dataclass(frozen=True)
class Given:
    """Files to hand over, as paths by the name the worker knows them under. Opened by the app, read only."""

    stay: Mapping[str, str] = field(default_factory=dict)
    visit: Mapping[str, str] = field(default_factory=dict)
    """Taken back after the answer."""


More = Callable[[list[str]], tuple[Given, list[str]]]
"""Says which of the files a worker asks for it may have, and which not."""


@dataclass(frozen=True)
class _Terms:
    """Of one request."""

    limit_s: float
    doing: str
    """In words, for the error should it end meanwhile."""
    more: More | None = None


class Worker:
    """One child process. Used by one thread at a time; `end` may be called from any."""

    def __init__(self, *, libraries: bool = True, shared_memory: bool = True) -> None:
        """Starts the process, which goes on importing by itself; nobody waits for it here."""
        slab = new_slab() if shared_memory else None
        ours, theirs = socket.socketpair()
        words = [str(theirs.fileno()), "-" if slab is None else str(slab), "libraries" if libraries else "bare"]
        passed = [theirs.fileno(), *([] if slab is None else [slab])]
        try:
            if sys.platform == "win32":
                self._process = _start_on_windows(words, theirs)
            else:
                self._process = _start(words, passed)
        except BaseException:
            ours.close()
            if slab is not None:
                os.close(slab)
            raise
        finally:
            theirs.close()
        self._slab = None if slab is None else Slab(slab)
        if slab is not None:
            os.close(slab)
        self._channel = Channel(ours, self._slab, is_app=True)
        self._lock = threading.Lock()
        self._ended = ""
        self._watching = False
        self.begun: Begin | None = None
        self.protection: Protection | None = None
        self.known: set[str] = set()
        """Names of files it has, and marks of what it was told; kept by whoever asks it."""

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return not self._ended and self._process.poll() is None

    def memory_bytes(self) -> int:
        """What it takes of this computer's memory now; 0 when it has ended."""
        try:
            return int(psutil.Process(self.pid).memory_info().rss)
        except psutil.Error:
            return 0

    def peak_bytes(self) -> int:
        """The most memory it has taken so far, libraries included; where the system doesn't count that, what it takes
        now. 0 when it has ended.
        """
        try:
            with open(f"/proc/{self.pid}/status", encoding="ascii") as file:  # noqa: PTH123  a system file
                peak = next(line for line in file if line.startswith("VmHWM"))
            return int(peak.split()[1]) * 1024
        except (OSError, StopIteration, ValueError):
            return self.memory_bytes()

    def begin(self, begin: Begin) -> None:
        """Tell it what it is for; from then on its doors are closed."""
        kind = rules.KINDS[begin.kind]
        message = {
            "read": rules.readable(kind),
            "write": [begin.folder] if begin.folder else [],
            "network": kind.network,
            "closed": settings.SANDBOX,
            "parent": self._process.parent if isinstance(self._process, Offspring) else os.getpid(),
            "memory_bytes": begin.memory_bytes + 2 * HALF_BYTES,
            "file_bytes": settings.MAX_MODEL_BYTES * 2 if begin.folder else 2 * HALF_BYTES,
        }
        self.begun = begin
        reply = self._talk(message, Given(), Caller(), _Terms(settings.START_LIMIT_S, "starting"))
        self.protection = wire.convert(reply.get("ready"), Protection)

    def ask(
        self,
        name: str,
        request: Any,
        caller: Caller,
        *,
        given: Given | None = None,
        limit_s: float = 0,
        more: More | None = None,
        doing: str = "working",
    ) -> Any:
        """What `core.inside.<name>` answers, unpacked but not yet of any type. Raises a UserError in words.

        After a RunFailed that isn't its own the process is gone.
        """
        message = {"ask": name, "request": request}
        terms = _Terms(limit_s or settings.RUN_LIMIT_S, doing, more)
        reply = self._talk(message, given or Given(), caller, terms)
        if "error" in reply:
            raise self._their_error(reply["error"])
        return reply.get("result")

    def end(self, why: str = "ended") -> None:
        """Kill it. Whoever waits for its answer wakes up. `why` becomes the error: stopped, time, memory, closing."""
        with self._lock:
            self._ended = self._ended or why
        with suppress(OSError):
            self._process.kill()

    def bury(self) -> None:
        """Kill it, wait until it is gone, and give back its memory and descriptors. Not while somebody asks it."""
        self.end()
        self._process.wait()
        self._channel.close()

    def _talk(self, message: dict[str, Any], given: Given, caller: Caller, terms: _Terms) -> dict[str, Any]:
        if caller.stop.pressed:  # before anything was sent: it stays as it is
            raise stopped()
        try:
            with (
                caller.stop.interrupting(lambda: self.end("stopped")),
                CLOCK.limit(terms.limit_s, lambda: self.end("time")),
                CLOCK.limit(settings.YIELD_AFTER_S, self._yield),
                self._watched(),
            ):
                self._send(message, given)
                while True:
                    reply, _ = self._channel.receive()
                    if "say" in reply:
                        self._said(reply["say"], caller.say)
                    elif "more" in reply:
                        self._hand_more(reply["more"], terms.more)
                    else:
                        return reply
        except Closed:
            raise self._why(terms.limit_s, terms.doing) from None
        except BaseException:  # a forged message, or whoever listens has left: what it says next can't be told apart
            self.end()
            raise

    def _send(self, message: dict[str, Any], given: Given) -> None:
        names = [*given.stay, *given.visit]
        if not names:
            self._channel.send(message)
            return
        message = {**message, "stay": list(given.stay), "visit": list(given.visit)}
        paths = [*given.stay.values(), *given.visit.values()]
        if not hasattr(socket, "send_fds"):
            self._channel.send({**message, "paths": paths})
            return
        descriptors: list[int] = []
        try:
            descriptors.extend(map(_opened, paths))
            self._channel.send(message, descriptors)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    def _hand_more(self, names: Any, more: More | None) -> None:
        if more is None or not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise wire.bad_message("it asks for files it has no business with")
        given, refused = more(names)
        self._send({"refused": refused}, given)

    def _said(self, words: Any, say: Callable[[float | None, str], None]) -> None:
        match words:
            case [None, str(what)]:
                say(None, what[:_MOST_CHARACTERS_SAID])
            case [int() | float() as share, str(what)] if 0 <= share <= 1:
                say(float(share), what[:_MOST_CHARACTERS_SAID])
            case _:
                raise wire.bad_message("it tells how far it is in no words of ours")

    def _their_error(self, told: Any) -> UserError:
        if not isinstance(told, dict) or not all(isinstance(word, str) for word in told.values()):
            return wire.bad_message("its error is none")
        family = getattr(errors, told.get("family", ""), None)
        if not (isinstance(family, type) and issubclass(family, UserError)) or family is Stopped:  # only people stop
            family = RunFailed
        words = [told.get(name, "")[:_MOST_CHARACTERS] for name in ("title", "detail", "fix", "technical")]
        if not all(word.strip() for word in words[:3]):
            return wire.bad_message("its error has no words")
        if family is OutOfMemory and self.begun:
            words[1] += f" Its limit is {self.begun.memory_bytes / 1e9:.1f} GB."
        return family(*words)

    def _why(self, limit_s: float, doing: str) -> UserError:
        """The process is gone: why, as far as can be known from outside."""
        try:
            code = self._process.wait(1)
        except subprocess.TimeoutExpired:  # it closed the line and lives on
            self.end()
            code = self._process.wait()
        why, self._ended = self._ended, self._ended or "crashed"
        limit = f"{self.begun.memory_bytes / 1e9:.1f} GB" if self.begun else "the memory it may have"
        if why == "stopped":
            return stopped()
        if why == "closing":
            return RunFailed("This was cut off.", "The app, or what it worked with, was closed.", "Start it once more.")
        if why == "time":
            return TookTooLong(
                "This took too long and was stopped.",
                f"After {limit_s:.0f} seconds the model was still {doing}.",
                "Try a smaller input or another model. The page Settings shows the limit and how to raise it.",
            )
        if why == "memory" or (not why and code == -getattr(signal, "SIGKILL", _ENDED_BY_US)):
            return OutOfMemory(
                "There is not enough memory for this.",
                f"While {doing}, the model's process used up {limit}, or the system ended it to protect the rest.",
                "Use a smaller input or a smaller model, or close other programs.",
            )
        return Crashed(
            "This made the model's process crash.",
            f"While {doing}, it ended by itself ({_ending(code)}). The app and everything else of yours is unharmed.",
            "Try another input. If it happens again, don't use this model: it is broken, or made to do harm.",
            f"exit code {code}",
        )

    def _yield(self) -> None:
        """What takes long lets the quick ones go first; it gets all the processor time that nobody else wants."""
        if hasattr(os, "setpriority"):
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self.pid, settings.YIELDING_NICENESS)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Where the system can't limit memory, somebody looks every quarter of a second while it works."""
        if self.protection is None or self.protection.memory:
            yield
            return
        self._watching = True
        CLOCK.after(WATCH_S, self._look)
        try:
            yield
        finally:
            self._watching = False

    def _look(self) -> None:
        if not self._watching or self.begun is None:
            return
        if self.memory_bytes() > self.begun.memory_bytes:
            self.end("memory")
        else:
            CLOCK.after(WATCH_S, self._look)


def _start(words: Sequence[str], descriptors: Sequence[int]) -> Offspring | subprocess.Popen[bytes]:
    if sys.platform == "linux" and words[2] == "libraries" and hasattr(os, "pidfd_open"):
        return NURSERY.make(descriptors)
    return _program("core.workers.child", words, descriptors)


def _program(module: str, words: Sequence[str], descriptors: Sequence[int]) -> subprocess.Popen[bytes]:
    """Linux ends a process together with the thread that started it, so that is one that lives as long as we."""
    return _starter.submit(_start_program, module, words, descriptors).result()


def _start_program(module: str, words: Sequence[str], descriptors: Sequence[int]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  our own modules with fixed words
        [sys.executable, "-s", "-P", "-m", module, *words],
        pass_fds=descriptors,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # what native libraries print is nobody's message
        stderr=None if settings.DEBUG_WORKERS else subprocess.DEVNULL,
        env=rules.surroundings(network="bare" in words),
        cwd=os.sep,
        start_new_session=True,
    )


NURSERY = Nursery(lambda line: _program("core.workers.nursery", [str(line)], [line]))


def _start_on_windows(words: Sequence[str], line: socket.socket) -> subprocess.Popen[bytes]:
    """There, descriptors aren't handed down: the worker gets its end of the line through standard input. Untried."""
    process = subprocess.Popen(  # noqa: S603  our own module with fixed words
        [sys.executable, "-s", "-P", "-m", "core.workers.child", "share", *words[1:]],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=rules.surroundings(network="bare" in words),
    )
    share = getattr(line, "share")  # noqa: B009  exists on Windows only
    if process.stdin:
        process.stdin.write(share(process.pid))
        process.stdin.close()
    return process


def _opened(path: str) -> int:
    """A descriptor to read a plain file; a link in its place is refused."""
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise errors.ModelError(
            "A file of this model can't be opened.",
            f"{os.path.basename(path)[:80]} is gone, is a link, or may not be read.",  # noqa: PTH119
            "Put a plain copy of the file in its place, or add the model again.",
            str(error.strerror),
        ) from error


def _ending(code: int | None) -> str:
    if code is None or code >= 0:
        return f"exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
    return f"{name}, {_SIGNALS[name]}" if name in _SIGNALS else name


_SIGNALS = {
    "SIGFPE": "a division the processor can't do",
    "SIGSEGV": "it reached for memory that isn't its own",
    "SIGABRT": "it gave up on an impossible state",
    "SIGILL": "an instruction the processor doesn't know",
    "SIGBUS": "a file it was reading became shorter",
}
