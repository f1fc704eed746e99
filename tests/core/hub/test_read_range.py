"""Pieces out of the middle of a file that lies on a hub."""

import pytest

from core.actions import _workers
from core.caller import Caller
from core.errors import NoSuchModel, NotFetched, TooLarge
from core.workers.pool import pool
from tests.hub import repos
from tests.hub.loopback import LoopbackHub

CONTENT = bytes(range(256)) * 1000


@pytest.fixture
def hub(tmp_path, monkeypatch):
    repos.make(tmp_path, "makers/bytes", {"model.onnx": CONTENT})
    with LoopbackHub(tmp_path) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        pool().forget("hub")  # a process that is warm still speaks to the hub of another test
        yield hub


def piece(hub, start, end, path="model.onnx"):
    url = f"{hub.url}/makers/bytes/resolve/main/{path}"
    asked = {"url": url, "start": start, "end": end, "token": "", "source": "huggingface"}
    return _workers.ask_hub("read_range", Caller(), asked)


def test_exactly_the_bytes_asked_for_come_and_where_they_lie_is_asked_once(hub):
    assert piece(hub, 0, 10) == CONTENT[:10]
    assert piece(hub, 70_000, 140_000) == CONTENT[70_000:140_000]
    assert piece(hub, len(CONTENT) - 1, len(CONTENT)) == CONTENT[-1:]
    assert len(hub.asked("model.onnx", "HEAD")) == 1


def test_a_server_that_gives_whole_files_only_is_said_in_words(hub):
    hub.faults.append({"match": ".", "method": "GET", "kind": "norange"})
    with pytest.raises(NotFetched, match="before it is fetched"):
        piece(hub, 5, 10)


@pytest.mark.parametrize(("start", "end"), [(5, 5), (7, 3), (-1, 4), (0, 5 * 2**20)])
def test_what_is_no_piece_is_refused(hub, start, end):
    with pytest.raises(TooLarge):
        piece(hub, start, end)


def test_beyond_the_end_is_an_error_in_words(hub):
    with pytest.raises(NotFetched):
        piece(hub, len(CONTENT) + 5, len(CONTENT) + 10)


def test_a_file_that_is_not_there_is_said(hub):
    with pytest.raises(NoSuchModel):
        piece(hub, 0, 5, "other.onnx")


def test_a_file_that_lies_elsewhere_is_not_asked_for(hub):
    asked = {"url": "http://127.0.0.1:9/a/b/resolve/main/m", "start": 0, "end": 5, "token": "", "source": "huggingface"}
    with pytest.raises(NotFetched, match="isn't on the hub"):
        _workers.ask_hub("read_range", Caller(), asked)
    assert hub.log == []
