"""A server of our own for a test, on the loopback address, and the few words of HTTP the tests need."""

import asyncio
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from core import settings

START_S = 60


async def open_page(line):
    """Asks for the page, as a browser does once it is connected."""
    message = BackMsg()
    message.rerun_script.query_string = ""
    await line.send(message.SerializeToString())


async def first_text(line, limit_s=30):
    """The first `st.text` that the script draws."""
    async with asyncio.timeout(limit_s):
        while True:
            element = ForwardMsg.FromString(await line.recv()).delta.new_element
            if element.WhichOneof("type") == "text":
                return element.text.body


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


@contextmanager
def server(words, port, log_path, path="/healthz", **more):
    """Runs the command while the block lasts, from when the health address answers; what it prints is in `log_path`."""
    with log_path.open("w") as log:
        process = subprocess.Popen(
            [sys.executable, *words],
            cwd=settings.ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, **more},
        )
        try:
            _wait(port, path, process, log_path)
            yield
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(20)


def _wait(port, path, process, log_path):
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        assert process.poll() is None, log_path.read_text()
        try:
            if get(port, path)[0] == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"no answer in {START_S} s: {log_path.read_text()}")


def get(port, path, method="GET", timeout_s=10, **headers):
    """Status, headers (names in lower case, Set-Cookie as a list) and body; nothing is followed."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_s)
    try:
        line.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = line.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        found["set-cookie"] = answer.headers.get_all("Set-Cookie") or []
        return answer.status, found, answer.read()
    finally:
        line.close()
