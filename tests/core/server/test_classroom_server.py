"""The real server, started with --classroom as a teacher does, seen from two browsers and from outside."""

import asyncio
import re

import pytest
import websockets

from core.server import door, visitor
from tests.core.server import own_loop, running


@pytest.fixture(scope="module")
def log_path(tmp_path_factory):
    return tmp_path_factory.mktemp("server") / "log.txt"


@pytest.fixture(scope="module")
def port(log_path):
    port = running.free_port()
    words = ["-m", "core", "--classroom", "--address", "127.0.0.1", "--no-browser", "--port", str(port)]
    with running.server(words, port, log_path):
        yield port


@pytest.fixture(scope="module")
def key(port, log_path):
    """As printed for the teacher; the launcher says it a moment after the server is up."""
    for _ in range(running.START_S):
        if found := re.search(rf"http://127\.0\.0\.1:{port}/\?key=(\S+)", log_path.read_text()):
            return found.group(1)
        running.get(port, "/healthz")
        own_loop.run(asyncio.sleep(0.2))
    pytest.fail(log_path.read_text())


@pytest.fixture
def cookie(port, key):
    """What a browser has after it has opened the link."""
    status, headers, _ = running.get(port, f"/?key={key}")
    assert (status, headers["location"]) == (303, "/")
    return headers["set-cookie"][0].partition(";")[0]


def handshake(port, **headers):
    """Opens and closes the line that a page works through; the status of a refusal is raised."""

    async def open_and_close():
        address = f"ws://127.0.0.1:{port}/_stcore/stream"
        given = {name.title(): value for name, value in headers.items() if name != "origin"}
        async with websockets.connect(
            address, origin=headers.get("origin"), additional_headers=given, subprotocols=["streamlit"], proxy=None
        ) as line:
            return line.subprotocol

    return own_loop.run(open_and_close())


@pytest.mark.parametrize("path", ["/", "/_stcore/host-config", "/media/x.png", "/static/js/x.js", "/?key=wrong"])
def test_without_the_key_nothing_is_shown(port, path):
    status, headers, body = running.get(port, path)
    assert status == 403
    assert not headers["set-cookie"]
    assert b"ask the person who started it" in body


@pytest.mark.parametrize("path", ["/healthz", "/_stcore/health"])
def test_this_computer_may_ask_for_health_without_a_key(port, path):
    assert running.get(port, path)[0] == 200


def test_with_the_cookie_the_page_comes_and_each_browser_gets_a_name_of_its_own(port, cookie):
    given = []
    for _ in range(2):
        status, headers, body = running.get(port, "/", cookie=cookie)
        assert status == 200
        assert b"streamlit" in body.lower()
        given += [one.partition(";")[0] for one in headers["set-cookie"] if one.startswith(visitor.COOKIE)]
    assert len(set(given)) == 2
    _, headers, _ = running.get(port, "/", cookie=f"{cookie}; {given[0]}")
    assert not [one for one in headers["set-cookie"] if one.startswith(visitor.COOKIE)]


def test_the_line_to_a_page_is_refused_without_the_cookie_and_opened_with_it(port, cookie):
    with pytest.raises(websockets.InvalidStatus) as refusal:
        handshake(port)
    assert refusal.value.response.status_code == 403
    assert handshake(port, cookie=cookie) == "streamlit"
    assert handshake(port, cookie=cookie, origin=f"http://127.0.0.1:{port}") == "streamlit"


def test_a_page_of_another_site_gets_no_line_and_can_send_nothing(port, cookie):
    with pytest.raises(websockets.InvalidStatus) as refusal:
        handshake(port, cookie=cookie, origin="http://evil.example")
    assert refusal.value.response.status_code == 403
    assert running.get(port, "/healthz", "POST", origin="http://evil.example", cookie=cookie)[0] == 403


def test_another_name_for_this_computer_is_refused(port, cookie):
    assert running.get(port, "/", host="evil.example", cookie=cookie)[0] == 400


def test_the_key_is_printed_once_for_the_teacher_and_never_by_the_server(port, key, cookie, log_path):
    running.get(port, f"/healthz?key={key}")
    with pytest.raises(websockets.InvalidStatus):
        own_loop.run(_knock(f"ws://127.0.0.1:{port}/_stcore/stream?key={key}"))
    printed = log_path.read_text()
    assert printed.count(key) == 1
    assert cookie.removeprefix(f"{door.KEY_COOKIE}=") not in printed
    assert "no login" in printed
    assert "Traceback" not in printed


async def _knock(address):
    async with websockets.connect(address, proxy=None):
        pass
