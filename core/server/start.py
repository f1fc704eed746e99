"""Starts the app: Streamlit as a child process, on the loopback address, without telemetry.

With --classroom it is open to the network, for those who have the link.
"""

from __future__ import annotations

import argparse
import errno
import ipaddress
import os
import secrets
import signal
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
from core.server import addresses

ADDRESS = addresses.LOOPBACK
EVERY_ADDRESS = "0.0.0.0"  # noqa: S104  only with --classroom, which says so
FIRST_PORT = 8501
QUIET = {"ORT_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1"}
SAFE = (
    "--server.headless=true",
    "--server.enableCORS=true",
    "--server.enableXsrfProtection=true",
    "--server.enableStaticServing=false",
    "--server.enableAgentApi=false",
    "--client.showErrorDetails=none",
    "--browser.gatherUsageStats=false",
)
"""As in .streamlit/config.toml; said again here, where no STREAMLIT_… variable can undo it."""
WARNING = """\
This is no login: everyone in the network who has such a link comes in, and what is sent is not encrypted.
Don't use it on a network you don't trust, and stop it with Ctrl+C after the lesson; the next start makes a new link."""
BY_HAND = "Look up this computer's address in its network settings and put it where the link says ADDRESS:"


def start(typed: Sequence[str]) -> int:
    """Run until the user stops it with Ctrl+C; gives the exit code of the server."""
    given = _arguments(typed)
    try:
        port = _port(given.port, given.address)
    except UserError as error:
        print(f"{error.title}\n{error.detail}\n{error.fix}", file=sys.stderr)
        return 2
    secret = secrets.token_urlsafe(24) if given.classroom else ""
    server = subprocess.Popen(  # noqa: S603  our own app with fixed words
        [sys.executable, "-P", "-m", "streamlit", "run", str(settings.ROOT / "app.py"), *_options(given.address, port)],
        env=_environment(given.address, secret),
    )
    here = _link(ADDRESS if given.address == EVERY_ADDRESS else given.address, port)
    words = f"ONNX Playground is open at {here}  (stop it with Ctrl+C)"
    words = _class_links(given.address, port, secret) if given.classroom else words
    to_open = "" if given.no_browser else _link_with_key(here, secret)
    threading.Thread(target=_announce, args=(here, words, to_open, server), daemon=True).start()
    if hasattr(signal, "SIGTERM"):  # whoever ends this program means the whole app
        signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    try:
        return server.wait()
    except KeyboardInterrupt:
        server.terminate()
        server.wait()
        print("\nStopped.")
        return 0


def _arguments(typed: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="onnx-playground", description="Open the app in the browser.")
    parser.add_argument("--port", type=int, help=f"the port; otherwise the first free one from {FIRST_PORT}")
    parser.add_argument("--no-browser", action="store_true", help="only start the app, don't open the browser")
    parser.add_argument(
        "--classroom", action="store_true", help="let others in the network come in, with a link that is printed"
    )
    parser.add_argument(
        "--address", type=_address, help="with --classroom: listen on this address only, not on all of this computer"
    )
    given = parser.parse_args(typed)
    if given.address and not given.classroom:
        parser.error("--address goes with --classroom; without it the app is open to this computer only")
    given.address = given.address or (EVERY_ADDRESS if given.classroom else ADDRESS)
    return given


def _address(typed: str) -> str:
    try:
        return str(ipaddress.ip_address(typed))
    except ValueError as error:  # a name would have to be asked for in the network
        raise argparse.ArgumentTypeError(f"{typed} is not an address such as 192.168.1.20") from error


def _options(address: str, port: int) -> list[str]:
    return [f"--server.address={address}", f"--server.port={port}", *SAFE]


def _environment(address: str, secret: str) -> dict[str, str]:
    """What the server inherits. The secret isn't a word of its command, which everybody at this computer may read."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in (settings.CLASSROOM_VARIABLE, settings.CLASSROOM_SECRET_VARIABLE)
    }
    classroom = {settings.CLASSROOM_VARIABLE: "1", settings.CLASSROOM_SECRET_VARIABLE: secret} if secret else {}
    return {**inherited, **QUIET, settings.ADDRESS_VARIABLE: address, **classroom}


def _port(wanted: int | None, address: str) -> int:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    for port in [wanted] if wanted is not None else range(FIRST_PORT, FIRST_PORT + 50):
        with socket.socket(family) as sock:
            try:
                sock.bind((address, port))
            except OSError as error:
                if _is_elsewhere(error):
                    raise UserError(
                        "The app can't be started.",
                        f"{address} is not an address of this computer.",
                        f"Choose one of its own ({', '.join(addresses.in_network()) or ADDRESS}), "
                        "or leave out --address.",
                    ) from error
                continue
            return port
    raise UserError(
        "The app can't be started.",
        f"Port {wanted or FIRST_PORT} is in use by another program.",
        "Stop that program, or choose another port: --port 8600.",
    )


def _is_elsewhere(error: OSError) -> bool:
    return error.errno == errno.EADDRNOTAVAIL


def _link(address: str, port: int) -> str:
    return f"http://{addresses.as_host(address)}:{port}"


def _link_with_key(link: str, secret: str) -> str:
    return f"{link}/?key={secret}" if secret else link


def _class_links(address: str, port: int, secret: str) -> str:
    """The links to hand out, and what they mean."""
    found = addresses.in_network() if address == EVERY_ADDRESS else [address]
    links = [f"  {_link_with_key(_link(one, port), secret)}" for one in found or ["ADDRESS"]]
    return "\n".join(
        [
            "ONNX Playground is open to your class. Hand out this link:"
            if len(links) == 1
            else "ONNX Playground is open to your class. Hand out the link that works in your network:",
            *([] if found else [BY_HAND]),
            *links,
            "",
            WARNING,
        ]
    )


def _announce(here: str, words: str, to_open: str, server: subprocess.Popen[bytes]) -> None:
    directly = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy can't know this computer's door
    while server.poll() is None:
        try:
            with directly.open(f"{here}/healthz", timeout=1) as answer:
                if b'"status"' in answer.read():
                    break
        except (urllib.error.URLError, OSError):
            threading.Event().wait(0.1)
    else:
        return
    print(f"\n{words}\n", flush=True)
    if to_open:
        webbrowser.open(to_open)
