"""Links to files anywhere: only where everybody may go, and never into the user's own network."""

import ipaddress
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from core import settings
from core.actions import _workers
from core.caller import Caller
from core.errors import NotFetched
from core.hub import _web, web_link
from core.listings import Query

MODEL = b"model bytes " * 1000


class Server(BaseHTTPRequestHandler):
    """Serves one file, and detours to it."""

    def do_GET(self):
        if self.path.startswith("/detour/"):
            left = int(self.path.rpartition("/")[2])
            self.send_response(302)
            self.send_header("Location", f"/detour/{left - 1}" if left > 1 else "/m.onnx")
            self.end_headers()
            return
        if self.path == "/to-private":
            self.send_response(302)
            self.send_header("Location", "http://192.168.1.1/m.onnx")
            self.end_headers()
            return
        if self.path == "/page.onnx":
            self.answer(200, b"<html>", "text/html")
        elif self.path == "/m.onnx":
            start = int((self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").split("-")[0])
            end = (self.headers.get("Range") or "-").rpartition("-")[2]
            body = MODEL[start : int(end) + 1 if end else None]
            status = 206 if "Range" in self.headers else 200
            self.answer(status, body, "application/octet-stream", start)
        else:
            self.answer(404, b"", "text/plain")

    def answer(self, status, body, kind, start=0):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if status == 206:
            self.send_header("Content-Range", f"bytes {start}-{start + len(body) - 1}/{len(MODEL)}")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def address(monkeypatch):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    monkeypatch.setattr(settings, "ALLOW_PRIVATE_LINKS", True)
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_link_is_found_without_asking_anybody():
    [found] = web_link.search(Query("https://example.org/a%20b/cats.onnx?download=1"), "").listings
    assert (found.title, found.source) == ("cats", "web_link")
    for words in (
        "cats",
        "http://example.org/m.onnx",
        "https://example.org/m.zip",
        "ftp://x/m.onnx",
        "https:///m.onnx",
    ):
        assert web_link.search(Query(words), "").listings == ()


def test_a_file_is_looked_at_and_told_its_size(address):
    found = web_link.look_up(f"{address}/m.onnx", "")
    assert found.variants[0].files[0].size_bytes == len(MODEL)
    assert found.variants[0].parts == {"model": "m.onnx"}


def test_detours_are_followed_but_not_for_ever(address):
    assert _web.look(f"{address}/detour/5").size_bytes == len(MODEL)
    with pytest.raises(NotFetched, match="on and on"):
        _web.look(f"{address}/detour/6")


def test_a_page_is_no_file_and_nothing_is_nothing(address):
    with pytest.raises(NotFetched, match="page, not to a file"):
        _web.look(f"{address}/page.onnx")
    with pytest.raises(NotFetched, match="nothing behind it"):
        _web.look(f"{address}/other.onnx")


@pytest.mark.parametrize(
    "host",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "192.168.0.1",
            "172.16.5.5",
            "169.254.169.254",
            "0.0.0.0",
            "224.0.0.1",
            "100.64.0.1",
        ),
        *("[::1]", "[fe80::1]", "[fc00::1]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[2002:7f00:1::]", "[::]"),
        "localhost",
    ],
)
def test_links_into_ones_own_network_are_refused(host):
    with pytest.raises(NotFetched, match="own network"):
        _web.look(f"https://{host}/m.onnx")


def test_every_step_of_a_detour_is_checked(address, monkeypatch):
    checked, real = [], _web._checked

    def remembering(host, port):
        checked.append(host)
        if host == "192.168.1.1":  # what it says when private links aren't allowed
            monkeypatch.setattr(settings, "ALLOW_PRIVATE_LINKS", False)
        return real(host, port)

    monkeypatch.setattr(_web, "_checked", remembering)
    with pytest.raises(NotFetched, match="own network"):
        _web.look(f"{address}/to-private")
    assert checked == ["127.0.0.1", "192.168.1.1"]


def test_a_name_of_which_one_address_is_private_is_refused(monkeypatch):
    both = [ipaddress.ip_address("93.184.216.34"), ipaddress.ip_address("10.0.0.1")]
    monkeypatch.setattr(_web, "_addresses", lambda *_: both)
    with pytest.raises(NotFetched, match="own network"):
        _web.look("https://example.org/m.onnx")


def test_the_address_that_was_checked_is_the_one_connected_to(address, monkeypatch):
    """A name that answers differently the second time leads nowhere else."""
    port = int(address.rpartition(":")[2])
    asked = []

    def getaddrinfo(host, *_, **__):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1" if len(asked) == 1 else "127.9.9.9", port))]

    real = socket.getaddrinfo
    monkeypatch.setattr(
        _web.socket,
        "getaddrinfo",
        lambda host, *more, **named: (getaddrinfo if host == "name.test" else real)(host, *more, **named),
    )
    assert _web.look(f"http://name.test:{port}/m.onnx").size_bytes == len(MODEL)
    assert asked == ["name.test"]


@pytest.mark.parametrize(
    "url", ["http://example.org/m.onnx", "https://user:word@example.org/m.onnx", "https://example.org:x/m.onnx"]
)
def test_links_that_are_not_plain_are_refused(url):
    with pytest.raises(NotFetched):
        _web.look(url)


def test_a_whole_file_comes_through_the_real_process(address, tmp_path, monkeypatch):
    file = {"path": "m.onnx", "url": f"{address}/m.onnx", "size_bytes": None, "sha256": ""}
    request = {"files": [file], "token": "", "source": "web_link"}
    monkeypatch.delenv(settings.PRIVATE_LINKS_VARIABLE, raising=False)
    with pytest.raises(NotFetched):
        _workers.fetch(Caller(), request, tmp_path / "m")
    monkeypatch.setenv(settings.PRIVATE_LINKS_VARIABLE, "1")
    _workers.fetch(Caller(), request, tmp_path / "m")
    assert (tmp_path / "m" / "m.onnx").read_bytes() == MODEL


def test_a_whole_file_comes_by_its_link(address, tmp_path):
    from core.hub._transfer import fetch
    from core.listings import RemoteFile

    [found] = fetch([RemoteFile("m.onnx", f"{address}/detour/2")], tmp_path / "m", "", "web_link", lambda *_: None)
    assert (tmp_path / "m" / "m.onnx").read_bytes() == MODEL
    assert (found.size_bytes, found.was_announced) == (len(MODEL), False)
