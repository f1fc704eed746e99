"""A real download process against a real server on loopback."""

import http.server
import threading
import time

import pytest

from core.actions import _workers
from core.caller import Caller
from core.errors import NotFetched, Stopped, TooLarge

CONTENT = bytes(range(256)) * 4096


class Shelf(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/missing":
            self.send_error(404)
            return
        self.send_response(200)
        if self.path != "/unannounced":
            self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT[: len(CONTENT) // 2])
        if self.path == "/stuck":
            self.server.going_on.wait(30)
        if self.path != "/cut":
            self.wfile.write(CONTENT[len(CONTENT) // 2 :])

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def address():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Shelf) as server:
        server.going_on = threading.Event()
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.going_on.set()
        server.shutdown()
        thread.join()


def fetch(address, path, most_bytes=10**9, caller=None):
    return _workers.download(address, path, most_bytes, caller or Caller())


@pytest.mark.parametrize("name", ["whole", "unannounced"])
def test_a_file_arrives_as_it_is_and_tells_how_far_it_is(address, tmp_path, name):
    said = []
    caller = Caller(say=lambda share, words: said.append((share, words)))
    assert fetch(f"{address}/{name}", tmp_path / "in" / "file", caller=caller) == len(CONTENT)
    assert (tmp_path / "in" / "file").read_bytes() == CONTENT
    assert said[-1] == (None if name == "unannounced" else 1.0, f"{len(CONTENT) / 1e6:.1f} MB")


@pytest.mark.parametrize(
    ("name", "family", "words"),
    [("missing", NotFetched, "404"), ("cut", NotFetched, ""), ("whole", TooLarge, "limit")],
)
def test_what_goes_wrong_is_said_in_words_and_leaves_nothing(address, tmp_path, name, family, words):
    with pytest.raises(family) as error:
        fetch(f"{address}/{name}", tmp_path / "in" / "file", 10_000 if family is TooLarge else 10**9)
    assert words in error.value.detail
    assert list((tmp_path / "in").iterdir()) == []


def test_a_file_of_this_computer_is_no_web_address(tmp_path):
    with pytest.raises(NotFetched, match="no web address"):
        fetch("file:///etc/passwd", tmp_path / "in" / "file")


def test_it_can_write_nowhere_but_in_its_folder(address, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    from core.workers.pool import Place, pool
    from core.workers.worker import Begin

    with pool().worker(Place((), Begin("download", str(tmp_path))), Caller()) as worker:
        if "landlock" not in worker.protection.files:
            pytest.skip("this kernel has no Landlock")
    (tmp_path / "in").mkdir()
    asked = {"address": f"{address}/whole", "path": str(outside / "file"), "most_bytes": 10**9}
    place = Place((), Begin("download", str(tmp_path / "in")))
    with pool().worker(place, Caller()) as worker, pytest.raises(NotFetched):
        worker.ask("download", asked, Caller(), limit_s=20)
    assert list(outside.iterdir()) == []


def test_stop_takes_effect_within_a_second(address, tmp_path):
    caller = Caller(say=lambda *_: begun.set())
    begun, ended = threading.Event(), []

    def work():
        with pytest.raises(Stopped):
            fetch(f"{address}/stuck", tmp_path / "in" / "file", caller=caller)
        ended.append(time.monotonic())

    thread = threading.Thread(target=work)
    thread.start()
    assert begun.wait(20)
    pressed = time.monotonic()
    caller.stop.press()
    thread.join(10)
    assert ended[0] - pressed < 1
