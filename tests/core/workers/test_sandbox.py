"""Real processes close their doors and then try everything; each as root and as nobody where the tests run as root."""

from __future__ import annotations

import errno
import functools
import http.server
import json
import os
import platform
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from core.settings import ROOT
from core.workers import landlock, seccomp

if sys.platform != "linux":
    pytest.skip("only Linux has Landlock and seccomp", allow_module_level=True)

NOBODY = 65534
USERS = [0, NOBODY] if os.geteuid() == 0 else [os.geteuid()]
by_everyone = pytest.mark.parametrize("user", USERS)
needs_landlock = pytest.mark.skipif(not landlock.version(), reason="this kernel has no Landlock")
needs_seccomp = pytest.mark.skipif(platform.machine() not in seccomp.MACHINES, reason="seccomp isn't made for this CPU")
pytestmark = needs_seccomp

START = """
import ctypes, errno, fcntl, json, mmap, os, random, resource, shutil, signal, socket, sys, tempfile, threading, time
import encodings.idna, urllib.request  # at once: as nobody the libraries may be out of reach
from core.workers import landlock, limits, sandbox, seccomp
from core.workers.sandbox import Rules, close_doors
user, given = json.loads(sys.argv[1])
def become():
    if os.geteuid() != user:
        os.setgroups([]); os.setgid(user); os.setuid(user)
def outcome(action):
    try:
        action()
    except OSError as error:
        return errno.errorcode[error.errno]
    return "worked"
def tried(actions):
    return {name: outcome(action) for name, action in actions.items()}
def tell(what):
    os.write(1, json.dumps(what).encode())
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *arguments):
    if libc.syscall(*(ctypes.c_long(value) for value in (number, *arguments))) == -1:
        raise OSError(ctypes.get_errno(), "")
"""


def start(code, user=USERS[0], given=None, **settings):
    """A Python process that has imported what it needs, and then runs the code."""
    words = [sys.executable, "-c", START + code, json.dumps([user, given])]
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    environment["ORT_DISABLE_TELEMETRY"] = "1"
    return subprocess.run(words, env=environment, capture_output=True, timeout=60, check=False, **settings)


def told(code, user=USERS[0], given=None, **settings):
    done = start(code, user, given, **settings)
    assert (done.returncode, done.stderr.decode()) == (0, "")
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def place():
    """A folder that every user may enter, made anew by `laid_out`."""
    with tempfile.TemporaryDirectory(prefix="doors-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def laid_out(place, name):
    """`job` to write in, `library` to read in, and `outside`, in which everybody could do everything."""
    home = place / name
    for folder in ("job", "job/sub", "library", "outside"):
        (home / folder).mkdir(parents=True)
        (home / folder).chmod(0o777)
    for file in ("job/own.txt", "job/old.txt", "library/shelf.txt", "outside/secret.txt", "outside/other.txt"):
        (home / file).write_text("secret")
        (home / file).chmod(0o666)
    (home / "library/a_module.py").write_text("VALUE = 7")
    (home / "job/way_out").symlink_to("../outside/secret.txt")
    (home / "job/way_out_folder").symlink_to("../outside")
    return home


# What needs no file. Where nothing is closed, none of these does harm and none answers EPERM to root.
EVERYWHERE_FORBIDDEN = """
parent, line = os.getppid(), socket.socketpair()[0]
forbidden = {
    "run a program": lambda: os.execv("/nonexistent", ["x"]),
    "spawn a program": lambda: os.posix_spawn("/nonexistent", ["x"], {}),
    "fork": lambda: os.fork() or os._exit(0),
    "signal the parent": lambda: os.kill(parent, 0),
    "signal everyone": lambda: os.kill(-2**30, 0),
    "signal a thread of the parent": lambda: call(numbers["tgkill"], parent, parent, 0),
    "signal the parent by number alone": lambda: call(numbers["tkill"], parent, 0),
    "let the kernel signal the parent": lambda: fcntl.fcntl(line, fcntl.F_SETOWN, parent),
    "choose which signal the kernel sends": lambda: fcntl.fcntl(line, fcntl.F_SETSIG, 9),
    "hold the parent by descriptor": lambda: os.pidfd_open(parent),
    "look into the parent": lambda: call(numbers["ptrace"], 2, parent, 0, 0),
    "read the parent's memory": lambda: call(numbers["process_vm_readv"], parent, 0, 0, 0, 0, 0),
    "raise the parent's limits": lambda: resource.prlimit(parent, resource.RLIMIT_CORE),
    "slow the parent down": lambda: os.setpriority(os.PRIO_PROCESS, parent, os.getpriority(os.PRIO_PROCESS, parent)),
    "make a file in memory": lambda: os.close(os.memfd_create("x")),
    "io_uring": lambda: call(numbers["io_uring_setup"], 1, 0),
    "userfaultfd": lambda: call(numbers["userfaultfd"], 0),
    "bpf": lambda: call(numbers["bpf"], 9999, 0, 0),
    "keys": lambda: call(numbers["keyctl"], 9999, 0, 0),
    "unshare": lambda: call(numbers["unshare"], 0),
    "personality": lambda: call(numbers["personality"], 0xFFFFFFFF),
    "memory shared by number": lambda: call(numbers["shmget"], 0, 0, 0),
    "type into a terminal": lambda: fcntl.ioctl(line, 0x5412, b"x"),
    "outlive the parent": lambda: call(numbers["prctl"], 1, 0, 0, 0, 0),
    "show its memory to others": lambda: call(numbers["prctl"], 4, 1, 0, 0, 0),
    "a thread in a network of its own": lambda: call(numbers["clone"], 0x40010000, 0, 0, 0, 0),
    "a connection to programs of this user": lambda: socket.socket(socket.AF_UNIX).close(),
    "a raw connection": lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW).close(),
    "be called by others": lambda: call(numbers["listen"], -1, 1),
}
numbers = {name: number for table in (seccomp.ALWAYS, seccomp.BY_ARGUMENT)
           for name, number in seccomp.numbers(table, os.uname().machine).items()}
"""
MODEL = (
    EVERYWHERE_FORBIDDEN
    + """
folder, port = given
become()
ours = folder + "/own.txt"
forbidden |= {
    "open a file": lambda: open("/etc/passwd").close(),
    "open a file beside": lambda: open(ours).close(),
    "open itself": lambda: open("/proc/self/maps").close(),
    "list a folder": lambda: os.listdir("/"),
    "write a file": lambda: open(folder + "/new.txt", "w").close(),
    "write into a file": lambda: open(ours, "a").close(),
    "make a file without a name": lambda: os.close(os.open(folder, os.O_TMPFILE | os.O_RDWR)),
    "delete": lambda: os.unlink(ours),
    "rename": lambda: os.rename(ours, ours + "2"),
    "make a folder": lambda: os.mkdir(folder + "/made"),
    "link": lambda: os.link(ours, ours + "3"),
    "make a symbolic link": lambda: os.symlink(ours, ours + "4"),
    "read a symbolic link": lambda: os.readlink(folder + "/way_out"),
    "change a mode": lambda: os.chmod(ours, 0o777),
    "change a time": lambda: os.utime(ours),
    "empty a file": lambda: os.truncate(ours, 0),
    "make a pipe with a name": lambda: os.mkfifo(ours + "5"),
    "connect": lambda: socket.create_connection(("127.0.0.1", port)).close(),
    "a socket for UDP": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close(),
    "two connected sockets": lambda: socket.socketpair(),
}
protection = close_doors(Rules())
"""
)
DOORS_OPEN = MODEL.replace("close_doors(Rules())", "None")


@functools.cache
def _what_a_model_worker_can(user, folder, port):
    code = MODEL + "tell([protection.__dict__, tried(forbidden)])"
    return told(code, user, [folder, port])


@pytest.fixture(scope="module")
def listener():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture(scope="module")
def job_folder(place):
    return str(laid_out(place, "model") / "job")


@by_everyone
def test_a_model_worker_can_do_nothing_of_what_it_needs_not(user, job_folder, listener):
    _, outcomes = _what_a_model_worker_can(user, job_folder, listener)
    assert {name: outcome for name, outcome in outcomes.items() if outcome != "EPERM"} == {}
    assert (Path(job_folder) / "own.txt").read_text() == "secret"
    assert sorted(path.name for path in Path(job_folder).iterdir()) == [
        "old.txt",
        "own.txt",
        "sub",
        "way_out",
        "way_out_folder",
    ]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may do most of it")
def test_with_open_doors_the_same_attempts_are_refused_by_nobody(place, listener):
    folder = str(laid_out(place, "open") / "job")
    outcomes = told(DOORS_OPEN + "tell(tried(forbidden))", 0, [folder, listener])
    assert {name for name, outcome in outcomes.items() if outcome == "EPERM"} == set()
    worked = {name for name, outcome in outcomes.items() if outcome == "worked"}
    assert {"fork", "open a file", "list a folder", "delete", "connect", "signal the parent"} <= worked


@by_everyone
def test_all_calls_in_the_tables_are_refused(user):
    code = """
become()
machine = os.uname().machine
close_doors(Rules())
refused = seccomp.refused(machine, "nothing", connect=False)
missing = seccomp.numbers(seccomp.NOT_THERE, machine) | {"listns": 470, "getpid of x32": 0x40000000 + 39}
minus = [-1] * 6
tell([tried({name: lambda n=number: call(n, *minus) for name, number in group.items()}) for group in (refused, missing)])
"""
    refused, missing = told(code, user)
    assert len(refused) > 150
    assert set(refused.values()) == {"EPERM"}
    assert set(missing.values()) == {"ENOSYS"}


@needs_landlock
@by_everyone
def test_it_says_what_protects(user, job_folder, listener):
    protection, _ = _what_a_model_worker_can(user, job_folder, listener)
    system = protection.pop("system")
    assert re.fullmatch(r"Linux \d+\.\d+ \w+", system)
    both = "landlock+seccomp"
    newer = {"network": both if landlock.version() >= 4 else "seccomp"}
    newer |= {"signals": both if landlock.version() >= 6 or user == NOBODY else "seccomp"}
    assert protection == {"files": both, "processes": "seccomp", "memory": "", **newer}


@pytest.mark.parametrize(
    ("missing", "rules", "expected"),
    [
        ("landlock.version = lambda: 0", "Rules()", ("seccomp", "seccomp", "seccomp", "seccomp")),
        ("landlock.version = lambda: 0", "Rules(('/usr',))", ("", "seccomp", "seccomp", "seccomp")),
        ("landlock.version = lambda: 0", "Rules((), ('/tmp',))", ("", "seccomp", "seccomp", "seccomp")),
        ("seccomp.MACHINES = {}", "Rules()", ("landlock", "", "", "landlock")),
        ("seccomp.MACHINES = {}", "Rules((), ('/tmp',), True)", ("landlock", "", "", "landlock")),
        ("sys.platform = 'darwin'", "Rules()", ("", "", "", "")),
    ],
)
@needs_landlock
def test_it_says_what_protects_where_layers_are_missing(missing, rules, expected):
    """As a user whose parent isn't root's: the signal is then refused by Landlock alone."""
    told_files, *others, signals = told(
        f"{missing}\np = close_doors({rules})\ntell([p.files, p.network, p.processes, p.signals])"
    )
    expected_signals = expected[3] if landlock.version() >= 6 else expected[3].replace("landlock", "")
    assert (told_files, *others, signals) == (*expected[:3], expected_signals)


@needs_landlock
def test_it_claims_nothing_that_the_rules_themselves_open():
    assert told("tell(close_doors(Rules(('/',), ('/tmp',), True)).__dict__)") | {"system": ""} == {
        "files": "",
        "network": "",
        "processes": "seccomp",
        "signals": "landlock+seccomp" if landlock.version() >= 6 else "seccomp",
        "memory": "",
        "system": "",
    }


@pytest.mark.skipif(not 1 <= landlock.version() < 8, reason="from version 8 on Landlock reaches all threads")
def test_it_does_not_count_on_landlock_when_another_thread_stays_outside():
    code = """
wait = threading.Event()
threading.Thread(target=wait.wait, daemon=True).start()
tell(close_doors(Rules((), ("/tmp",))).files)
"""
    assert told(code) == ""


@pytest.mark.skipif(not platform.release().startswith("6.18."), reason="asks for the kernel this was made on")
def test_here_all_layers_are_tried_and_none_is_skipped():
    assert landlock.version() >= 7
    assert platform.machine() in seccomp.MACHINES


@by_everyone
def test_closing_the_doors_takes_less_than_fifty_milliseconds(user):
    """About 2 ms on a quiet machine; the rest is for busy ones."""
    code = """
become()
start = time.perf_counter()
close_doors(Rules((), ("/tmp",)))
tell(time.perf_counter() - start)
"""
    assert told(code, user) < 0.05


@by_everyone
def test_other_processes_are_not_moved_to_other_cores(user):
    """It looks as if it could, for onnxruntime's sake."""
    with subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, user=user) as other:
        before = os.sched_getaffinity(other.pid)
        code = f"become()\nclose_doors(Rules())\nos.sched_setaffinity({other.pid}, [{min(before)}])\ntell(1)"
        told(code, user)
        assert os.sched_getaffinity(other.pid) == before
        other.kill()


@by_everyone
def test_a_model_worker_still_has_threads_memory_and_random_numbers(user):
    code = """
import numpy as np
become()
close_doors(Rules())
done = []
threads = [threading.Thread(target=done.append, args=(number,)) for number in range(20)]
for thread in threads: thread.start()
for thread in threads: thread.join()
big = np.ones(20_000_000)
small = np.ones((300, 300), np.float32)
product = (small @ small).sum()
resource.setrlimit(resource.RLIMIT_STACK, resource.getrlimit(resource.RLIMIT_STACK))
tell([sorted(done), big.sum(), float(product), len(os.urandom(8)), os.isatty(1), os.stat("/").st_size > 0])
"""
    assert told(code, user) == [list(range(20)), 20_000_000, 300.0**3, 8, False, True]


@by_everyone
def test_a_model_worker_reads_and_maps_files_that_are_handed_to_it(user, tmp_path):
    (tmp_path / "model.bin").write_bytes(b"weights" * 1000)
    ours, theirs = socket.socketpair()
    code = f"""
line = socket.socket(fileno={theirs.fileno()})
become()
close_doors(Rules())
line.setblocking(True)
data, (descriptor,), _, _ = socket.recv_fds(line, 4, 1)
mapped = mmap.mmap(descriptor, 0, access=mmap.ACCESS_COPY)
mapped[:2] = b"WE"
line.sendmsg([os.pread(descriptor, 7, 0), mapped[:7]])
os._exit(0)
"""
    with ours, theirs, (tmp_path / "model.bin").open("rb") as file:
        socket.send_fds(ours, [b"take"], [file.fileno()])
        done = start(code, user, pass_fds=[theirs.fileno()])
        assert (done.returncode, done.stderr) == (0, b"")
        assert ours.recv(100) == b"weightsWEights"


@functools.cache
def _small_model():
    from onnx import TensorProto, helper

    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [200, 200]) for name in "xy"]
    nodes = [helper.make_node("MatMul", ["x", "x"], ["z"]), helper.make_node("Relu", ["z"], ["y"])]
    graph = helper.make_graph(nodes, "g", values[:1], values[1:])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10).SerializeToString()


@pytest.mark.parametrize("threads", [2, 0])
@by_everyone
def test_onnxruntime_opens_and_runs_a_model_behind_closed_doors(user, threads):
    code = f"""
import numpy as np, onnxruntime
become()
model = sys.stdin.buffer.read()
protection = close_doors(Rules())
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = {threads}
session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
answer = session.run(None, {{"x": np.ones((200, 200), np.float32)}})[0]
tell([protection.files, float(answer.sum())])
sys.stdout.flush()
os._exit(0)
"""
    done = start(code, user, input=_small_model())
    assert (done.returncode, done.stderr.decode()) == (0, "")
    assert json.loads(done.stdout) == ["landlock+seccomp" if landlock.version() else "seccomp", 200.0**3]


@pytest.mark.parametrize(
    ("ending", "number"),
    [
        ("os.abort()", signal.SIGABRT),
        ("threading.Thread(target=os.abort).start(); time.sleep(20)", signal.SIGABRT),
        ("os.kill(os.getpid(), signal.SIGTERM)", signal.SIGTERM),
        ("ctypes.string_at(0)", signal.SIGSEGV),
    ],
)
@by_everyone
def test_a_crash_still_ends_it_with_the_signal_that_tells_what_happened(user, ending, number):
    assert start(f"become()\nclose_doors(Rules())\n{ending}", user).returncode == -number


def test_a_call_made_the_way_of_another_processor_ends_it():
    """`int 0x80` asks for number 20 of 32-bit x86, which is getpid there and writev here."""
    if platform.machine() != "x86_64":
        pytest.skip("machine code of x86_64")
    code = """
memory = mmap.mmap(-1, 4096, prot=7)
memory.write(bytes.fromhex("b814000000cd80c3"))
ask = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(memory)))
{close}
ask()
"""
    if start(code.format(close="")).returncode:
        pytest.skip("this kernel runs no 32-bit code")
    assert start(code.format(close="close_doors(Rules())")).returncode == -signal.SIGSYS


FILE_JOB = """
import sys
become()
os.chdir(given)
sys.path.insert(0, given + "/library")
rules = Rules((given + "/library", given + "/not there"), (given + "/job",))
protection = close_doors(rules)
def text(path, mode="r", content=None):
    with open(path, mode) as file:
        return file.read() if content is None else file.write(content)
"""
ALLOWED_TO_A_FILE_JOB = """
def imported():
    import a_module
    assert a_module.VALUE == 7
tell(tried({
    "read what it may": lambda: text("library/shelf.txt"),
    "list what it may": lambda: os.listdir("library"),
    "import a library": imported,
    "make a file": lambda: text("job/new.txt", "w", "x" * 100000),
    "read it again": lambda: text("job/new.txt"),
    "write into a file": lambda: text("job/own.txt", "a", "x"),
    "overwrite a file": lambda: text("job/old.txt", "w", "x"),
    "shorten an open file": lambda: open("job/old.txt", "r+").truncate(0),
    "make a folder": lambda: os.mkdir("job/made"),
    "rename into another folder": lambda: os.rename("job/new.txt", "job/made/newer.txt"),
    "replace": lambda: os.replace("job/made/newer.txt", "job/old.txt"),
    "copy with mode and times": lambda: shutil.copy2("library/shelf.txt", "job/copy.txt"),
    "delete": lambda: os.unlink("job/own.txt"),
    "delete a folder": lambda: os.rmdir("job/made"),
    "a temporary file": lambda: tempfile.TemporaryFile(dir="job").close(),
}))
"""
FORBIDDEN_TO_A_FILE_JOB = """
os.chmod("outside/other.txt", 0)
os.utime("outside/other.txt", (0, 0))
tell(tried({
    "read outside": lambda: text("outside/secret.txt"),
    "list outside": lambda: os.listdir("outside"),
    "read the passwords": lambda: text("/etc/passwd"),
    "read itself": lambda: text("/proc/self/environ"),
    "read the parent": lambda: text(f"/proc/{os.getppid()}/environ"),
    "write outside": lambda: text("outside/other.txt", "w", "x"),
    "make a file outside": lambda: text("outside/new.txt", "w", "x"),
    "make a folder outside": lambda: os.mkdir("outside/made"),
    "write beside, by ..": lambda: text("job/../outside/other.txt", "w", "x"),
    "write beside, by .. of a folder inside": lambda: text("job/sub/../../outside/other.txt", "w", "x"),
    "read through a link": lambda: text("job/way_out"),
    "write through a link": lambda: text("job/way_out", "w", "x"),
    "write through a linked folder": lambda: text("job/way_out_folder/new.txt", "w", "x"),
    "delete through a linked folder": lambda: os.unlink("job/way_out_folder/other.txt"),
    "delete outside": lambda: os.unlink("outside/other.txt"),
    "empty outside": lambda: os.truncate("outside/other.txt", 0),
    "fetch from outside by renaming": lambda: os.rename("outside/other.txt", "job/other.txt"),
    "carry outside by renaming": lambda: os.rename("job/own.txt", "outside/own.txt"),
    "fetch from outside by linking": lambda: os.link("outside/other.txt", "job/other.txt"),
    "carry outside by linking": lambda: os.link("job/own.txt", "outside/own.txt"),
    "leave a link behind": lambda: os.symlink("/etc/passwd", "job/trap"),
    "leave a pipe behind": lambda: os.mkfifo("job/pipe"),
    "change an attribute outside": lambda: os.setxattr("outside/other.txt", "user.x", b"y"),
    "write into the library": lambda: text("library/shelf.txt", "a", "x"),
    "make a file in the library": lambda: text("library/new.txt", "w", "x"),
    "delete from the library": lambda: os.unlink("library/shelf.txt"),
    "empty a file of the library": lambda: os.close(os.open("library/shelf.txt", os.O_RDONLY | os.O_TRUNC)),
    "write to a device": lambda: text("/dev/zero", "w", "x"),
    "watch files": lambda: call(seccomp.numbers(seccomp.ALWAYS, os.uname().machine)["inotify_init1"], 0),
    "connect": lambda: socket.socket(),
    **forbidden,
}))
"""


@needs_landlock
@by_everyone
def test_a_file_job_can_work_in_its_folder_and_read_its_library(user, place):
    home = str(laid_out(place, f"allowed-{user}"))
    outcomes = told(FILE_JOB + ALLOWED_TO_A_FILE_JOB, user, home)
    assert {name: outcome for name, outcome in outcomes.items() if outcome != "worked"} == {}


@needs_landlock
@by_everyone
def test_a_file_job_reaches_nothing_else(user, place):
    home = laid_out(place, f"forbidden-{user}")
    before = contents(home)
    outcomes = told(EVERYWHERE_FORBIDDEN + FILE_JOB + FORBIDDEN_TO_A_FILE_JOB, user, str(home))
    refusals = ("EPERM", "EACCES", "EXDEV")
    assert {name: outcome for name, outcome in outcomes.items() if outcome not in refusals} == {}
    assert contents(home) == before


def contents(home):
    found = sorted(path for path in home.rglob("*") if path.is_file())
    return {
        str(path.relative_to(home)): (path.read_text(), path.stat().st_mode, path.stat().st_mtime) for path in found
    }


@needs_landlock
@by_everyone
def test_who_may_only_read_can_write_nowhere(user, place):
    home = laid_out(place, f"reading-{user}")
    code = FILE_JOB.replace('(given + "/job",))', "())") + (
        'tell([protection.files, text("library/shelf.txt"), outcome(lambda: text("job/own.txt", "w", "x")),'
        'outcome(lambda: os.unlink("job/own.txt"))])'
    )
    assert told(code, user, str(home)) == ["landlock+seccomp", "secret", "EPERM", "EPERM"]


class Greeting(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *words):
        pass


@pytest.fixture(scope="module")
def web_address():
    with http.server.HTTPServer(("127.0.0.1", 0), Greeting) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()


DOWNLOAD = """
home, address = given
become()
os.chdir(home)
system = ("/usr/lib", "/lib", "/lib64", "/etc/hosts", "/etc/nsswitch.conf", "/etc/resolv.conf", "/etc/host.conf")
protection = close_doors(Rules(system, (home + "/job",), network=True))
def fetched():
    with urllib.request.urlopen(address) as answer, open("job/new.txt", "wb") as file:
        file.write(answer.read())
def ask_by_udp():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))
        line.sendto(b"x", ("127.0.0.1", line.getsockname()[1]))
        assert line.recv(1) == b"x"
def wait_for_callers():
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        line.listen()
"""


@needs_landlock
@by_everyone
def test_a_download_reaches_a_server_and_writes_into_its_folder(user, place, web_address):
    home = laid_out(place, f"download-{user}")
    code = DOWNLOAD + 'tell([protection.network, tried({"tcp": fetched, "udp": ask_by_udp})])'
    assert told(code, user, [str(home), web_address]) == ["", {"tcp": "worked", "udp": "worked"}]
    assert (home / "job/new.txt").read_text() == "hello"


@needs_landlock
@by_everyone
def test_a_download_reaches_no_other_file_and_starts_no_program(user, place, web_address):
    home = laid_out(place, f"kept-{user}")
    code = DOWNLOAD + (
        "tell(tried({**forbidden, 'be called': wait_for_callers, 'read': lambda: open('outside/secret.txt'),"
        "'write': lambda: open('outside/other.txt', 'w'), 'passwords': lambda: open('/etc/passwd')}))"
    )
    outcomes = told(EVERYWHERE_FORBIDDEN + code, user, [str(home), web_address])
    assert {name: outcome for name, outcome in outcomes.items() if outcome not in ("EPERM", "EACCES")} == {}
    assert (home / "outside/other.txt").read_text() == "secret"


@by_everyone
def test_the_end_with_the_parent_survives_the_closing_of_the_doors(user):
    code = """
become()
limits.limit_rest(0)
close_doors(Rules())
value = ctypes.c_int()
libc.prctl(2, ctypes.byref(value))
tell(value.value)
"""
    assert told(code, user) == signal.SIGKILL


# -- without a process ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spoken", "size_bytes", "highest"),
    [(1, 8, 12), (2, 8, 13), (3, 8, 14), (4, 16, 14), (5, 16, 15), (6, 24, 15), (7, 24, 15), (8, 24, 15), (99, 24, 15)],
)
def test_each_version_of_landlock_is_told_only_what_it_knows(spoken, size_bytes, highest):
    """The highest accesses of each version are those of the kernel's own samples/landlock/sandboxer.c."""
    assert len(landlock.attributes(spoken, connect=False)) == size_bytes
    assert landlock.handled(spoken) == 2 ** (highest + 1) - 1


def _header(name):
    for path in (f"/usr/include/{name}", f"/usr/include/{platform.machine()}-linux-gnu/{name}"):
        if Path(path).exists():
            found = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", Path(path).read_text())
            return {name: int(number) for name, number in found}
    pytest.skip(f"{name} isn't installed (linux-libc-dev)")


@pytest.mark.parametrize(("machine", "header"), [("x86_64", "asm/unistd_64.h"), ("aarch64", "asm-generic/unistd.h")])
def test_the_numbers_are_those_of_the_kernel_headers(machine, header):
    if machine != platform.machine() and header.startswith("asm/"):
        pytest.skip("the headers of this machine are others")
    known = _header(header)
    newest = max(number for name, number in known.items() if name != "syscalls")
    tables = (
        seccomp.ALWAYS,
        seccomp.PRETENDED,
        seccomp.PRETENDED_IF_IT_MAY_WRITE,
        seccomp.UNLESS_IT_MAY_WRITE,
        seccomp.UNLESS_IT_MAY_OPEN,
        seccomp.UNLESS_IT_MAY_CONNECT,
        seccomp.NOT_THERE,
        seccomp.BY_ARGUMENT,
    )
    ours = {name: number for table in tables for name, number in seccomp.numbers(table, machine).items()}
    assert {name: number for name, number in ours.items() if number <= newest and known.get(name) != number} == {}
    absent = {name for table in tables for text in table.values() for name in re.findall(r"[a-z_]\w+", text)} - set(
        ours
    )
    assert {name for name in absent if name in known} == set()


def answer(program, machine, number, *arguments):
    """What the kernel's BPF machine would answer: 0 for allowed, an errno, or -1 for the end."""
    padded = [value & 2**64 - 1 for value in (*arguments, 0, 0, 0, 0, 0, 0)[:6]]
    data = struct.pack("<IIQ6Q", number, machine, 0, *padded)
    steps = list(struct.iter_unpack("=HBBI", program))
    place = register = 0
    while True:
        code, when_true, when_false, value = steps[place]
        place += 1
        if code == 0x20:
            register = struct.unpack_from("<I", data, value)[0]
        elif code == 0x54:
            register &= value
        elif code in (0x15, 0x25):
            place += when_true if (register == value if code == 0x15 else register > value) else when_false
        else:
            assert code == 0x06
            return {0x7FFF0000: 0, 0x80000000: -1}.get(value, value & 0xFFFF)


def _arm(opens, number, *arguments, connect=False):
    return answer(seccomp.program("aarch64", opens, 1234, connect=connect), 0xC00000B7, number, *arguments)


def test_on_arm_the_same_calls_are_refused():
    """Numbers of asm-generic/unistd.h; this runs the program as a kernel would, on any machine."""
    for number in (56, 198, 203, 221, 281, 117, 35, 276, 425):  # openat socket connect exec… ptrace unlinkat …
        assert _arm("nothing", number) == errno.EPERM
    assert [_arm("nothing", number) for number in (435, 437, 470)] == [errno.ENOSYS] * 3
    assert [_arm("nothing", number) for number in (63, 64, 98, 211, 212, 222, 226)] == [0] * 7  # read … futex, mmap
    assert answer(seccomp.program("aarch64", "nothing", 1, connect=False), 0xC000003E, 63) == -1


def test_on_arm_arguments_decide_as_they_should():
    thread, process = 0x3D0F00, 17
    assert [_arm("nothing", 220, flags) for flags in (thread, process)] == [0, errno.EPERM]
    assert [_arm("nothing", 131, who) for who in (1234, 1)] == [0, errno.EPERM]
    assert [_arm("reading", 56, -100, 0, flags) for flags in (0o2000000, 0o1, 0o101)] == [0, errno.EPERM, errno.EPERM]
    assert [_arm("anything", 56, -100, 0, flags) for flags in (0o1101, 0o1000)] == [0, errno.EPERM]
    assert [_arm("anything", 198, family, connect=True) for family in (2, 10, 1, 16)] == [
        0,
        0,
        errno.EPERM,
        errno.EPERM,
    ]
