"""What the app takes of the processor while nobody does anything.

Starts the app as a user does, opens Models, Settings, and Try it with an answer, each in a tab of its own that stays
open, waits until all is quiet, and adds up the processor time of the server and everything it started over 30 s. The
browser's own isn't counted. Target: less than 1 % of one processor. Run: python -m tests.bench.idle [--seconds 30]
"""

from __future__ import annotations

import argparse
import sys
import time

import psutil

from tests.bench.egress import ANSWERS
from tests.bench.serving import ROOT, free_port, started, wait_until_listening
from tests.browser import driving

TARGET = 0.01
QUIET_S = 2.0
MOST_WAITING_S = 60


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30)
    seconds = parser.parse_args().seconds
    port = free_port()
    words = [sys.executable, "-m", "core", "--no-browser", "--port", str(port)]
    with started(words, ROOT) as server, driving.browser() as chromium:
        wait_until_listening(port, server)
        context = chromium.new_context(base_url=f"http://127.0.0.1:{port}")
        for place in ("/", "/settings", ANSWERS[0]):
            page = context.new_page()
            page.goto(place)
            page.get_by_role("heading", level=1).first.wait_for(timeout=60_000)
            driving.settled(page)
        page.locator(".st-key-answer").first.wait_for(timeout=60_000)
        waited_s = until_quiet(server.pid)
        before, start = processor_s(server.pid), time.perf_counter()
        page.wait_for_timeout(seconds * 1000)
        after, took_s = processor_s(server.pid), time.perf_counter() - start
        context.close()
    share = report(before, after, took_s, waited_s)
    raise SystemExit(0 if share < TARGET else 1)


def processor_s(pid: int) -> dict[str, float]:
    """Seconds of processor time so far, by process."""
    found = {}
    server = psutil.Process(pid)
    for process in (server, *server.children(recursive=True)):
        times = process.cpu_times()
        words = " ".join(process.cmdline()[1:])[-60:]
        found[f"{process.pid} …{words}"] = times.user + times.system
    return found


def until_quiet(pid: int) -> float:
    """Waits for the first QUIET_S seconds that take less than a twentieth of a processor; gives how long that was."""
    start = time.monotonic()
    while time.monotonic() - start < MOST_WAITING_S:
        before = sum(processor_s(pid).values())
        time.sleep(QUIET_S)
        if sum(processor_s(pid).values()) - before < QUIET_S / 20:
            break
    return time.monotonic() - start


def report(before: dict[str, float], after: dict[str, float], took_s: float, waited_s: float) -> float:
    share = (sum(after.values()) - sum(before.values())) / took_s
    print(f"quiet after {waited_s:.0f} s; then, over {took_s:.0f} s:")
    for name, used_s in after.items():
        print(f"  {(used_s - before.get(name, 0)) / took_s:7.2%}  {name}")
    print(f"together {share:.2%} of one processor (target: less than {TARGET:.0%})")
    return share


if __name__ == "__main__":
    main()
