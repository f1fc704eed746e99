"""Whether a program that is killed while it fetches a model leaves anything wrong behind.

`python -m core get` fetches a model of 100 MB from a loopback hub into a data folder of its own, and is killed
(SIGKILL) at a random moment between its start and the time it takes whole; 50 times. After each kill is counted: files
under their final names that aren't what the hub has, models that the library lists without having them whole, and
processes that are left. The next start has to go on where the part ended, asking with Range. One that gets through
before its kill is checked whole, and the next begins with an empty folder; so does the last, which isn't killed.

All counts of damage must be 0. Run: python -m tests.bench.kill_download [--kills 50] [--mb 100] [--seed 0]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import psutil

from tests.bench.serving import ROOT
from tests.hub import graphs, repos
from tests.hub.loopback import LoopbackHub

REPO = "makers/killed"
BYTES_PER_S = 50 * 10**6
WHOLE_LIMIT_S = 120
GONE_S = 5
DAMAGE = ("damaged files", "damaged entries", "library that can't be read", "begun anew", "processes left")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--mb", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    with tempfile.TemporaryDirectory(prefix="onnx-playground-bench-") as folder:
        root = Path(folder)
        expected = make_model(root / "hub", asked.mb)
        with LoopbackHub(root / "hub", bytes_per_s=BYTES_PER_S) as hub:
            trial = Trial(hub, root / "home", expected)
            whole_s = trial.whole()
            while trial.counts["kills"] < asked.kills:
                trial.killed_after(chance.uniform(0, whole_s))
            trial.whole()
    trial.report(whole_s)
    raise SystemExit(1 if any(trial.counts[name] for name in DAMAGE) else 0)


def make_model(hub: Path, mb: int) -> dict[str, str]:
    """SHA-256 by name. Weights lie in a file of their own, with much that nobody uses behind them."""
    graph, weights = graphs.with_weights_beside(graphs.classifier(), "model.onnx_data")
    files = {
        "onnx/model.onnx": graph.SerializeToString(),
        "onnx/model.onnx_data": weights + os.urandom(mb * 10**6),
        "config.json": json.dumps(repos.CONFIG).encode(),
        "preprocessor_config.json": json.dumps(repos.PREPARATION).encode(),
    }
    repos.make(hub, REPO, files, **repos.PICTURES, **repos.LICENCE)
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


class Trial:
    """One data folder, used from one kill to the next until the model is in its library."""

    def __init__(self, hub: LoopbackHub, home: Path, expected: dict[str, str]) -> None:
        self._hub, self._home, self._expected = hub, home, expected
        self.counts: Counter[str] = Counter()

    def whole(self) -> float:
        """Fetches without a kill, and says how long that took."""
        return self.killed_after(WHOLE_LIMIT_S)

    def killed_after(self, seconds: float) -> float:
        """How long it worked."""
        part_bytes, asked = self._part_bytes(), len(self._hub.log)
        start = time.perf_counter()
        program = self._program("get", REPO, "--json")
        try:
            code = program.wait(seconds)
            took_s = time.perf_counter() - start
        except subprocess.TimeoutExpired:
            assert seconds < WHOLE_LIMIT_S, "it doesn't get through by itself"
            self._kill(program)
            took_s = seconds
            self._look_at_what_is_left()
        else:
            assert code == 0, f"it gave up by itself: exit code {code}"
            self._finished()
            self.counts["went on after a kill and got through"] += bool(part_bytes)
        if part_bytes:
            self._check_range(part_bytes, asked)
        return took_s

    def _program(self, *words: str) -> subprocess.Popen[bytes]:
        self._home.mkdir(exist_ok=True)
        surroundings = {**os.environ, "HF_ENDPOINT": self._hub.url, "ONNX_PLAYGROUND_HOME": str(self._home)}
        return subprocess.Popen(
            [sys.executable, "-m", "core", *words], cwd=ROOT, env=surroundings, stdout=subprocess.PIPE
        )

    def _kill(self, program: subprocess.Popen[bytes]) -> None:
        """It alone; its workers have to notice by themselves."""
        workers = []
        with suppress(psutil.Error):
            workers = psutil.Process(program.pid).children(recursive=True)
        program.kill()
        program.communicate()
        _, left = psutil.wait_procs(workers, GONE_S)
        self.counts["processes left"] += len(left)
        self.counts["kills"] += 1

    def _look_at_what_is_left(self) -> None:
        there = self._files()
        whole = {name for name, sha256 in there.items() if self._expected.get(name) == sha256}
        self.counts["damaged files"] += len(there) - len(whole)
        self.counts["kills before any file was whole" if not there else "kills with some files whole"] += 1
        self.counts["kills with a part on its way"] += bool(self._part_bytes())
        if entries := self._listed():
            self.counts["damaged entries"] += len(entries) if whole != {*self._expected} else 0
            self.counts["kills with the model in the library already"] += 1
            shutil.rmtree(self._home)

    def _finished(self) -> None:
        assert self._files() == self._expected, "it is done, and not all is there"
        assert len(self._listed()) == 1, "it is done, and not in the library"
        self.counts["got through whole"] += 1
        shutil.rmtree(self._home)

    def _check_range(self, part_bytes: int, asked: int) -> None:
        """Requests for the large file since then, when so much of it was there."""
        wanted = f"bytes={part_bytes}-"
        for request in self._hub.log[asked:]:
            if (
                request["path"].startswith(f"/cdn/{self._expected['onnx/model.onnx_data']}")
                and request["method"] == "GET"
            ):
                self.counts["went on with Range" if request.get("Range") == wanted else "begun anew"] += 1

    def _files(self) -> dict[str, str]:
        """SHA-256 of what has its final name, by that name."""
        found = {}
        for folder in (self._home / "hub").glob("*"):
            for path in folder.rglob("*"):
                if path.is_file() and not path.name.startswith("."):
                    with path.open("rb") as file:
                        found[path.relative_to(folder).as_posix()] = hashlib.file_digest(file, "sha256").hexdigest()
        return found

    def _part_bytes(self) -> int:
        """Of the large file."""
        return sum(path.stat().st_size for path in self._home.glob("hub/*/onnx/.model.onnx_data.*.part"))

    def _listed(self) -> list[object]:
        program = self._program("library", "--json")
        said = program.communicate(timeout=WHOLE_LIMIT_S)[0]
        if program.returncode:
            self.counts["library that can't be read"] += 1
            return []
        found: list[object] = json.loads(said)
        return found

    def report(self, whole_s: float) -> None:
        print(f"{self.counts['kills']} kills at moments up to {whole_s:.1f} s, the time that a whole fetch takes")
        for name in (*DAMAGE, *sorted({*self.counts} - {*DAMAGE, "kills"})):
            print(f"  {self.counts[name]:4}  {name}{'  (target: 0)' if name in DAMAGE else ''}")


if __name__ == "__main__":
    main()
