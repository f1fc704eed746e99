"""Starts a server for a measurement and stops it again, and puts many times into two numbers."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOYS = Path(__file__).resolve().parent / "toys"
START_S = 60
QUIET = {"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_OFFLINE": "1", "DO_NOT_TRACK": "1"}


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def streamlit_words(script: Path, port: int) -> list[str]:
    """`streamlit run` as core.server.start calls it."""
    options = ["--server.address=127.0.0.1", "--server.headless=true", "--browser.gatherUsageStats=false"]
    return [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}", *options]


@contextmanager
def started(words: list[str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The process, with an empty data folder of its own; what it prints is shown only when it stops by itself."""
    with tempfile.TemporaryDirectory(prefix="onnx-playground-bench-") as home:
        data = Path(home) / "data"
        surroundings = {**os.environ, **QUIET, "ONNX_PLAYGROUND_HOME": str(data), "PYTHONPATH": str(ROOT)}
        log = Path(home) / "printed.txt"  # not in the data folder, where the app keeps a log of its own
        with log.open("wb") as target:
            server = subprocess.Popen(
                words, cwd=folder, env=surroundings, stdout=target, stderr=target, start_new_session=True
            )
        try:
            yield server
        finally:
            if server.poll() is not None:
                print(log.read_text(errors="replace"), file=sys.stderr)
            else:
                os.killpg(server.pid, 15)
                server.wait(20)


def wait_until_listening(port: int, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        assert server.poll() is None, "the server stopped by itself"
        with socket.socket() as sock:
            if not sock.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.005)
    raise AssertionError(f"nothing listens on port {port} after {START_S} s")


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def in_words(name: str, values: list[float]) -> str:
    p50, p95 = percentile(values, 0.5), percentile(values, 0.95)
    return f"{name:34} p50 {p50:7.1f} ms   p95 {p95:7.1f} ms   ({len(values)} times)"


def ratio(ours: list[float], theirs: list[float]) -> str:
    p50 = percentile(ours, 0.5) / percentile(theirs, 0.5)
    p95 = percentile(ours, 0.95) / percentile(theirs, 0.95)
    return f"ratio p50 {p50:.2f}, p95 {p95:.2f}"
