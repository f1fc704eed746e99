"""Workers that were taken over, pools of a test's own, and an eye on what is left behind."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest

from core import settings
from core.settings import ROOT
from core.workers import pool as pool_module
from core.workers import worker as worker_module
from core.workers.pool import Pool
from core.workers.turnstile import Turnstile
from core.workers.worker import Begin, Worker

MISBEHAVING = Path(__file__).with_name("misbehaving.py")
MACHINE = (str(ROOT), sys.prefix, sys.base_prefix, tempfile.gettempdir(), f"{Path.home()}/", "/proc/")
"""Where things lie on this computer: no error may quote it."""


def start_as(misdeed):
    """What starts a worker that does as told here, in place of a real one."""

    def start(words, descriptors):
        return subprocess.Popen(
            [sys.executable, "-I", "-S", str(MISBEHAVING), misdeed, *words],
            pass_fds=descriptors,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={"PATH": "/usr/bin:/bin"},
            cwd=os.sep,
            start_new_session=True,
        )

    return start


@pytest.fixture
def misbehave(monkeypatch):
    """From now on every worker that is started misbehaves in this way."""

    def misbehave(misdeed):
        monkeypatch.setattr(worker_module, "_start", start_as(misdeed))

    return misbehave


@pytest.fixture
def taken_over(misbehave):
    """Gives a worker that was taken over and has begun."""
    workers = []

    def taken_over(misdeed, **how):
        misbehave(misdeed)
        workers.append(Worker(**how))
        workers[-1].begin(Begin(memory_bytes=2**30))
        return workers[-1]

    yield taken_over
    for worker in workers:
        worker.bury()


@pytest.fixture
def own_pool(monkeypatch):
    """Makes a pool that this test has for itself, and ends it."""
    pools = []

    monkeypatch.setattr(settings, "SPARES", 1)

    def own_pool(places=2, per_visitor=2, budget_bytes=8 * 2**30, most=8, kind=Pool):
        made = kind(Turnstile(places, per_visitor, 500, 64), budget_bytes, most)
        monkeypatch.setattr(pool_module, "_pool", made)
        pools.append(made)
        return made

    yield own_pool
    for made in pools:
        end_all(made)


def end_all(pool):
    with pool._lock:  # a spare may be starting on another thread
        pool._closed = True
        workers = [*pool._idle, *pool._busy, *pool._spares]
    pool.close()
    for worker in workers:
        worker.bury()


@pytest.fixture(scope="module")
def left_behind():
    return _left_behind


def _left_behind():
    """What a leak would show up in: open files, shared memory in sight, processes that ended unseen."""
    maps = Path("/proc/self/maps").read_text()
    children = psutil.Process().children(recursive=True)
    return {
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
        "slabs": len(re.findall(r"memfd:slab", maps)),
        "children": len(children),
        "zombies": sum(child.status() == psutil.STATUS_ZOMBIE for child in children),
    }


@pytest.fixture(scope="session")
def in_words():
    return _in_words


def _in_words(error):
    """Checks that an error says what happened, why, and what to do, and nothing about this computer."""
    for word in (error.title, error.detail, error.fix):
        assert word.strip(), f"{type(error).__name__}: {error!s}"
    for word in (error.title, error.detail, error.fix, error.technical):
        assert len(word) <= 5_000
        assert not [place for place in MACHINE if place in word], word
