"""Seccomp: a Linux process gives up system calls, for good. Built here as a small BPF program, without libseccomp.

Source: https://docs.kernel.org/userspace-api/seccomp_filter.html. Calls given up answer EPERM, "not permitted"; a few
that libraries insist on do nothing instead. A call made the way of another processor (32-bit code) ends the process, as
its number would mean something else.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

Opens: TypeAlias = Literal["nothing", "reading", "anything"]
"""Which files may be opened, as far as seccomp can tell: it sees flags, but no paths."""

NEWEST = 469
"""file_setattr, Linux 6.17. Later calls aren't in the tables below and answer ENOSYS, as on an older kernel."""

MACHINES = {"x86_64": (0, 0xC000003E, 317), "aarch64": (1, 0xC00000B7, 277)}
"""Machine -> its column in the tables, how the kernel names it (AUDIT_ARCH), the number of seccomp itself."""

ALWAYS = {
    "start programs": "execve 59 221, execveat 322 281, fork 57 -, vfork 58 -, uselib 134 -",
    "signals to others": "rt_sigqueueinfo 129 138, rt_tgsigqueueinfo 297 240, pidfd_send_signal 424 424",
    "into other processes": "ptrace 101 117, process_vm_readv 310 270, process_vm_writev 311 271, kcmp 312 272,"
    "pidfd_open 434 434, pidfd_getfd 438 438, process_madvise 440 440, process_mrelease 448 448,"
    "move_pages 279 239, migrate_pages 256 238, get_robust_list 274 100, perf_event_open 298 241",
    "priority of others": "setpriority 141 140, ioprio_set 251 30, sched_setparam 142 118, sched_setscheduler 144 119,"
    "sched_setattr 314 274",
    "memory and queues of others": "shmget 29 194, shmat 30 196, shmctl 31 195, semget 64 190, semctl 66 191,"
    "semop 65 193, semtimedop 220 192, msgget 68 186, msgctl 71 187, msgrcv 70 188, msgsnd 69 189, mq_open 240 180,"
    "mq_unlink 241 181",
    "to be called by others": "listen 50 201, accept 43 202, accept4 288 242",
    "parts of the kernel where mistakes were found": "bpf 321 280, userfaultfd 323 282, io_uring_setup 425 425,"
    "io_uring_enter 426 426, io_uring_register 427 427, io_setup 206 0, io_submit 209 2, add_key 248 217,"
    "request_key 249 218, keyctl 250 219, memfd_create 319 279, memfd_secret 447 447, vmsplice 278 75, splice 275 76,"
    "tee 276 77, modify_ldt 154 -, remap_file_pages 216 234, personality 135 92, lookup_dcookie 212 18,"
    "nfsservctl 180 42, map_shadow_stack 453 453",
    "watch files": "inotify_init 253 -, inotify_init1 294 26, inotify_add_watch 254 27, fanotify_init 300 262,"
    "fanotify_mark 301 263",
    "mounts and namespaces": "mount 165 40, umount2 166 39, pivot_root 155 41, chroot 161 51, unshare 272 97,"
    "setns 308 268, open_tree 428 428, move_mount 429 429, fsopen 430 430, fsconfig 431 431, fsmount 432 432,"
    "fspick 433 433, mount_setattr 442 442, open_tree_attr 467 467, statmount 457 457, listmount 458 458,"
    "name_to_handle_at 303 264, open_by_handle_at 304 265",
    "the machine": "reboot 169 142, kexec_load 246 104, kexec_file_load 320 294, init_module 175 105,"
    "finit_module 313 273, delete_module 176 106, swapon 167 224, swapoff 168 225, sethostname 170 161,"
    "setdomainname 171 162, settimeofday 164 170, clock_settime 227 112, adjtimex 159 171, clock_adjtime 305 266,"
    "iopl 172 -, ioperm 173 -, acct 163 89, quotactl 179 60, quotactl_fd 443 443, syslog 103 116, vhangup 153 58,"
    "sysfs 139 -, _sysctl 156 -, ustat 136 -",
    "who it is": "setuid 105 146, setgid 106 144, setreuid 113 145, setregid 114 143, setresuid 117 147,"
    "setresgid 119 149, setfsuid 122 151, setfsgid 123 152, setgroups 116 159, capset 126 91",
    # Landlock sees few of these, so they would reach every file of the user. A link is a trap for who comes after.
    "owners and links of files": "chown 92 -, fchown 93 55, lchown 94 -, fchownat 260 54, setxattr 188 5,"
    "lsetxattr 189 6, fsetxattr 190 7, setxattrat 463 463, removexattr 197 14, lremovexattr 198 15,"
    "fremovexattr 199 16, removexattrat 466 466, file_setattr 469 469, truncate 76 45, link 86 -, linkat 265 37,"
    "symlink 88 -, symlinkat 266 36, mknod 133 -, mknodat 259 33",
}
PRETENDED = {
    # onnxruntime pins its threads and complains when it can't; the same call would pin those of other processes.
    "cores": "sched_setaffinity 203 122",
}
PRETENDED_IF_IT_MAY_WRITE = {
    # Landlock doesn't see these either, but whoever copies a file copies its mode and times, and fails if refused.
    "modes and times of files": "chmod 90 -, fchmod 91 52, fchmodat 268 53, fchmodat2 452 452, utime 132 -,"
    "utimes 235 -, futimesat 261 -, utimensat 280 88",
}
UNLESS_IT_MAY_WRITE = {
    "change folders": "creat 85 -, unlink 87 -, unlinkat 263 35, rmdir 84 -, mkdir 83 -, mkdirat 258 34, rename 82 -,"
    "renameat 264 38, renameat2 316 276",
}
UNLESS_IT_MAY_OPEN = {
    "open files": "open 2 -, openat 257 56, getdents 78 -, getdents64 217 61, readlink 89 -, readlinkat 267 78,"
    "getxattr 191 8, lgetxattr 192 9, fgetxattr 193 10, listxattr 194 11, llistxattr 195 12, flistxattr 196 13,"
    "getxattrat 464 464, listxattrat 465 465, file_getattr 468 468",
}
UNLESS_IT_MAY_CONNECT = {
    "new connections": "socket 41 198, socketpair 53 199, connect 42 203, bind 49 200",
}
NOT_THERE = {
    # Their flags lie in memory, where no filter can see them; libraries then use clone and openat.
    "calls with hidden flags": "clone3 435 435, openat2 437 437",
}
BY_ARGUMENT = {
    "calls that are fine for some values": "clone 56 220, kill 62 129, tkill 200 130, tgkill 234 131,"
    "prlimit64 302 261, fcntl 72 25, ioctl 16 29, prctl 157 167, open 2 -, openat 257 56, socket 41 198",
}

_THREAD, _NAMESPACES = 0x00010000, 0x7E020000
_WRITING = os.O_WRONLY | os.O_RDWR | 0o100 | 0o1000 | 0o20000000
"""With O_CREAT, O_TRUNC and the bit of O_TMPFILE."""
_TRUNCATE_WHILE_READING = (os.O_WRONLY | os.O_RDWR | 0o1000, 0o1000)
_OWN_SIGNAL, _OWN_SIGNAL_NUMBER, _OWN_SIGNAL_TO, _NOTIFY_OF_CHANGES = 8, 10, 15, 1026
_DIE_WITH_PARENT, _DUMPABLE, _PTRACER = 1, 4, 0x59616D61
_HARMLESS_IOCTLS = (
    0x5401,  # TCGETS, "is this a terminal?"
    0x802C542A,  # TCGETS2, the same in newer C libraries
    0x5413,  # TIOCGWINSZ, the size of the terminal
    0x541B,  # FIONREAD, how much can be read
    0x5421,  # FIONBIO, wait or don't
    0x5450,  # FIONCLEX
    0x5451,  # FIOCLEX, keep to this process
    0x40049409,  # FICLONE, a quick copy between two open files
)
_INTERNET = (2, 10)
"""AF_INET and AF_INET6. Not AF_UNIX, behind which other programs of the user listen."""


@dataclass(frozen=True)
class Check:
    """A call that depends on one of its arguments: its lower 32 bits, masked, are among `values` or not."""

    call: str
    argument: int
    values: tuple[int, ...]
    allows: bool
    """Whether the values are the only ones allowed, or the only ones refused."""
    mask: int = 0xFFFFFFFF


def close(opens: Opens, *, connect: bool) -> bool:
    """Gives up everything a worker has no use for, in all threads. Needs "no new privileges" to be set.

    False where that isn't possible: another system, machine or an old kernel.
    """
    if sys.platform != "linux" or struct.calcsize("P") != 8 or platform.machine() not in MACHINES:
        return False
    code = program(platform.machine(), opens, os.getpid(), connect=connect)
    return _install(code, MACHINES[platform.machine()][2])


def numbers(group: dict[str, str], machine: str) -> dict[str, int]:
    """The calls of a table that exist on this machine, with their numbers."""
    column = MACHINES[machine][0]
    rows = [row.split() for text in group.values() for row in text.split(",")]
    return {name: int(found[column]) for name, *found in rows if found[column] != "-"}


def refused(machine: str, opens: Opens, *, connect: bool) -> dict[str, int]:
    """The calls that are refused whatever their arguments."""
    groups = [ALWAYS]
    if opens != "anything":
        groups += [UNLESS_IT_MAY_WRITE, PRETENDED_IF_IT_MAY_WRITE]
    if opens == "nothing":
        groups.append(UNLESS_IT_MAY_OPEN)
    if not connect:
        groups.append(UNLESS_IT_MAY_CONNECT)
    return {name: number for group in groups for name, number in numbers(group, machine).items()}


def pretended(machine: str, opens: Opens) -> dict[str, int]:
    """The calls that do nothing and answer as if they had."""
    groups = [PRETENDED, PRETENDED_IF_IT_MAY_WRITE] if opens == "anything" else [PRETENDED]
    return {name: number for group in groups for name, number in numbers(group, machine).items()}


def checks(opens: Opens, process: int, *, connect: bool) -> Iterator[Check]:
    """The calls that are refused for some arguments. `process` is the number of the process itself."""
    yield Check("clone", 0, (_THREAD,), allows=True, mask=_THREAD | _NAMESPACES)
    for call in ("kill", "tkill", "tgkill"):  # abort() is a signal to itself
        yield Check(call, 0, (process,), allows=True)
    yield Check("prlimit64", 0, (0, process), allows=True)
    signals = (_OWN_SIGNAL, _OWN_SIGNAL_NUMBER, _OWN_SIGNAL_TO, _NOTIFY_OF_CHANGES)
    yield Check("fcntl", 1, signals, allows=False)  # "let the kernel send a signal for me, to this process"
    yield Check("ioctl", 1, _HARMLESS_IOCTLS, allows=True)
    yield Check("prctl", 0, (_DIE_WITH_PARENT, _DUMPABLE, _PTRACER), allows=False)
    if connect:
        yield Check("socket", 0, _INTERNET, allows=True)
    for call, argument in (("open", 1), ("openat", 2)):
        if opens == "reading":
            yield Check(call, argument, (0,), allows=True, mask=_WRITING)
        elif opens == "anything":  # Landlock before version 3 lets a file that is only read be emptied
            mask, value = _TRUNCATE_WHILE_READING
            yield Check(call, argument, (value,), allows=False, mask=mask)


_LOAD, _AND, _IF_EQUAL, _IF_GREATER, _RETURN = 0x20, 0x54, 0x15, 0x25, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_REFUSE, _UNKNOWN, _PRETEND = _ERRNO | errno.EPERM, _ERRNO | errno.ENOSYS, _ERRNO | 0
_NUMBER_AT, _MACHINE_AT, _ARGUMENTS_AT = 0, 4, 16
"""Places in struct seccomp_data."""


def program(machine: str, opens: Opens, process: int, *, connect: bool) -> bytes:
    """The filter as BPF instructions of 8 bytes. Both machines store the lower half of an argument first."""
    plain = dict.fromkeys(refused(machine, opens, connect=connect).values(), _REFUSE)
    plain |= dict.fromkeys(numbers(NOT_THERE, machine).values(), _UNKNOWN)
    plain |= dict.fromkeys(pretended(machine, opens).values(), _PRETEND)
    code = [_step(_LOAD, _MACHINE_AT), *_unless_equal(MACHINES[machine][1], _KILL)]
    code += [_step(_LOAD, _NUMBER_AT), _step(_IF_GREATER, NEWEST, 0, 1), _step(_RETURN, _UNKNOWN)]
    for number, answer in plain.items():
        code += _if_equal(number, answer)
    known = numbers(BY_ARGUMENT, machine)
    for check in checks(opens, process, connect=connect):
        if check.call in known:
            code += _checked(known[check.call], check)
    return b"".join([*code, _step(_RETURN, _ALLOW)])


def _checked(number: int, check: Check) -> list[bytes]:
    found, other = (_ALLOW, _REFUSE) if check.allows else (_REFUSE, _ALLOW)
    body = [_step(_LOAD, _ARGUMENTS_AT + 8 * check.argument), _step(_AND, check.mask)]
    for value in check.values:
        body += _if_equal(value, found)
    body.append(_step(_RETURN, other))
    return [_step(_IF_EQUAL, number, 0, len(body)), *body]


def _if_equal(value: int, answer: int) -> list[bytes]:
    return [_step(_IF_EQUAL, value, 0, 1), _step(_RETURN, answer)]


def _unless_equal(value: int, answer: int) -> list[bytes]:
    return [_step(_IF_EQUAL, value, 1, 0), _step(_RETURN, answer)]


def _step(code: int, value: int, when_true: int = 0, when_false: int = 0) -> bytes:
    """A struct sock_filter; the last two say how many instructions to skip."""
    return struct.pack("=HBBI", code, when_true, when_false, value)


def _install(code: bytes, seccomp_call: int) -> bool:
    set_filter, in_all_threads = 1, 1
    buffer = ctypes.create_string_buffer(code, len(code))
    described = struct.pack("@HP", len(code) // 8, ctypes.addressof(buffer))  # struct sock_fprog
    given = (ctypes.c_long(number) for number in (seccomp_call, set_filter, in_all_threads))
    return bool(ctypes.CDLL(None).syscall(*given, described) == 0)
