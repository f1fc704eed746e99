"""The server answers while scripts compute: the interpreter changes hands every few milliseconds."""

import asyncio
import time
from pathlib import Path

import websockets

from tests.core.server import own_loop, running

TOY = Path(__file__).with_name("toys") / "busy_app.py"
LIMIT_S = 1.0


async def ask_while_busy(port):
    """How long each of 20 health checks took, in seconds, while a script computes."""
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    async with websockets.connect(address, subprotocols=["streamlit"], max_size=None, proxy=None) as line:
        await running.open_page(line)
        assert await running.first_text(line) == "busy"
        return [await asyncio.to_thread(ask, port) for _ in range(20)]


def ask(port):
    begun = time.monotonic()
    assert running.get(port, "/_stcore/health", timeout_s=10)[0] == 200
    return time.monotonic() - begun


def test_health_is_answered_within_a_second_while_a_script_computes(tmp_path):
    port = running.free_port()
    options = ["--server.address=127.0.0.1", f"--server.port={port}", "--server.headless=true"]
    words = ["-m", "streamlit", "run", str(TOY), *options, "--logger.hideWelcomeMessage=true"]
    with running.server(words, port, tmp_path / "log.txt", "/_stcore/health", PYTHONPATH=str(running.settings.ROOT)):
        took_s = own_loop.run(ask_while_busy(port))
    assert max(took_s) < LIMIT_S, took_s
