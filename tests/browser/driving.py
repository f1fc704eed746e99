"""Starts the app as a user does and drives a browser that can only reach this computer."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import expect, sync_playwright

from core import settings

SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
START_S = 60
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]


@contextmanager
def app(log_path, *more_words):
    """The address of a fresh server, which is stopped in the end; what it prints goes to `log_path`."""
    port = free_port()
    words = [sys.executable, "-m", "core", "--no-browser", "--port", str(port), *more_words]
    with log_path.open("w") as log:
        server = subprocess.Popen(
            words, cwd=settings.ROOT, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(server.pid, 15)
            server.wait(20)


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def wait_for(url, server):
    """Return when the server says that it is well; an error after START_S seconds, or when it has stopped."""
    place = urlsplit(url)
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        assert server.poll() is None, "the server stopped"
        try:
            socket.create_connection((place.hostname, place.port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
            continue
        with urllib.request.urlopen(url, timeout=START_S) as answer:
            assert b"ok" in answer.read()
            return
    raise AssertionError(f"no answer from {url} in {START_S} s")


@contextmanager
def browser():
    """Chromium, headless."""
    path = os.environ.get("ONNX_PLAYGROUND_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@contextmanager
def tab(chromium, address, size="desktop", colours="light"):
    """A fresh tab; fails on a script error or a request that leaves this computer."""
    phone = size == "phone"
    context = chromium.new_context(
        base_url=address,
        viewport=SIZES[size],
        is_mobile=phone,
        has_touch=phone,
        color_scheme=colours,
        reduced_motion="reduce",
        accept_downloads=True,
    )
    page = context.new_page()
    errors, outside = [], []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda r: None if r.url.startswith((address, "data:", "blob:")) else outside.append(r.url))
    yield page
    assert not errors, errors
    assert not outside, f"requests left this computer: {outside}"
    context.close()


def settled(page):
    """The page is connected, its script has finished, and nothing is loading any more."""
    page.wait_for_timeout(150)  # a widget waits a moment before it tells the server
    page.wait_for_selector(
        '[data-testid="stApp"][data-test-connection-state="CONNECTED"][data-test-script-state="notRunning"]',
        timeout=60_000,
    )
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def fits_the_width(page):
    return page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth <= window.innerWidth")
