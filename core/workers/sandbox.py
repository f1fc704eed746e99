"""Closes the doors of a process for good, with what its system offers, and says which of them are really closed."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import re
import socket
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass

from core.workers import landlock, limits, seccomp

_NO_NEW_PRIVILEGES, _DUMPABLE = 38, 4
"""Options of prctl: programs it starts can't gain rights; others of the same user can't look into its memory."""
_CAPABILITIES_VERSION = 0x20080522
_IGNORE_FILE_MODES = 1 << 1
"""CAP_DAC_OVERRIDE, one of the rights of root."""
_NOWHERE = "/nonexistent/nowhere"
_NOBODY = 2**30
"""No process has this number: Linux stops at 2**22."""


@dataclass(frozen=True)
class Rules:
    """What a process may still do once the doors are closed."""

    read: tuple[str, ...] = ()
    """Folders or files it may read. Without these and `write` it can open nothing at all."""
    write: tuple[str, ...] = ()
    """Folders it may read and write in: make, rename and delete plain files and folders; no links. Changes of modes and
    times are ignored."""
    network: bool = False
    """May reach out over TCP and UDP. Nobody may call it."""


@dataclass(frozen=True)
class Protection:
    """Which protections are really in force, as found out by trying, not by assuming. Empty: nothing protects."""

    files: str
    """Such as `landlock+seccomp`. Empty where it could still open a file outside its rules."""
    network: str
    processes: str
    """Whether it is kept from starting programs and making processes."""
    signals: str
    memory: str
    """`rlimit` or empty."""
    system: str
    """Such as `Linux 6.18 x86_64`."""


def close_doors(rules: Rules) -> Protection:
    """Call it from the only thread, before anything untrusted is read and after `limit_rest`. Can't be undone.

    Never raises: what a system lacks is missing in the answer.
    """
    system = _system()
    if sys.platform != "linux":
        return Protection("", "", "", "", limits.memory_limit(), system)
    _give_up_rights(rules)
    confined = landlock.confine(rules.read, rules.write, connect=rules.network)
    by_landlock = _closed_by_landlock() if confined else frozenset()
    cut = seccomp.close(_opens(rules), connect=rules.network)
    by_seccomp = _closed_by_seccomp(rules) if cut else frozenset()
    return _protection(rules, by_landlock, by_seccomp, system)


def _opens(rules: Rules) -> seccomp.Opens:
    if rules.write:
        return "anything"
    return "reading" if rules.read else "nothing"


def _protection(rules: Rules, by_landlock: frozenset[str], by_seccomp: frozenset[str], system: str) -> Protection:
    """Landlock alone can't keep a process from UDP and from making processes; seccomp alone can't tell paths apart."""

    def layers(door: str) -> str:
        return "+".join(name for name, by in (("landlock", by_landlock), ("seccomp", by_seccomp)) if door in by)

    return Protection(
        files=layers("files") if "files" in by_landlock or _opens(rules) == "nothing" else "",
        network=layers("network") if "network" in by_seccomp and not rules.network else "",
        processes="seccomp" if "processes" in by_seccomp else "",
        signals=layers("signals"),
        memory=limits.memory_limit(),
        system=system,
    )


def _closed_by_landlock() -> frozenset[str]:
    """The doors found closed before seccomp answers in its place."""
    doors = {
        "files": _refused(_list_root, errno.EACCES) and _refused(_open_device, errno.EACCES),
        "network": _refused(_connect, errno.EACCES),
        "signals": _refused(_signal_parent, errno.EPERM),
    }
    return frozenset(door for door, closed in doors.items() if closed)


def _closed_by_seccomp(rules: Rules) -> frozenset[str]:
    """Seccomp refuses before anyone looks whether a file or process is there: what isn't there tells who refused."""
    files = (_list_root, _open_device, _make_link) if _opens(rules) == "nothing" else (_make_link,)
    doors = {
        "files": all(_refused(attempt, errno.EPERM) for attempt in files),
        "network": _refused(_open_socket, errno.EPERM),
        "processes": _refused(_start_program, errno.EPERM) and _refused(_make_process, errno.EPERM),
        "signals": _refused(_signal_nobody, errno.EPERM),
    }
    return frozenset(door for door, closed in doors.items() if closed)


def _refused(attempt: Callable[[], None], code: int) -> bool:
    try:
        attempt()
    except OSError as error:
        return error.errno == code
    return False


def _list_root() -> None:
    os.close(os.open("/", os.O_RDONLY))


def _open_device() -> None:
    """Opens what everybody may write to, and where it makes no difference."""
    os.close(os.open("/dev/zero", os.O_RDWR))


def _make_link() -> None:
    os.link(_NOWHERE, _NOWHERE)


def _open_socket() -> None:
    """Without a connection to one, a process has no other way out."""
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()


def _connect() -> None:
    """To port 0 of this computer, where nobody can listen."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as line:
        line.connect(("127.0.0.1", 0))


def _start_program() -> None:
    os.execv(_NOWHERE, [_NOWHERE])  # noqa: S606  there is no such program: only the kind of refusal tells


def _make_process() -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def _signal_nobody() -> None:
    os.kill(_NOBODY, 0)


def _signal_parent() -> None:
    """The signal 0 only asks whether one could be sent."""
    os.kill(os.getppid() or 1, 0)


def _give_up_rights(rules: Rules) -> None:
    prctl = ctypes.CDLL(None).prctl
    prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    prctl(_DUMPABLE, 0, 0, 0, 0)
    _keep_capabilities(0 if _opens(rules) == "nothing" else _IGNORE_FILE_MODES)


def _keep_capabilities(kept: int) -> None:
    """Takes the special rights of root away, all but `kept` (and those it never had)."""
    libc = ctypes.CDLL(None)
    header = ctypes.create_string_buffer(struct.pack("=Ii", _CAPABILITIES_VERSION, 0), 8)
    data = ctypes.create_string_buffer(24)
    if libc.capget(header, data):
        return
    effective, permitted = struct.unpack("=6I", data.raw)[:2]
    libc.capset(header, struct.pack("=6I", effective & kept, permitted & kept, 0, 0, 0, 0))


def _system() -> str:
    release = re.match(r"\d+(\.\d+)?", platform.release())
    return f"{platform.system()} {release[0] if release else platform.release()} {platform.machine()}"
