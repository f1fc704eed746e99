import os
import signal
import socket
import subprocess
import sys

import psutil
import pytest

from core.caller import Caller
from core.workers.nursery import Nursery
from core.workers.worker import NURSERY, Begin, Worker, _program

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux splits workers off a nursery")


@pytest.fixture
def worker():
    worker = Worker()
    yield worker
    worker.bury()


@pytest.fixture
def nursery():
    nursery = Nursery(lambda line: _program("core.workers.nursery", [str(line)], [line]))
    yield nursery
    nursery.close()


def test_a_worker_is_a_child_of_the_nursery_and_works(worker):
    worker.begin(Begin())
    assert psutil.Process(worker.pid).ppid() == NURSERY.pid
    picture = worker.ask("study", _nothing(), Caller())
    assert picture["fits"]["tensors"] > 0


def _nothing():
    from core.types import GraphInfo, ModelInfo

    graph = GraphInfo("", "", 0, (), (), 10, {}, {}, 0)
    return {"task": "", "mark": "x", "info": ModelInfo("m", "m", "", "file", {"model": graph})}


def test_the_nursery_has_one_thread_so_that_it_can_be_split(worker):
    assert psutil.Process(NURSERY.pid).num_threads() == 1


def test_how_a_worker_ended_is_told(worker):
    os.kill(worker.pid, signal.SIGSEGV)
    assert worker._process.wait(10) == -signal.SIGSEGV
    assert worker._process.poll() == -signal.SIGSEGV
    assert not worker.is_alive


def test_waiting_for_one_that_lives_ends_with_the_time(worker):
    with pytest.raises(subprocess.TimeoutExpired):
        worker._process.wait(0.05)
    assert worker._process.poll() is None


@pytest.fixture
def line():
    """The end of a line that is handed to a worker; nothing is ever said on it."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield theirs.fileno()


def test_when_the_nursery_dies_its_workers_die_and_the_next_one_comes_from_a_new_one(nursery, line):
    first, old = nursery.make([line]), nursery.pid
    os.kill(old, signal.SIGKILL)
    assert first.wait(10) == -signal.SIGKILL
    second = nursery.make([line])
    assert nursery.pid != old
    assert second.poll() is None
    second.kill()
    assert second.wait(10) == -signal.SIGKILL


def test_a_nursery_that_can_not_split_says_so(nursery, line, monkeypatch):
    monkeypatch.setattr(nursery, "_ask", lambda *_: -11)
    with pytest.raises(BlockingIOError):
        nursery.make([line])


def test_the_nursery_ends_with_the_app():
    program = (
        "import sys, os; from core.workers.worker import NURSERY, Worker; w = Worker(); "
        "print(NURSERY.pid, w.pid, flush=True); os._exit(9)"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False).stdout
    for pid in map(int, told.split()):
        try:
            psutil.Process(pid).wait(10)
        except psutil.NoSuchProcess:
            continue
