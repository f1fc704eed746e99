"""What it costs to fetch a large file through the app, over the hub's own client alone.

A loopback hub in a process of its own serves one file of 1 GB. In turn it is fetched by us (`core.actions._workers`,
with a download process) into an empty folder, and by `hf_hub_download` into an empty cache in a process of its own,
followed by `sha256sum`, since that client believes whatever arrives. Once as fast as it goes, and once as over a line
of 50 MB/s. Each time the least of all rounds counts, and the disk is quiet before each.

Memory is what this process takes more than before its first download, together with the whole download process, looked
at every tenth of a second. PSS counts pages shared by several processes in parts, USS not at all, RSS in each.

Targets: 1.1 times as long, and less than 64 MB. Run: python -m tests.bench.download [--mb 1000] [--rounds 3]
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil

from core.actions import _workers
from core.caller import Caller
from core.listings import RemoteFile
from core.workers.pool import pool
from tests.bench.made import own_home
from tests.bench.serving import ROOT, free_port, started, wait_until_listening
from tests.hub import repos

TARGET_TIME = 1.1
TARGET_MB = 64
LINES = (0, 50 * 10**6)
"""Bytes a second; 0 is as fast as it goes."""
REPO, NAME = "makers/large", "model.onnx_data"
KINDS = ("pss", "uss", "rss")
_THEIR_CLIENT = (
    "from huggingface_hub import hf_hub_download as d; import sys; print(d(*sys.argv[1:3], cache_dir=sys.argv[3]))"
)
_QUIET = {"HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mb", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    passed = []
    with own_home() as home:
        hub = home / "hub"
        sha256 = make_file(hub, asked.mb)
        memory = Memory()
        for bytes_per_s in LINES:
            with serving(hub, bytes_per_s) as url:
                file = RemoteFile(NAME, f"{url}/{REPO}/resolve/main/{NAME}", asked.mb * 10**6, sha256)
                times = measured(file, url, home, memory, asked.rounds)
            passed.append(report(f"{bytes_per_s / 1e6:.0f} MB/s" if bytes_per_s else "as fast as it goes", *times))
        passed.append(memory.report())
    raise SystemExit(0 if all(passed) else 1)


def make_file(hub: Path, mb: int) -> str:
    """Its SHA-256; random, so that nothing on the way can squeeze it."""
    path = repos.make(hub, REPO, {}) / NAME
    found = hashlib.sha256()
    with path.open("wb") as file:
        for _ in range(mb):
            piece = os.urandom(10**6)
            found.update(piece)
            file.write(piece)
    return found.hexdigest()


def measured(file: RemoteFile, url: str, home: Path, memory: Memory, rounds: int) -> tuple[list[float], ...]:
    """Seconds of each round: ours, theirs, and of theirs what `sha256sum` took."""
    ours, theirs, hashing = [], [], []
    for _ in range(rounds):
        ours.append(timed(lambda: fetch(file, home / "ours", memory), home / "ours"))
        theirs.append(timed(lambda: fetch_bare(file, url, home / "theirs", hashing), home / "theirs"))
    return ours, theirs, hashing


@contextmanager
def serving(hub: Path, bytes_per_s: int) -> Iterator[str]:
    """Its address, once it has hashed what it serves."""
    port = free_port()
    words = [
        sys.executable,
        "-m",
        "tests.hub.loopback",
        str(hub),
        "--port",
        str(port),
        "--bytes-per-s",
        str(bytes_per_s),
    ]
    with started(words, ROOT) as server:
        wait_until_listening(port, server)
        url = os.environ["HF_ENDPOINT"] = f"http://127.0.0.1:{port}"
        urllib.request.urlopen(f"{url}/api/models/{REPO}", timeout=120).close()
        yield url


def timed(do: Callable[[], None], folder: Path) -> float:
    os.sync()
    start = time.perf_counter()
    do()
    took_s = time.perf_counter() - start
    shutil.rmtree(folder)
    return took_s


def fetch(file: RemoteFile, folder: Path, memory: Memory) -> None:
    request = {"files": [asdict(file)], "token": "", "source": "huggingface"}
    with memory.watched():
        found = _workers.fetch(Caller(), request, folder)
    assert found[0].sha256 == file.sha256


def fetch_bare(file: RemoteFile, url: str, folder: Path, hashing: list[float]) -> None:
    """`hashing` gets the seconds that `sha256sum` took of it."""
    words = [sys.executable, "-c", _THEIR_CLIENT, REPO, NAME, str(folder)]
    surroundings = {**os.environ, **_QUIET, "HF_ENDPOINT": url, "HF_HOME": str(folder)}
    path = subprocess.run(words, check=True, capture_output=True, text=True, env=surroundings).stdout.strip()
    start = time.perf_counter()
    said = subprocess.run(["sha256sum", path], check=True, capture_output=True, text=True).stdout
    hashing.append(time.perf_counter() - start)
    assert said.split()[0] == file.sha256


class Memory:
    """The most that was taken at once, by each way of counting."""

    def __init__(self) -> None:
        pool()
        self._idle = _taken(psutil.Process())
        self.most = dict.fromkeys(KINDS, 0.0)
        self._most_there = dict.fromkeys(KINDS, 0.0)

    @contextmanager
    def watched(self) -> Iterator[None]:
        over = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(over,))
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()

    def _watch(self, over: threading.Event) -> None:
        while not over.wait(0.1):
            here = _taken(psutil.Process())
            there = [_taken(psutil.Process(worker.pid)) for worker, _, _ in pool().workers()]
            for kind in KINDS:
                theirs = sum(one[kind] for one in there)
                self._most_there[kind] = max(self._most_there[kind], theirs)
                self.most[kind] = max(self.most[kind], here[kind] - self._idle[kind] + theirs)

    def report(self) -> bool:
        for kind in KINDS:
            print(
                f"{kind.upper()}: {self.most[kind]:.1f} MB above idle, the download process at most {self._most_there[kind]:.1f}"
            )
        print(f"(target: less than {TARGET_MB} MB)")
        return self.most["pss"] < TARGET_MB


def _taken(process: psutil.Process) -> dict[str, float]:
    """In MB."""
    with suppress(psutil.Error):
        found: Any = process.memory_full_info()
        return {kind: getattr(found, kind) / 1e6 for kind in KINDS}
    return dict.fromkeys(KINDS, 0.0)


def report(line: str, ours: list[float], theirs: list[float], hashing: list[float]) -> bool:
    ratio = min(ours) / min(theirs)
    print(
        f"{line}: ours {min(ours):.2f} s, theirs and sha256sum {min(theirs):.2f} s: {ratio:.2f} (target: {TARGET_TIME})"
    )
    for name, values in (("ours", ours), ("theirs", theirs), ("sha256sum, of theirs", hashing)):
        print(f"  {name:20} {' '.join(f'{seconds:6.2f}' for seconds in values)}")
    sys.stdout.flush()
    return ratio <= TARGET_TIME


if __name__ == "__main__":
    main()
