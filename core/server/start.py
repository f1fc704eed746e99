"""Starts the app: Streamlit as a child process, on the loopback address, without telemetry."""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Sequence

from core import settings
from core.errors import UserError

ADDRESS = "127.0.0.1"
FIRST_PORT = 8501
QUIET = {"ORT_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1"}


def start(words: Sequence[str]) -> int:
    """Run until the user stops it with Ctrl+C; gives the exit code of the server."""
    given = _parser().parse_args(words)
    try:
        port = _port(given.port)
    except UserError as error:
        print(f"{error.title}\n{error.detail}\n{error.fix}", file=sys.stderr)
        return 2
    address = f"http://{ADDRESS}:{port}"
    server = subprocess.Popen(  # noqa: S603  our own app with fixed words
        [sys.executable, "-P", "-m", "streamlit", "run", str(settings.ROOT / "app.py"), *_options(port)],
        env={**os.environ, **QUIET},
    )
    threading.Thread(target=_announce, args=(address, not given.no_browser, server), daemon=True).start()
    try:
        return server.wait()
    except KeyboardInterrupt:
        server.terminate()
        server.wait()
        print("\nStopped.")
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="onnx-playground", description="Open the app in the browser.")
    parser.add_argument("--port", type=int, help=f"the port; otherwise the first free one from {FIRST_PORT}")
    parser.add_argument("--no-browser", action="store_true", help="only start the app, don't open the browser")
    return parser


def _options(port: int) -> list[str]:
    return [
        f"--server.address={ADDRESS}",
        f"--server.port={port}",
        "--server.headless=true",
        "--browser.gatherUsageStats=false",
    ]


def _port(wanted: int | None) -> int:
    for port in [wanted] if wanted is not None else range(FIRST_PORT, FIRST_PORT + 50):
        with socket.socket() as sock:
            try:
                sock.bind((ADDRESS, port))
            except OSError:
                continue
            return port
    raise UserError(
        "The app can't be started.",
        f"Port {wanted or FIRST_PORT} is in use by another program.",
        "Stop that program, or choose another port: --port 8600.",
    )


def _announce(address: str, open_browser: bool, server: subprocess.Popen[bytes]) -> None:
    while server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=1) as answer:  # noqa: S310  our own address
                if b'"status"' in answer.read():
                    break
        except (urllib.error.URLError, OSError):
            threading.Event().wait(0.1)
    else:
        return
    print(f"\nONNX Playground is open at {address}  (stop it with Ctrl+C)\n", flush=True)
    if open_browser:
        webbrowser.open(address)
