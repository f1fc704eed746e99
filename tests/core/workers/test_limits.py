"""Limits are tried in processes of their own, as they can't be taken back."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from core.settings import ROOT

if sys.platform == "win32":
    pytest.skip("Windows has no such limits", allow_module_level=True)
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to it")
START = """
import ctypes, os, resource, sys
from core.workers.limits import *
def outcome(action):
    try:
        action()
    except (MemoryError, OSError, ValueError) as error:
        return type(error).__name__
"""


def run(code):
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-c", START + code]
    return subprocess.run(words, env=environment, capture_output=True, text=True, timeout=60, check=False)


def told(code):
    done = run(code)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


@on_linux
def test_memory_beyond_the_limit_is_refused_as_a_memory_error():
    code = """
print(memory_limit() or "none", limit_memory(2**30), memory_limit(), outcome(lambda: bytearray(2**30)))
print(len(bytearray(2**27)))
"""
    assert told(code) == ["none", "True", "rlimit", "MemoryError", str(2**27)]


@on_linux
def test_a_memory_limit_cannot_be_raised_again():
    code = """
from core.workers.sandbox import Rules, close_doors
limit_memory(2**30)
print(close_doors(Rules()).memory)
print(outcome(lambda: resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))))
limit_memory(2**31)
print(resource.getrlimit(resource.RLIMIT_AS) == (2**30, 2**30))
"""
    assert told(code) == ["rlimit", "ValueError", "True"]


@on_linux
def test_memory_can_still_be_limited_when_the_doors_are_closed():
    code = """
from core.workers.sandbox import Rules, close_doors
close_doors(Rules())
print(limit_memory(2**30), memory_limit(), outcome(lambda: bytearray(2**30)))
"""
    assert told(code) == ["True", "rlimit", "MemoryError"]


def test_files_dumps_and_open_files_are_limited(tmp_path):
    code = f"""
limit_rest(1000)
print(*resource.getrlimit(resource.RLIMIT_CORE), *resource.getrlimit(resource.RLIMIT_FSIZE))
print(resource.getrlimit(resource.RLIMIT_NOFILE)[1] <= MAX_OPEN_FILES)
file = open({str(tmp_path / "big")!r}, "wb", 0)
print(file.write(bytes(1000)), outcome(lambda: file.write(b"x")))
"""
    assert told(code) == ["0", "0", "1000", "1000", "True", "1000", "OSError"]
    assert (tmp_path / "big").stat().st_size == 1000


def test_a_limit_that_is_lower_already_stays():
    code = """
resource.setrlimit(resource.RLIMIT_NOFILE, (50, 60))
limit_rest(0)
print(*resource.getrlimit(resource.RLIMIT_NOFILE))
"""
    assert told(code) == ["60", "60"]


@on_linux
def test_it_ends_at_once_when_its_parent_is_gone_already():
    assert run(f"limit_rest(0, parent={os.getpid()})").returncode == 0
    assert run("limit_rest(0, parent=2**30)").returncode == 1


@on_linux
def test_it_dies_with_its_parent():
    """The parent starts a worker and is killed; the pipe both hold closes only when both are gone."""
    worker = START + "limit_rest(0); print('ready', flush=True); sys.stdin.read()"
    parent = f"""
import subprocess, sys
subprocess.Popen([sys.executable, "-c", {worker!r}])
sys.stdin.read()
"""
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-c", parent]
    with subprocess.Popen(words, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"ready\n"
        process.kill()
        assert process.stdout.read() == b""
