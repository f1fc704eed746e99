"""Files arrive whole or not at all, whatever the line does. The real client, a real hub on loopback, real processes."""

import hashlib
import os
import shutil
import signal
import threading
import time
from dataclasses import asdict

import pytest

from core import settings
from core.actions import _workers
from core.caller import Caller, Stop
from core.errors import Crashed, Full, HubUnreachable, NeedsPermission, NoSuchModel, NotFetched, RateLimited, Stopped
from core.hub import _transfer
from core.listings import RemoteFile
from core.workers.pool import Place, pool
from core.workers.worker import Begin
from tests.hub import repos
from tests.hub.loopback import LoopbackHub

BIG = os.urandom(6_000_000)
REPO = "makers/big"


@pytest.fixture
def hub(tmp_path, monkeypatch):
    root = tmp_path / "hub"
    repos.make(root, REPO, {"onnx/model.onnx": BIG, "config.json": {"a": 1}, "notes.txt": "words"})
    repos.who_may_come_in(root)
    monkeypatch.setattr(settings, "HUB_SILENT_S", 1.0)
    monkeypatch.setattr(settings, "HUB_RETRY_S", 0.05)
    with LoopbackHub(root) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        yield hub


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "models" / "big"


def file(hub, path="onnx/model.onnx", repo=REPO, **more):
    return RemoteFile(path, f"{hub.url}/{repo}/resolve/main/{path}", **more)


def big(hub):
    return file(hub, size_bytes=len(BIG), sha256=hashlib.sha256(BIG).hexdigest())


def fetch(folder, *files, caller=None, token="", source="huggingface"):
    request = {"files": [asdict(one) for one in files], "token": token, "source": source}
    return _workers.fetch(caller or Caller(), request, folder)


def here(folder, *files, token="", say=lambda *_: None, source="huggingface"):
    """In this process, with its shortened waits."""
    folder.mkdir(parents=True, exist_ok=True)
    return _transfer.fetch(files, folder, token, source, say)


def left(folder):
    """Files under names of their own; what is half there, and notes, begin with a dot."""
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    )


def test_all_files_arrive_with_their_hashes_and_progress_is_told(hub, folder):
    said = []
    caller = Caller(say=lambda share, words: said.append((share, words)))
    hub.bytes_per_s = 8_000_000
    model, config = fetch(folder, big(hub), file(hub, "config.json"), caller=caller)
    assert (folder / "onnx/model.onnx").read_bytes() == BIG
    assert (model.size_bytes, model.sha256, model.was_announced) == (len(BIG), hashlib.sha256(BIG).hexdigest(), True)
    assert config.was_announced is False
    shares = [share for share, words in said if "a second" in words]
    assert shares == sorted(shares)
    assert len(shares) >= 2
    assert left(folder) == ["config.json", "onnx/model.onnx"]


def test_what_is_there_is_not_fetched_again(hub, folder):
    fetch(folder, big(hub))
    hub.log.clear()
    again = fetch(folder, big(hub))
    assert again[0].sha256 == hashlib.sha256(BIG).hexdigest()
    assert hub.log == []


def test_what_was_changed_since_is_fetched_again(hub, folder):
    here(folder, big(hub))
    (folder / "onnx/model.onnx").write_bytes(BIG[:-1] + b"x")
    here(folder, big(hub))
    assert (folder / "onnx/model.onnx").read_bytes() == BIG


def test_stop_takes_effect_at_once_and_the_next_try_goes_on_from_there(hub, folder):
    hub.bytes_per_s = 2_000_000
    stop = Stop()
    came = threading.Event()
    caller = Caller(say=lambda share, _: came.set() if share else None, stop=stop)
    pressed = []
    threading.Thread(target=lambda: (came.wait(10), pressed.append(time.monotonic()), stop.press())).start()
    with pytest.raises(Stopped):
        fetch(folder, big(hub), caller=caller)
    assert time.monotonic() - pressed[0] < 1
    assert left(folder) == []
    hub.bytes_per_s = 0
    hub.log.clear()
    fetch(folder, big(hub))
    assert (folder / "onnx/model.onnx").read_bytes() == BIG
    assert any(asked.get("Range", "").startswith("bytes=") for asked in hub.log)


def test_a_process_that_is_killed_in_the_middle_leaves_nothing_half_and_the_next_goes_on(hub, folder):
    hub.bytes_per_s = 2_000_000

    def kill(share, _words):
        if share:
            [worker] = [worker for worker, _, busy in pool().workers() if busy and worker.begun.kind == "download"]
            os.kill(worker.pid, signal.SIGKILL)

    with pytest.raises(Exception, match=r"memory|crash"):
        fetch(folder, big(hub), caller=Caller(say=kill))
    assert left(folder) == []
    hub.bytes_per_s = 0
    hub.log.clear()
    fetch(folder, big(hub))
    assert (folder / "onnx/model.onnx").read_bytes() == BIG
    assert any("Range" in asked for asked in hub.log)


def test_two_who_want_the_same_file_fetch_it_once(hub, folder):
    hub.bytes_per_s = 6_000_000
    words, found = [], []
    callers = [Caller(say=lambda _, said: words.append(said)) for _ in range(2)]
    threads = [threading.Thread(target=lambda c=c: found.append(fetch(folder, big(hub), caller=c))) for c in callers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(found) == 2
    assert found[0] == found[1]
    assert any("Somebody else" in said for said in words)
    served = [asked for asked in hub.log if asked["method"] == "GET" and asked["host"].startswith("localhost")]
    assert len(served) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "truncate", "arg": 2_000_000},
        {"kind": "reset", "arg": 1_000_000},
        {"kind": "status", "arg": 503},
        {"kind": "hang"},
    ],
    ids=lambda fault: fault["kind"],
)
def test_a_line_that_breaks_twice_is_taken_up_again(hub, folder, fault):
    hub.faults.append({"match": "model.onnx|cdn", "method": "GET", "times": 2, **fault})
    words = []
    here(folder, big(hub), say=lambda _, said: words.append(said))
    assert (folder / "onnx/model.onnx").read_bytes() == BIG
    assert any("trying again" in said for said in words)


def test_a_server_that_cannot_go_on_in_the_middle_starts_over(hub, folder):
    hub.faults += [
        {"match": "model.onnx|cdn", "method": "GET", "kind": "truncate", "arg": 2_000_000, "times": 1},
        {"match": "model.onnx|cdn", "method": "GET", "kind": "norange"},
    ]
    here(folder, big(hub))
    assert (folder / "onnx/model.onnx").read_bytes() == BIG


def test_damage_once_is_mended_and_twice_is_said(hub, folder):
    hub.faults.append({"match": "model.onnx|cdn", "method": "GET", "kind": "corrupt", "times": 1})
    here(folder, big(hub))
    assert (folder / "onnx/model.onnx").read_bytes() == BIG
    shutil.rmtree(folder)
    hub.faults.append({"match": "model.onnx|cdn", "method": "GET", "kind": "corrupt"})
    with pytest.raises(NotFetched, match="arrived damaged, twice"):
        here(folder, big(hub))
    assert left(folder) == []


def test_small_files_are_checked_by_the_hash_that_git_gives_them(hub, folder):
    hub.faults.append({"match": "notes.txt", "method": "GET", "kind": "corrupt"})
    with pytest.raises(NotFetched, match="damaged"):
        here(folder, file(hub, "notes.txt"))


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "status", "arg": 500}, HubUnreachable),
        ({"kind": "status", "arg": {"code": 429, "headers": {"Retry-After": "900"}}}, RateLimited),
        ({"kind": "html"}, NotFetched),
    ],
    ids=["5xx", "too many questions", "a page instead"],
)
def test_what_does_not_get_better_is_said_in_words_and_leaves_nothing(hub, folder, fault, error):
    hub.faults.append({"match": "resolve", **fault})
    with pytest.raises(error) as caught:
        here(folder, big(hub))
    assert all((caught.value.title, caught.value.detail, caught.value.fix))
    assert left(folder) == []


def test_a_short_pause_is_waited_for_with_a_countdown(hub, folder):
    hub.faults.append(
        {"match": "resolve", "kind": "status", "arg": {"code": 429, "headers": {"Retry-After": "1"}}, "times": 1}
    )
    words = []
    here(folder, big(hub), say=lambda _, said: words.append(said))
    assert "The hub asks for a pause: going on in 1 seconds" in words


def test_a_file_that_is_gone_is_said(hub, folder):
    with pytest.raises(NoSuchModel, match="isn't there"):
        here(folder, file(hub, "onnx/other.onnx"))


def test_a_model_behind_terms_needs_a_token_which_only_the_hub_sees(hub, folder):
    path = next(path for path in ("model.onnx", "onnx/model.onnx") if (hub.root / repos.GATED / path).exists())
    gated = file(hub, path, repos.GATED)
    with pytest.raises(NeedsPermission):
        here(folder, gated)
    hub.log.clear()
    here(folder, gated, token=repos.TOKEN)
    told = {asked["host"].split(":")[0] for asked in hub.log if asked.get("Authorization")}
    assert told == {"127.0.0.1"}


def test_without_a_hub_it_is_said_soon(folder, monkeypatch):
    monkeypatch.setattr(settings, "HUB_RETRY_S", 0.01)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    start = time.monotonic()
    with pytest.raises(HubUnreachable):
        here(folder, RemoteFile("m.onnx", "http://127.0.0.1:9/a/b/resolve/main/m.onnx", 5))
    assert time.monotonic() - start < 10


def test_a_disk_without_room_is_said_before_anything_is_fetched(hub, folder, monkeypatch):
    monkeypatch.setattr(settings, "DISK_LEFT_BYTES", 10**18)
    with pytest.raises(Full, match="not enough room"):
        here(folder, big(hub))
    assert hub.log == []


@pytest.mark.parametrize("path", ["../up.onnx", "/etc/x.onnx", "a/../../b", "C:x", "a\\b", "con", "a\nb", ""])
def test_a_name_that_leads_elsewhere_is_refused(hub, folder, path):
    with pytest.raises(NotFetched, match="name"):
        fetch(folder, RemoteFile(path, f"{hub.url}/{REPO}/resolve/main/config.json"))
    assert not folder.exists() or left(folder) == []


def test_another_size_than_was_looked_at_is_refused(hub, folder):
    with pytest.raises(NotFetched, match="isn't the one that was looked at"):
        here(folder, file(hub, size_bytes=5))


def test_a_part_of_another_version_is_not_continued(hub, folder):
    hub.faults += [
        {"match": "model.onnx|cdn", "method": "GET", "kind": "truncate", "arg": 2_000_000, "times": 1},
        {"match": "resolve", "kind": "status", "arg": 503},
    ]
    with pytest.raises(HubUnreachable):
        here(folder, big(hub))
    hub.faults.clear()
    other = os.urandom(len(BIG))
    repos.make(hub.root, REPO, {"onnx/model.onnx": other})
    here(folder, file(hub, size_bytes=len(other)))
    assert (folder / "onnx/model.onnx").read_bytes() == other
    assert not list(folder.rglob("*.part"))


def test_the_process_that_fetches_can_write_nowhere_else(hub, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    request = {"files": [asdict(file(hub, "config.json"))], "token": "", "source": "huggingface"}
    place = _place(tmp_path / "allowed")
    with pytest.raises((NotFetched, Crashed)), pool().worker(place, Caller()) as worker:
        worker.ask("fetch_files", {**request, "folder": str(elsewhere)}, Caller())
    assert not elsewhere.exists()


def _place(folder):
    folder.mkdir()
    return Place((), Begin("download", str(folder)))
