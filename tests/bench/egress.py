"""Nothing leaves this computer from the start to the answer, seen by the browser and by the process.

By the browser: every request and every websocket of every tab, as Playwright reports them.

By the process: strace writes down each connect, sendto and sendmsg of the server and of everything it starts, workers included. That
needs no rights, because strace is the parent of what it watches, and it sees every attempt, also one that fails or
lasts a millisecond; looking into /proc from time to time would miss those. What it can't see is the network through
io_uring, which neither Python nor uvloop uses. A question to a name server counts as leaving, wherever it is sent:
on many computers the name server is a small program on the loopback address. Without strace (`apt install strace`)
this measurement refuses to run rather than say less than it seems to.

Run: python -m tests.bench.egress
"""

import ipaddress
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page

from tests.bench.serving import ROOT, free_port, started, wait_until_listening
from tests.browser import driving
from tests.core import examples

CALLS = "connect,sendto,sendmsg,sendmmsg,execve"
"""The last only shows that the nursery, and with it all workers split off from it, is watched too."""
NURSERY = '"core.workers.nursery"'
DESTINATION = re.compile(
    r'sa_family=AF_INET6?, sin6?_port=htons\((?P<port>\d+)\).*?(?:inet_addr\("|inet_pton\(AF_INET6, ")(?P<host>[^"]+)"'
)
DNS_PORTS = ("53", "853", "5353", "5355")
ANSWERS = tuple(f"/try?model={starter}&task={task}" for starter, task in examples.pairs())


def main() -> None:
    if not shutil.which("strace"):
        raise SystemExit("This measurement needs strace: apt install strace")
    prove_that_strace_sees()
    port = free_port()
    with tempfile.TemporaryDirectory() as folder, driving.browser() as chromium:
        log = Path(folder) / "strace.txt"
        with traced([sys.executable, "-m", "core", "--no-browser", "--port", str(port)], log, port):
            context = chromium.new_context(base_url=f"http://127.0.0.1:{port}")
            asked = requests_of(context)
            walk(context.new_page())
            context.close()
        by_browser, by_process = outside(asked), destinations_outside(log.read_text())
        sent = len(list(DESTINATION.finditer(log.read_text())))
        nurseries = log.read_text().count(NURSERY)
    print(f"by the browser: {len(asked)} requests, {len(by_browser)} of them to anything but loopback", *by_browser)
    print(f"by the process: {sent} connections or packets, {len(by_process)} of them leaving", *by_process)
    assert nurseries, "the process that workers are split off from wasn't watched"
    raise SystemExit(1 if by_browser or by_process else 0)


def walk(page: Page) -> None:
    """Every page, and an answer of each starter model."""
    for place in ("/", "/about", *ANSWERS):
        page.goto(place)
        page.get_by_role("heading", level=1).first.wait_for(timeout=60_000)
        driving.settled(page)
        if place in ANSWERS:
            page.locator(".st-key-answer").first.wait_for(timeout=60_000)
            print(f"answered: {place}", flush=True)


def requests_of(context: BrowserContext) -> list[str]:
    """A list that fills with the address of each request and websocket of the context's tabs."""
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    context.on("page", lambda page: page.on("websocket", lambda socket: asked.append(socket.url)))
    return asked


def outside(addresses: list[str]) -> list[str]:
    return [address for address in addresses if not stays(address)]


def stays(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme in ("data", "blob", "about") or is_loopback(parts.hostname or "")


def is_loopback(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


@contextmanager
def traced(words: list[str], log: Path, port: int) -> Iterator[None]:
    """Runs a server under strace until the block ends."""
    with started(["strace", "-f", "-qq", "-e", f"trace={CALLS}", "-o", str(log), *words], ROOT) as server:
        if port:
            wait_until_listening(port, server)
        else:
            server.wait(60)
        yield


def destinations_outside(log: str) -> list[str]:
    """Where a traced process turned to, other than loopback; a name server counts in any case."""
    found = [(match["host"], match["port"]) for match in DESTINATION.finditer(log)]
    return sorted({f"{host}:{port}" for host, port in found if port in DNS_PORTS or not is_loopback(host)})


def prove_that_strace_sees() -> None:
    """A question to a name server on the loopback address, from a child of a child, must be seen."""
    ask = "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect(('127.0.0.1', 53))"
    words = [sys.executable, "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {ask!r}])"]
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "strace.txt"
        with traced(words, log, 0):
            assert destinations_outside(log.read_text()) == ["127.0.0.1:53"], "strace doesn't see what a child does"


if __name__ == "__main__":
    main()
