"""Every kind of hostile file ends in a sentence, hurts nobody, and right after it a good model answers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import sysconfig
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from core import jobs, settings
from core.actions import add_model, inspect_model, shrink_picture, try_model
from core.caller import Caller, Stop
from core.errors import Crashed, MissingWeights, OutOfMemory, Stopped, UserError
from core.fields import TensorSource
from core.types import Upload
from core.workers import pool as pool_module
from core.workers.pool import Pool
from core.workers.turnstile import Turnstile
from tests.core.workers import hostile
from tests.core.workers.conftest import end_all
from tests.uploads import upload

MEMORY_BASE_BYTES = 700 * 2**20
SLOW_LIMIT_S = 1.0
LIMIT_S = 30.0


class Thrifty(Pool):
    """Looks at the next file with a worker that refused one, as a fresh one takes half a second of the processor.

    The app itself never does that.
    """

    def _give_back(self, worker):
        with self._lock:
            if self._busy.get(worker) == () and worker.is_alive and () not in self._idle.values():
                self._idle[worker] = self._busy.pop(worker)
                return
        super()._give_back(worker)

    def begin_afresh(self):
        with self._lock:
            used = [worker for worker, key in self._idle.items() if key == ()]
            for worker in used:
                del self._idle[worker]
        for worker in used:
            worker.bury()


@pytest.fixture(scope="module")
def pool():
    """One for all files, as in the app, with the spare it has."""
    with pytest.MonkeyPatch.context() as patch:
        made = Thrifty(Turnstile(2, 2, 500, 64), 8 * 2**30, 8)
        patch.setattr(pool_module, "_pool", made)
        patch.setattr(settings, "MEMORY_BASE_BYTES", MEMORY_BASE_BYTES)
        patch.setattr(settings, "RUN_LIMIT_S", LIMIT_S)
        yield made
        end_all(made)


@pytest.fixture(scope="module")
def good(tmp_path_factory, pool):
    """Asks a good model, and checks its answer."""
    path = tmp_path_factory.mktemp("good") / "good.onnx"
    path.write_bytes(hostile.good_model())

    def good():
        request = try_model.Request(str(path), {"x": TensorSource("ones", (8,))}, "tensors")
        assert jobs.run("try_model", request).result.outputs["y"].tolist() == [2.0] * 8

    good()
    return good


def outcome(case, path):
    """The error a file ends in, or None when it runs."""
    try:
        if case.kind == "picture":
            given = Upload(str(path), "picture.png", path.stat().st_size)
            shown = jobs.run("shrink_picture", shrink_picture.Request(given, 64)).pixels
            assert max(shown.shape) <= 64
        else:
            jobs.run("try_model", try_model.Request(str(path), task="tensors"))
    except UserError as error:
        return error
    return None


@contextmanager
def within(seconds):
    """Changes the time of one answer."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "RUN_LIMIT_S", seconds)
        yield


def family(error):
    return type(error).__name__ if error else "runs"


USUAL = [case for case in (*hostile.models(), *hostile.pictures()) if not case.rare]


@pytest.mark.parametrize("case", USUAL, ids=lambda case: case.name)
def test_a_hostile_file_ends_in_words_and_the_next_answer_is_right(case, pool, good, tmp_path, in_words):
    path = hostile.lay_out(case, tmp_path / "model")
    if MissingWeights.__name__ in case.expected:
        pool.begin_afresh()  # a worker keeps the files it was handed
    with within(SLOW_LIMIT_S if case.slow else LIMIT_S):
        error = outcome(case, path)
    assert family(error) in case.expected, f"{error} {getattr(error, 'technical', '')}"
    good()
    if error:
        in_words(error)
        assert hostile.SECRET.decode()[:20] not in str(error)
    assert (tmp_path / "secret.bin").read_bytes() == hostile.SECRET
    assert not Path("/tmp/onnx-playground-a-pickle-was-opened").exists()


@pytest.mark.parametrize("case", hostile.texts(), ids=lambda case: case.name)
def test_a_hostile_text_ends_in_words_or_is_answered(case, good, tmp_path, in_words):
    model = tmp_path / "text.onnx"
    model.write_bytes(hostile.text_model())
    given = TensorSource("file", (1,), data=case.make(), file_name="a.csv")
    as_text = TensorSource("text", (1,), text=case.make().decode("utf-8", "surrogateescape"))
    for source in (given, as_text):
        try:
            answer = jobs.run("try_model", try_model.Request(str(model), {"x": source}, "tensors"))
            "".join(answer.result.outputs["y"].reshape(-1).tolist()).encode()
        except UserError as error:
            in_words(error)
    good()


ALSO_NAMES = (
    *("5,000-deep If", "weights by traversal", "weights missing", "weights beyond the end"),
    *("a pickle that runs a command", "an empty file"),
)
ALSO = [case for case in hostile.models() if case.name in ALSO_NAMES]


@pytest.mark.usefixtures("home", "good")
@pytest.mark.parametrize("case", ALSO, ids=lambda case: case.name)
def test_a_hostile_file_that_is_looked_at_or_added_leaves_nothing_behind(case, pool, tmp_path, in_words):
    path = hostile.lay_out(case, tmp_path / "model")
    if MissingWeights.__name__ in case.expected:
        pool.begin_afresh()
    with pytest.raises(UserError) as caught:
        jobs.run("inspect_model", inspect_model.Request(str(path)))
    assert family(caught.value) in case.expected
    files = [
        upload("model.onnx", path.read_bytes()),
        *(upload(name, data) for name, data in (case.beside or {}).items()),
    ]
    with pytest.raises(UserError) as caught:
        jobs.run("add_model", add_model.Request(tuple(files)))
    assert family(caught.value) in case.expected
    in_words(caught.value)
    assert not [found for found in (settings.data_folder() / "models").rglob("*") if found.is_file()]


@pytest.mark.usefixtures("home")
def test_a_model_that_kills_its_process_can_be_added_and_fails_each_time_in_words(good, in_words):
    info = jobs.run("add_model", add_model.Request((upload("m.onnx", hostile.division_that_kills()),)))
    for _ in range(2):
        with pytest.raises(Crashed, match="SIGFPE") as caught:
            jobs.run("try_model", try_model.Request(info.id, task="tensors"))
        in_words(caught.value)
        good()


@pytest.mark.usefixtures("home")
def test_a_model_with_its_weights_in_three_hundred_files_runs(good):
    model, files = hostile.scattered_model(300)
    given = (upload("m.onnx", model), *(upload(name, data) for name, data in files.items()))
    info = jobs.run("add_model", add_model.Request(given))
    answer = jobs.run("try_model", try_model.Request(info.id, {"x": TensorSource("zeros", (1,))}, "tensors"))
    assert answer.result.outputs["y"].tolist() == [sum(range(300))]


def test_a_stop_from_another_thread_ends_an_endless_loop_at_once(good, tmp_path, in_words):
    case = next(case for case in hostile.models() if case.name == "endless loop")
    path = hostile.lay_out(case, tmp_path / "model")
    jobs.run("inspect_model", inspect_model.Request(str(path)))
    stop, pressed = Stop(), []

    def press():
        pressed.append(time.monotonic())
        stop.press()

    timer = threading.Timer(0.3, press)  # by then it loops
    timer.start()
    with pytest.raises(Stopped) as caught:
        try_model.do(try_model.Request(str(path), task="tensors"), Caller(stop=stop))
    assert time.monotonic() - pressed[0] < 1
    timer.join()
    in_words(caught.value)
    good()


def test_a_worker_killed_from_outside_while_it_works_is_an_error_in_words(pool, good, tmp_path, in_words):
    case = next(case for case in hostile.models() if case.name == "endless loop")
    path = hostile.lay_out(case, tmp_path / "model")
    jobs.run("inspect_model", inspect_model.Request(str(path)))

    def kill():
        for worker, _key, is_busy in pool.workers():
            if is_busy:
                os.kill(worker.pid, signal.SIGKILL)

    timer = threading.Timer(0.3, kill)
    timer.start()
    with pytest.raises(OutOfMemory) as caught:
        jobs.run("try_model", try_model.Request(str(path), task="tensors"))
    timer.join()
    in_words(caught.value)
    good()


def test_the_division_really_kills_a_bare_process(tmp_path):
    """Else this file would prove nothing any more; then find another crash."""
    path = tmp_path / "division.onnx"
    path.write_bytes(hostile.division_that_kills())
    code = f"import onnxruntime; onnxruntime.InferenceSession({str(path)!r}, providers=['CPUExecutionProvider'])"
    surroundings = {
        "PATH": "/usr/bin:/bin",
        "ORT_DISABLE_TELEMETRY": "1",
        "PYTHONPATH": sysconfig.get_paths()["purelib"],
    }
    done = subprocess.run([sys.executable, "-c", code], env=surroundings, capture_output=True, timeout=60, check=False)
    assert done.returncode == -signal.SIGFPE


def test_after_crashes_stops_and_time_limits_nothing_is_left(good, pool, tmp_path, left_behind):
    """Open files, shared memory, processes and the pool's books are as before."""
    cases = {case.name: case for case in hostile.models()}
    good()
    wait_for_spare(pool)
    pool.begin_afresh()
    before, books = left_behind(), len(pool.workers())
    for number, name in enumerate(
        ("INT_MIN / -1 when opened", "endless loop", "an empty file", "stored ConstantOfShape of 10^11")
    ):
        path = hostile.lay_out(cases[name], tmp_path / str(number) / "model")
        with within(0.5 if cases[name].slow else LIMIT_S):
            assert family(outcome(cases[name], path)) in cases[name].expected
        good()
    pool.forget("owner")
    pool.begin_afresh()
    good()
    wait_for_spare(pool)
    pool.begin_afresh()
    after = left_behind()
    assert not pool._busy
    assert after["zombies"] == 0
    assert len(pool.workers()) == 1 <= books
    gone = books - 1
    assert after["slabs"] == before["slabs"] - gone
    assert after["children"] == before["children"] - gone
    assert after["descriptors"] <= before["descriptors"] - gone


def wait_for_spare(pool):
    end = time.monotonic() + 10
    while not pool._spares and time.monotonic() < end:
        time.sleep(0.01)
    assert pool._spares


def test_two_hostile_models_at_once_do_not_disturb_a_good_one_beside_them(good, tmp_path, monkeypatch):
    monkeypatch.setattr(pool_module._pool, "turnstile", Turnstile(3, 3, 500, 64))
    names = ("endless loop", "INT_MIN / -1 when opened")
    paths = [hostile.lay_out(case, tmp_path / case.name / "m") for case in hostile.models() if case.name in names]
    for path in paths:
        jobs.run("inspect_model", inspect_model.Request(str(path)))
    stop, ended = Stop(), []

    def ask(path):
        try:
            try_model.do(try_model.Request(str(path), task="tensors"), Caller(stop=stop))
        except UserError as error:
            ended.append(family(error))

    threads = [threading.Thread(target=ask, args=(path,)) for path in paths]
    for thread in threads:
        thread.start()
    for _ in range(5):
        good()
    stop.press()
    for thread in threads:
        thread.join(30)
    assert sorted(ended) in (["Crashed", "Stopped"], ["Stopped", "Stopped"])


def test_a_large_answer_of_a_good_model_is_whole(pool, good, tmp_path):
    """Larger than the shared memory, and smaller: both ways of sending."""
    path = tmp_path / "large.onnx"
    path.write_bytes(hostile.echo_model())
    for count in (10, 100_000, 10_000_000):
        given = np.arange(count, dtype=np.float32)
        answer = jobs.run("try_model", try_model.Request(str(path), {"x": given}, "tensors"))
        assert np.array_equal(answer.result.outputs["y"], given)


def test_what_works_long_gives_way_to_others(good, tmp_path, monkeypatch, pool):
    monkeypatch.setattr(settings, "YIELD_AFTER_S", 0.1)
    path = hostile.lay_out(next(case for case in hostile.models() if case.name == "endless loop"), tmp_path / "m")
    jobs.run("inspect_model", inspect_model.Request(str(path)))
    stop, ends = Stop(), []

    def ask():
        with pytest.raises(UserError):
            try_model.do(try_model.Request(str(path), task="tensors"), Caller(stop=stop))
        ends.append(True)

    thread = threading.Thread(target=ask)
    thread.start()
    end = time.monotonic() + 10
    while time.monotonic() < end and not any(os.getpriority(0, worker.pid) == 10 for worker in list(pool._busy)):
        time.sleep(0.02)
    assert [os.getpriority(0, worker.pid) for worker in list(pool._busy)] == [10]
    good()
    stop.press()
    thread.join(10)
    assert ends
