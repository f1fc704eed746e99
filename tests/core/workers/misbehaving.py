# ruff: noqa: PTH100, PTH108, PTH109, PTH120, PTH208, PTH211
# (it needs no pathlib to start)
"""A worker that was taken over: it speaks the protocol of `core.workers.channel` with bytes of its own, and lies.

Run as `python misbehaving.py MISDEED LINE SLAB libraries`. It uses nothing of `core` but the sandbox, and starts in a
few milliseconds. Every misdeed is a function of what was asked, and gives the raw bytes to send, or does worse.
"""

from __future__ import annotations

import array
import json
import mmap
import os
import signal
import socket
import struct
import sys
import time

HALF = 32 * 2**20
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))


def frame(header, inline=()):
    """One message; a header that is no bytes yet becomes JSON."""
    header = header if isinstance(header, bytes) else json.dumps(header).encode()
    sizes = b"".join(struct.pack("<Q", len(buffer)) for buffer in inline)
    return struct.pack("<II", len(header), len(inline)) + sizes + header + b"".join(inline)


def message(plain, inline=(), shared=(), files=0):
    return frame({"m": plain, "shared": list(shared), "files": files}, inline)


def result(value, inline=(), shared=()):
    return message({"result": value}, inline, shared)


def array_of(dtype, shape, data=bytes(4)):
    return lambda: result({"$array": [0, dtype, shape]}, [data])


def shared_at(*places, number=1, **named):
    return lambda: result({"$array": [number, "|u1", [64]]}, shared=places, **named)


def error(**told):
    return lambda: message({"error": told})


WORDS = {"title": "T", "detail": "D", "fix": "F", "technical": ""}
PAGE = "<script>alert(1)</script>![x](http://127.0.0.1:9/)"

LIES = {
    "the truth": lambda: result({"$array": [0, "<f4", [1]]}, [struct.pack("<f", 7)]),
    # arrays
    "a type that is nearly one": array_of("bfloat16x", [1]),
    "a type called after a call": array_of("int4()", [1]),
    "a type that is no Python": array_of("(,)f4", [1]),
    "objects": array_of("object", [1], bytes(8)),
    "objects by letter": array_of("|O", [1], bytes(8)),
    "void": array_of("|V4", [1]),
    "dates": array_of("<M8[s]", [1], bytes(8)),
    "records": array_of("f4,f4", [1], bytes(8)),
    "a type that is a number": array_of(7, [1]),
    "a type without end": array_of("f" * 100_000, [1]),
    "a negative size": array_of("<f4", [-1]),
    "two negative sizes": array_of("<f4", [-1, -1]),
    "a size of half": array_of("<f4", [0.5]),
    "a size of true": array_of("<f4", [True]),
    "a size that is a text": array_of("<f4", ["1"]),
    "a shape that is a number": array_of("<f4", 1),
    "a shape too large for its bytes": array_of("<f4", [10**9]),
    "a shape too small for its bytes": array_of("<f4", [1], bytes(400)),
    "a shape that overflows": array_of("<f4", [2**32, 2**32]),
    "sizes beyond counting": array_of("<f4", [10**30, 0]),
    "65 dimensions": array_of("<f4", [1] * 65),
    "a buffer that isn't there": lambda: result({"$array": [8, "<f4", [1]]}, [bytes(4)]),
    "a buffer before the first": lambda: result({"$array": [-2, "<f4", [1]]}, [bytes(4)]),
    "a buffer called by name": lambda: result({"$array": ["0", "<f4", [1]]}, [bytes(4)]),
    "an array of nothing": lambda: result({"$array": []}),
    "an array of too much": lambda: result({"$array": [0, "<f4", [1], 5]}, [bytes(4)]),
    "bytes without bytes": lambda: result({"$bytes": None}),
    "texts that are numbers": lambda: result({"$texts": [[1, 2], [2]]}),
    "texts that don't fit": lambda: result({"$texts": [["a"], [5]]}),
    "a map with lists as keys": lambda: result({"$map": [[[1], 2]]}),
    "a map that is none": lambda: result({"$map": 5}),
    "a mark nobody knows": lambda: result({"$__import__": {"name": "os"}}),
    "an upload without a path": lambda: result({"$Upload": {"name": "x"}}),
    # shared memory
    "shared memory beyond the end": shared_at([2 * HALF - 8, 64]),
    "shared memory of the app": shared_at([0, 64]),
    "shared memory across the halves": shared_at([HALF - 32, 64]),
    "shared memory of negative size": shared_at([HALF + 64, -64]),
    "shared memory at a negative place": shared_at([-64, 64]),
    "shared memory far away": shared_at([2**62, 64]),
    "shared memory at a text": shared_at(["x", 64]),
    "shared memory at a place without size": shared_at([HALF]),
    "shared memory at infinity": lambda: frame(
        b'{"m":{"result":{"$array":[1,"|u1",[64]]}},"shared":[[Infinity,64]],"files":0}'
    ),
    "shared memory that isn't named": shared_at(),
    "shared memory that is a number": lambda: frame({"m": {"result": {"$bytes": 1}}, "shared": 5, "files": 0}),
    "the same memory a hundred times": lambda: result([{"$bytes": 1}] * 100, shared=[[HALF, HALF // 8]]),
    "the same memory under a hundred names": lambda: result(
        [{"$bytes": 2 * number + 1} for number in range(100)], shared=[[HALF, HALF // 8]] * 100
    ),
    "the same bytes a hundred times": lambda: result([{"$bytes": 0}] * 100, [bytes(2**22)]),
    # frames and headers
    "a header without end": lambda: struct.pack("<II", 2**32 - 1, 0),
    "a billion buffers": lambda: struct.pack("<II", 2, 10**9),
    "buffers of 2^63 bytes": lambda: struct.pack("<IIQ", 2, 1, 2**63) + b"{}",
    "buffers that overflow together": lambda: struct.pack("<IIQQ", 2, 2, 2**64 - 1, 2) + b"{}",
    "a header that isn't JSON": lambda: frame(b"\x80\x04pickle"),
    "an empty header": lambda: frame(b""),
    "JSON nested without end": lambda: frame(b"[" * 2_000_000),
    "lists nested too deeply": lambda: frame(b'{"m":{"result":' + b"[" * 500 + b"]" * 500 + b'},"files":0}'),
    "maps nested too deeply": lambda: frame(
        b'{"m":{"result":' + b'{"$map":[[1,' * 300 + b"1" + b"]]}" * 300 + b'},"files":0}'
    ),
    "a number of 100,000 digits": lambda: frame(b'{"m":{"result":' + b"9" * 100_000 + b'},"files":0}'),
    "a message that is a list": lambda: frame({"m": [1], "shared": [], "files": 0}),
    "a message that is bytes": lambda: message({"$bytes": 0}, [b"say more result"]),
    "a message that is an array": lambda: message({"$array": [0, "<f4", [2]]}, [bytes(8)]),
    "a message that is an upload": lambda: message({"$Upload": {"path": "/x", "name": "x", "size_bytes": 1}}),
    "a header that is a list": lambda: frame([1]),
    "a header that is null": lambda: frame(b"null"),
    "open files": lambda: message({"result": 1}, files=3),
    "minus one open files": lambda: message({"result": 1}, files=-1),
    "an open file of true": lambda: message({"result": 1}, files=True),
    "open files by name": lambda: message({"result": 1}, files="/etc/passwd"),
    "neither answer nor error": lambda: message({"something": "else"}),
    # what it says on the way
    "a share that is no number": lambda: frame(b'{"m":{"say":[NaN,"x"]},"shared":[],"files":0}'),
    "a share of infinity": lambda: frame(b'{"m":{"say":[Infinity,"x"]},"shared":[],"files":0}'),
    "a share of two": lambda: message({"say": [2, "x"]}),
    "a share below nothing": lambda: message({"say": [-0.5, "x"]}),
    "words that are a number": lambda: message({"say": [None, 5]}),
    "words without a share": lambda: message({"say": ["x"]}),
    "words that are null": lambda: message({"say": None}),
    "more files": lambda: message({"more": ["/etc/passwd", "../x"]}),
    "more that is no list": lambda: message({"more": "x"}),
    # errors
    "an error of the family __class__": error(family="__class__", **WORDS),
    "an error of the family SystemExit": error(family="SystemExit", **WORDS),
    "an error of the family annotations": error(family="annotations", **WORDS),
    "an error of the family __builtins__": error(family="__builtins__", **WORDS),
    "an error of no family": error(**WORDS),
    "an error without words": error(family="BadPicture"),
    "an error with empty words": error(family="BadPicture", title="", detail="", fix="", technical=""),
    "an error that is a list": lambda: message({"error": ["x"]}),
    "an error that is null": lambda: message({"error": None}),
    "an error whose words are numbers": error(family="BadPicture", title=1, detail=2, fix=3),
    "an error whose family is a list": error(family=["BadPicture"], **WORDS),
    "an error of a megabyte": error(family="BadPicture", **{**WORDS, "title": PAGE * 20_000}),
    "an error Stopped": error(family="Stopped", **WORDS),
    # texts
    "half a character, escaped": lambda: frame(b'{"m":{"result":["\\ud800","\\uDFFF x"]},"shared":[],"files":0}'),
    "half a character, raw": lambda: frame(b'{"m":{"result":["\xed\xa0\x80"]},"shared":[],"files":0}'),
    "half a character in UTF-16": lambda: frame('{"m":{"result":["\\ud800"]},"shared":[],"files":0}'.encode("utf-16")),
    "half a character as a name": lambda: frame(b'{"m":{"result":{"\\ud800":1}},"shared":[],"files":0}'),
    "not a number": lambda: frame(b'{"m":{"result":[NaN]},"shared":[],"files":0}'),
}
"""Replies that are sent in answer to the request, complete as they are."""


class Line:
    def __init__(self, descriptor: int, slab: str) -> None:
        self.socket = socket.socket(fileno=descriptor)
        self.slab = slab

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def read(self):
        """What was asked, and the descriptors that came along."""
        header, count = struct.unpack("<II", self._exactly(8))
        sizes = struct.unpack(f"<{count}Q", self._exactly(8 * count))
        envelope = json.loads(self._exactly(header))
        for size in sizes:
            self._exactly(size)
        files = []
        while len(files) < envelope["files"]:
            files += socket.recv_fds(self.socket, 1, 250)[1]
        return envelope["m"], files

    def _exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            got = self.socket.recv(count - len(data))
            if not got:
                os._exit(0)
            data += got
        return data


def never(_asked, _line):
    time.sleep(1_000)


def ignore_polite_requests(_asked, _line):
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    time.sleep(1_000)


def announce_and_wait(_asked, line):
    line.send(struct.pack("<II", 30 * 2**20, 0) + b"{")
    time.sleep(1_000)


def drip(_asked, line):
    line.send(struct.pack("<II", 30 * 2**20, 0))
    while True:
        line.send(b" ")
        time.sleep(0.01)


def say_without_end(_asked, line):
    while True:
        line.send(message({"say": [0.5, "still at it"]}))


def ask_for_more_without_end(_asked, line):
    while True:
        line.send(message({"more": ["model/x"]}))
        line.read()


def kill_itself(_asked, line):
    line.send(message({"result": [0] * 100})[:60])
    os.kill(os.getpid(), signal.SIGKILL)


def abort(_asked, _line):
    os.abort()


def end_halfway(_asked, line):
    line.send(message({"result": [0] * 100})[:60])
    os._exit(0)


def exit_with_success(_asked, _line):
    os._exit(0)


def close_and_live_on(_asked, line):
    line.socket.close()
    time.sleep(1_000)


def answer_then_close(_asked, line):
    line.send(LIES["the truth"]())
    line.socket.close()
    time.sleep(1_000)


def answer_then_end(_asked, line):
    line.send(LIES["the truth"]())
    os._exit(0)


def send_open_files(_asked, line):
    secret = os.open("/dev/null", os.O_RDONLY)
    data = LIES["the truth"]()
    with_files = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [secret] * 100))]
    line.socket.sendmsg([data[:8]], with_files)
    line.socket.sendmsg([data[8:20]], with_files)
    line.send(data[20:])


def shrink(_asked, line):
    """Tells which ways of making the shared memory smaller were refused."""
    refused = []
    for size in (0, HALF, 4096, 3 * HALF):
        try:
            os.ftruncate(int(line.slab), size)
        except OSError as problem:
            refused.append(problem.errno)
    line.send(result([refused, os.fstat(int(line.slab)).st_size]))


def change_after_checking(_asked, line):
    memory = mmap.mmap(int(line.slab), 2 * HALF)
    memory[HALF : HALF + 64] = b"a" * 64
    line.send(shared_at([HALF, 64])())
    end = time.monotonic() + 0.2
    while time.monotonic() < end:
        memory[HALF : HALF + 64] = b"b" * 64


def print_garbage(_asked, line):
    for number in (1, 2):
        for _ in range(50):
            os.write(number, b"\x1b[2J\x00garbage" * 1_000)
    line.send(LIES["the truth"]())


def read_environment(_asked, line):
    line.send(result([dict(os.environ), os.getcwd(), sorted(map(int, os.listdir("/proc/self/fd")))]))


def use_a_tokenizer(asked, line):
    """What the library does with a file, without anything of ours in front of it."""
    sys.path[:0] = [path for path in asked["request"]["paths"] if path not in sys.path]
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (2**29, 2**29))
    from tokenizers import Tokenizer

    made = Tokenizer.from_str(asked["request"]["text"])
    line.send(result(len(made.encode(asked["request"]["given"]).ids)))


def try_doors(_asked, line):
    """Closes its doors as a worker does, then tries all of them; tells the error numbers."""
    sys.path.insert(0, ROOT)
    from core.workers.limits import limit_rest
    from core.workers.sandbox import Rules, close_doors

    parent = os.getppid()
    limit_rest(0)
    close_doors(Rules())
    attempts = {
        "read a file": lambda: os.open("/etc/passwd", os.O_RDONLY),
        "read the app's code": lambda: os.open(__file__, os.O_RDONLY),
        "write a file": lambda: os.open("/tmp/onnx-playground-escaped", os.O_WRONLY | os.O_CREAT),
        "list a folder": lambda: os.listdir("/"),
        "open a socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
        "open a local socket": lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM),
        "make a process": os.fork,
        "start a program": lambda: os.execv("/bin/true", ["true"]),
        "signal the app": lambda: os.kill(parent, signal.SIGTERM),
        "kill everybody": lambda: os.kill(-1, 0),
        "read the app's memory": lambda: os.open(f"/proc/{parent}/mem", os.O_RDONLY),
        "delete a file": lambda: os.unlink("/tmp/onnx-playground-escaped"),
        "make a link": lambda: os.symlink("/etc/passwd", "/tmp/onnx-playground-escaped"),
    }
    told = {}
    for name, attempt in attempts.items():
        try:
            attempt()
            told[name] = 0
        except OSError as problem:
            told[name] = problem.errno
    line.send(result(told))


# whole conversations, for what `core.actions._workers` asks


def _graph(**changed):
    plain = {
        "path": "",
        "sha256": "0" * 64,
        "size_bytes": 4,
        "inputs": [],
        "outputs": [],
        "ir_version": 10,
        "opsets": {"ai.onnx": 17},
        "operators": {},
        "parameter_count": 0,
    }
    return {**plain, **changed}


def describe_with(**changed):
    return lambda _asked, line: line.send(result({"model": _graph(**changed)}))


def ask_for_other_files(_asked, line):
    """Asks for what isn't its own, and tells in the description what it was given."""
    names = [
        "/etc/passwd",
        "../secret.bin",
        "model/../secret.bin",
        "model//etc/passwd",
        "model/link.bin",
        "other/x",
        "",
        "/",
    ]
    names += ["model/a\0b", "model/..", "model/.", "model/", "model/missing.bin"]
    line.send(message({"more": names}))
    reply, files = line.read()
    told = {"given": ",".join(reply.get("stay", [])), "files": str(len(files)), "refused": str(len(reply["refused"]))}
    line.send(result({"model": _graph(metadata=told)}))


def ask_by_half_a_character(_asked, line):
    line.send(frame(b'{"m":{"more":["model/\xed\xa0\x80"]},"shared":[],"files":0}'))
    line.read()
    line.send(result({"model": _graph()}))


def study_that_names_a_file(asked, line, wanted):
    """A fact that would have the app hand over a file of its own: its library, with what everybody did."""
    if asked["ask"] == "describe":
        line.send(result({"model": _graph()}))
        return
    if asked["ask"] == "study":
        fact = {"value": wanted, "source": "x", "certain": True, "is_file": True}
        line.send(result({"fits": {"tensors": 1.0}, "facts": {"vocabulary": fact}}))
        return
    handed = asked.get("stay", [])
    answer = {"kind": "tensors", "outputs": {"handed": {"$texts": [handed, [len(handed)]]}}}
    times = dict.fromkeys(("read_ms", "run_ms", "total_ms", "open_ms"), 1.0)
    line.send(result({"result": answer, "sentences": [], **times}))


SCENES = {
    action.__name__: action
    for action in (
        never,
        ignore_polite_requests,
        announce_and_wait,
        drip,
        say_without_end,
        ask_for_more_without_end,
        kill_itself,
        abort,
        end_halfway,
        exit_with_success,
        close_and_live_on,
        answer_then_close,
        answer_then_end,
        send_open_files,
        shrink,
        change_after_checking,
        print_garbage,
        read_environment,
        use_a_tokenizer,
        try_doors,
        ask_for_other_files,
        ask_by_half_a_character,
        study_that_names_a_file,
    )
} | {
    "another kind of result": lambda _asked, line: line.send(result({"kind": "ranking", "rows": []})),
    "a sha256 that is a path": describe_with(sha256="../../victim"),
    "a size of 10^15 bytes": describe_with(size_bytes=10**15),
    "a negative size of the file": describe_with(size_bytes=-(10**15)),
    "weights elsewhere": describe_with(external_files=["../../secret.bin"]),
    "another role": lambda _asked, line: line.send(result({"other": _graph()})),
    "a description that is none": lambda _asked, line: line.send(result({"model": {"path": 5}})),
}


def main() -> None:
    misdeed, line, slab = sys.argv[1:4]
    misdeed, _, wanted = misdeed.partition("|")
    line = Line(int(line), slab)
    line.read()
    layers = ("files", "network", "processes", "signals", "memory", "system")
    line.send(message({"ready": dict.fromkeys(layers, "claimed")}))
    while True:
        asked, _files = line.read()
        if misdeed in LIES:
            line.send(LIES[misdeed]())
        else:
            SCENES[misdeed](asked, line, *([wanted] if wanted else []))


if __name__ == "__main__":
    main()
