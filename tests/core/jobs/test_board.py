import os
import subprocess
import sys
import time

import pytest

from core import jobs, settings
from core.actions import _library, list_samples, try_many, try_model
from core.caller import Caller
from core.errors import BadPicture, Full, RunFailed, Stopped, UserError
from core.jobs.board import Board
from core.store import uploads
from core.store.store import StoredJob
from tests.core.loops import endless
from tests.uploads import upload

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def board():
    board = Board()
    yield board
    for visitor in ("owner", "ann", "bob"):
        for job in board.of(visitor):
            job.stop.press()
            assert job.wait(10)


def loop(tmp_path):
    return try_model.Request(endless(tmp_path / "loop.onnx"))


def is_running(job, seconds=20):
    """Waits until the job has reached the model."""
    end = time.monotonic() + seconds
    while "Opening" not in job.words and time.monotonic() < end:
        job.wait(0.02)
    return not job.wait(0.2)


def test_a_job_gives_its_result_when_it_is_over(board):
    request = try_model.Request("magika", {"file": b"def f():\n    return 1\n" * 5})
    job = board.submit("try_model", request, "owner", "Looking")
    assert job.wait(60)
    assert job.state == "done"
    assert job.answer().result.rows[0].label == "Python source"


def test_a_job_that_fails_gives_its_error_in_words(board):
    request = try_model.Request("efficientnet_lite0", {"picture": b"no picture"})
    job = board.submit("try_model", request, "owner", "Looking")
    assert job.wait(60)
    with pytest.raises(BadPicture):
        job.answer()


def test_a_mistake_of_ours_ends_the_job_in_words_too(board):
    job = board.submit("try_model", "no request at all", "owner", "Looking")
    assert job.wait(20)
    with pytest.raises(UserError, match="went wrong in this app"):
        job.answer()


def test_stop_ends_an_endless_model_within_a_second_and_the_next_call_works(board, tmp_path):
    job = board.submit("try_model", loop(tmp_path), "owner", "Looping")
    assert is_running(job)
    start = time.monotonic()
    board.stop(job.id, "owner")
    assert job.wait(5)
    assert time.monotonic() - start < 1
    with pytest.raises(Stopped):
        job.answer()
    answer = jobs.run("try_model", try_model.Request("magika", {"file": b"hello there, reader\n" * 4}))
    assert answer.result.rows


def test_the_same_job_twice_is_joined_while_it_works(board, tmp_path):
    first = board.submit("try_model", loop(tmp_path), "owner", "Looping", key="a")
    assert board.submit("try_model", loop(tmp_path), "owner", "Looping", key="a") is first
    assert board.submit("try_model", loop(tmp_path), "owner", "Looping", key="b") is not first


def test_nobody_sees_finds_stops_or_joins_the_job_of_another(board, tmp_path):
    path = endless(tmp_path / "loop.onnx")
    mine = board.submit("try_model", try_model.Request(path), "owner", "Looping", key="a")
    assert board.of("bob") == []
    assert board.find(mine.id, "bob") is None
    board.stop(mine.id, "bob")
    assert not mine.wait(0.3)
    other = board.submit("try_model", try_model.Request("magika", {"file": b"x" * 50}), "bob", "Looking", key="a")
    assert other is not mine


def test_a_visitor_has_so_many_jobs_and_no_more(board, tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MAX_JOBS_PER_VISITOR", 2)
    for _ in range(2):
        board.submit("try_model", loop(tmp_path), "owner", "Looping")
    with pytest.raises(Full, match="at work"):
        board.submit("try_model", loop(tmp_path), "owner", "Looping")
    board.submit("try_model", try_model.Request("magika", {"file": b"x" * 50}), "bob", "Looking")


def test_many_pictures_are_answered_one_by_one_and_a_bad_one_keeps_no_other(board):
    items = [
        try_many.Item("coffee", {"picture": list_samples.read("coffee")}),
        try_many.Item("none", {"picture": b"no picture"}),
        try_many.Item("cat", {"picture": upload("cat.png", list_samples.read("chelsea"))}),
    ]
    request = try_many.Request("efficientnet_lite0", tuple(items))
    job = board.submit("try_many", request, "owner", "3 answers", background=True)
    assert job.wait(60)
    first, bad, last = job.answer()
    assert first.answer.result.rows[0].label == "espresso"
    assert isinstance(bad.error, BadPicture)
    assert last.answer.result.rows[0].label == "tiger cat"
    assert _library.library().jobs() == ()


def test_what_was_cut_off_by_the_end_of_the_app_is_told_to_its_visitor_and_can_be_run_again(board, tmp_path):
    kept = upload("cat.png", list_samples.read("chelsea"))
    program = f"""
import os, sys
sys.path.insert(0, {str(settings.ROOT)!r})
from core.actions import try_many
from core.jobs.board import Board
from core.types import Upload
kept = Upload({kept.path!r}, {kept.name!r}, {kept.size_bytes}, {kept.key!r})
items = (try_many.Item("cat", {{"picture": kept}}), try_many.Item("loop", {{"picture": b"x"}}))
board = Board()
import core.jobs.job as job
job.Job.start = lambda self, when_over: None
board.submit("try_many", try_many.Request("efficientnet_lite0", items), "owner", "2 answers", background=True)
os._exit(9)
"""
    assert subprocess.run([sys.executable, "-c", program], env=os.environ, check=False).returncode == 9
    assert board.interrupted("bob") == []
    (cut,) = board.interrupted("owner")
    assert cut.title == "2 answers"
    assert kept.path in board.needed_uploads()
    job = board.run_again(cut)
    assert job.wait(60)
    assert job.answer()[0].answer.result.rows[0].label == "tiger cat"
    assert board.interrupted("owner") == []


def test_when_its_files_are_gone_it_says_so_instead_of_running_again(board):
    kept = upload("cat.png", b"x")
    items = (try_many.Item("cat", {"picture": kept}),)
    from core.jobs.board import _to_text

    text = _to_text(try_many.Request("efficientnet_lite0", items))
    _library.library().job_started(StoredJob("1", "owner", "1 answer", "try_many", text, "1 0.00"))
    uploads.drop(kept)
    (cut,) = board.interrupted("owner")
    with pytest.raises(UserError, match="can't be run again"):
        board.run_again(cut)
    board.drop(cut)
    assert board.interrupted("owner") == []


def test_a_job_at_work_in_another_running_app_is_not_called_cut_off(board):
    other = Board()
    _library.library().job_started(StoredJob("1", "owner", "1 answer", "try_many", "{}", other._process))
    assert board.interrupted("owner") == []


def test_the_time_that_is_left_is_told_from_the_share_that_is_done(board, tmp_path):
    job = board.submit("try_model", loop(tmp_path), "owner", "Looping")
    assert job.left_s() is None
    job._started -= 30
    job.share = 0.25
    assert job.left_s() == pytest.approx(90, abs=1)


def test_old_jobs_are_taken_off_the_board(board, monkeypatch):
    monkeypatch.setattr(settings, "MAX_JOBS_KEPT", 3)
    for _ in range(6):
        assert board.submit("list_models", None, "owner", "Listing").wait(20)
    assert len(board.of("owner")) <= 4


def test_a_path_on_this_computer_is_for_its_owner_only(tmp_path):
    path = endless(tmp_path / "loop.onnx")
    assert _library.find(path, Caller()).origin == "file"
    with pytest.raises(UserError, match="No model is called"):
        _library.find(path, Caller("ann"))


def test_a_stop_before_the_start_is_a_stop():
    caller = Caller()
    caller.stop.press()
    with pytest.raises(RunFailed), caller.stop.interrupting(lambda: None):
        pytest.fail("it went on")
