"""A page learns who is looking from the cookies of the line it works through, which no script in the page can read."""

import hashlib
from pathlib import Path

import pytest
import websockets

from core import settings
from core.server import visitor
from tests.core.server import own_loop, running

TOY = Path(__file__).with_name("toys") / "who_app.py"
SECRET = "the-secret_of-this-lesson"


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    port = running.free_port()
    options = ["--server.address=127.0.0.1", f"--server.port={port}", "--server.headless=true"]
    words = ["-m", "streamlit", "run", str(TOY), *options, "--logger.hideWelcomeMessage=true"]
    given = {settings.CLASSROOM_VARIABLE: "1", settings.CLASSROOM_SECRET_VARIABLE: SECRET}
    log_path = tmp_path_factory.mktemp("server") / "log.txt"
    with running.server(words, port, log_path, PYTHONPATH=str(settings.ROOT), **given):
        yield port


def cookies(port):
    """What a browser holds after it has opened the link: the key, then the visitor."""
    _, headers, _ = running.get(port, f"/?key={SECRET}")
    key = headers["set-cookie"][0].partition(";")[0]
    _, headers, _ = running.get(port, "/", cookie=key)
    return [key, *(one.partition(";")[0] for one in headers["set-cookie"] if one.startswith(visitor.COOKIE))]


def who(port, *cookies):
    async def look():
        address, headers = f"ws://127.0.0.1:{port}/_stcore/stream", {"Cookie": "; ".join(cookies)}
        async with websockets.connect(address, additional_headers=headers, max_size=None, proxy=None) as line:
            await running.open_page(line)
            return await running.first_text(line)

    return own_loop.run(look())


def test_the_page_knows_each_browser_by_the_hash_of_its_cookie(port):
    key, mine = cookies(port)
    _, yours = cookies(port)
    value = mine.removeprefix(f"{visitor.COOKIE}=")
    assert who(port, key, mine) == who(port, key, mine) == hashlib.sha256(value.encode()).hexdigest()[:24]
    assert who(port, key, yours) != who(port, key, mine)


def test_a_browser_without_the_cookie_is_nobody_to_the_page(port):
    key, _ = cookies(port)
    assert who(port, key) == "nobody"
