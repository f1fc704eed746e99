"""Which worker somebody gets, and which are ended. The processes are real ones that answer without libraries."""

from __future__ import annotations

import gc
import os
import threading
import time

import psutil
import pytest

from core import settings
from core.caller import Caller, Stop
from core.errors import Crashed, Full, Stopped, TookTooLong, TooLarge
from core.workers import clock as clock_module
from core.workers import pool as pool_module
from core.workers import worker as worker_module
from core.workers.pool import Place
from core.workers.turnstile import Turnstile
from core.workers.worker import Begin, Worker

BEGIN = Begin(memory_bytes=2**30)


@pytest.fixture(autouse=True)
def _honest(misbehave):
    misbehave("the truth")


def place(*key, estimate_bytes=0):
    return Place(key, BEGIN, estimate_bytes)


def used(pool, *key, estimate_bytes=0, caller=None):
    """The process that answers for this key."""
    with pool.worker(place(*key, estimate_bytes=estimate_bytes), caller or Caller()) as worker:
        assert worker.ask("x", {}, Caller(), limit_s=20).tolist() == [7]
        return worker


def until(is_so):
    end = time.monotonic() + 10
    while not is_so() and time.monotonic() < end:
        time.sleep(0.002)
    assert is_so()


def spare_of(pool):
    until(lambda: pool._spares)
    return pool._spares[0]


def warm(pool):
    return [key for _, key, _ in pool.workers()]


def test_the_same_key_gets_the_same_warm_worker(own_pool):
    pool = own_pool()
    first = used(pool, "me", "a")
    assert used(pool, "me", "a") is first
    assert used(pool, "me", "b") is not first
    assert used(pool, "you", "a") is not first


def test_without_a_key_a_worker_is_ended_after_use(own_pool):
    pool = own_pool()
    worker = used(pool)
    assert not worker.is_alive
    assert not psutil.pid_exists(worker.pid)
    assert pool.workers() == []


def test_two_at_once_with_one_key_get_a_worker_each(own_pool):
    pool = own_pool()
    with pool.worker(place("me", "a"), Caller()) as one, pool.worker(place("me", "a"), Caller()) as two:
        assert one is not two
        assert [busy for _, _, busy in pool.workers()] == [True, True]
    assert [busy for _, _, busy in pool.workers()] == [False, False]


def test_what_is_kept_under_a_key_is_warm_from_then_on(own_pool):
    pool = own_pool()
    with pool.worker(place(), Caller()) as worker:
        pool.keep(worker, ("me", "found out"))
    assert used(pool, "me", "found out") is worker


def test_the_one_used_longest_ago_is_ended_when_there_are_too_many(own_pool):
    pool = own_pool(most=2)
    a, b = used(pool, "me", "a"), used(pool, "me", "b")
    used(pool, "me", "a")
    used(pool, "me", "c")
    assert a.is_alive
    assert not b.is_alive
    assert sorted(warm(pool)) == [("me", "a"), ("me", "c")]


def test_what_can_never_fit_is_refused_with_both_numbers(own_pool, in_words):
    pool = own_pool(budget_bytes=10**9)
    with pytest.raises(TooLarge) as caught:
        used(pool, "me", "a", estimate_bytes=5 * 10**9)
    in_words(caught.value)
    assert "5.0 GB" in caught.value.detail
    assert "1.0 GB" in caught.value.detail
    assert pool.workers() == []


def test_for_what_is_coming_the_oldest_make_room_and_no_more_than_needed(own_pool, monkeypatch):
    monkeypatch.setattr(Worker, "memory_bytes", lambda _worker: 100)
    pool = own_pool(budget_bytes=350)
    a, b, c = (used(pool, "me", name) for name in "abc")
    used(pool, "me", "d", estimate_bytes=100)
    assert [worker.is_alive for worker in (a, b, c)] == [False, True, True]


def test_who_is_at_work_is_not_ended_for_room(own_pool, monkeypatch):
    monkeypatch.setattr(Worker, "memory_bytes", lambda _worker: 100)
    pool = own_pool(budget_bytes=150)
    with pool.worker(place("me", "a"), Caller()) as busy:
        used(pool, "me", "b", estimate_bytes=100)
        assert busy.is_alive


def test_a_spare_waits_for_the_next_and_is_replaced(own_pool):
    pool = own_pool()
    pool.warm_up()
    spare = spare_of(pool)
    assert used(pool, "me", "a") is spare
    assert spare_of(pool) is not spare
    assert pool._spares[0].is_alive


def test_warming_up_twice_starts_no_more_spares(own_pool):
    pool = own_pool()
    pool.warm_up()
    spare = pool._spares[0]
    pool.warm_up()
    assert pool._spares[0] is spare


def test_a_spare_that_died_is_not_used(own_pool):
    pool = own_pool()
    pool.warm_up()
    spare = pool._spares[0]
    os.kill(spare.pid, 9)
    spare._process.wait()
    assert used(pool, "me", "a") is not spare


def test_a_worker_that_crashed_is_not_used_again(own_pool, misbehave):
    pool = own_pool()
    misbehave("abort")
    with pytest.raises(Crashed):
        used(pool, "me", "a")
    assert pool.workers() == []
    misbehave("the truth")
    [spare.bury() for spare in pool._spares]
    pool._spares.clear()
    used(pool, "me", "a")


def test_a_warm_worker_that_died_meanwhile_is_not_used_again(own_pool):
    pool = own_pool()
    first = used(pool, "me", "a")
    os.kill(first.pid, 9)
    first._process.wait()
    assert used(pool, "me", "a") is not first


def test_dead_workers_do_not_stay_on_the_books(own_pool):
    """Their open files and shared memory are only given back when they are buried."""
    pool = own_pool()
    first = used(pool, "me", "a")
    os.kill(first.pid, 9)
    first._process.wait()
    used(pool, "me", "a")
    assert len(pool.workers()) == 1


def test_one_that_was_stopped_is_not_used_again(own_pool, misbehave):
    misbehave("never")
    pool, stop = own_pool(), Stop()
    timer = threading.Timer(0.2, stop.press)
    with pool.worker(place("me", "a"), Caller()) as worker:
        timer.start()
        with pytest.raises(Stopped):
            worker.ask("x", {}, Caller(stop=stop), limit_s=20)
    timer.join()
    assert not worker.is_alive
    assert pool.workers() == []


def test_a_stop_pressed_before_leaves_the_warm_worker_warm(own_pool):
    pool, stop = own_pool(), Stop()
    first = used(pool, "me", "a")
    stop.press()
    with pytest.raises(Stopped), pool.worker(place("me", "a"), Caller()) as worker:
        worker.ask("x", {}, Caller(stop=stop), limit_s=20)
    assert used(pool, "me", "a") is first


def test_an_error_on_the_side_of_the_app_gives_the_worker_back(own_pool):
    pool = own_pool(places=1, per_visitor=1)
    first = used(pool, "me", "a")
    with pytest.raises(ZeroDivisionError), pool.worker(place("me", "a"), Caller()):
        raise ZeroDivisionError
    assert used(pool, "me", "a") is first


def test_one_that_can_not_even_begin_gives_its_place_back(own_pool, misbehave, monkeypatch):
    monkeypatch.setattr(settings, "START_LIMIT_S", 0.3)
    pool = own_pool(places=1, per_visitor=1)
    monkeypatch.setattr(worker_module, "_start", a_process_that_sleeps)
    with pytest.raises(TookTooLong):
        used(pool, "me", "a")
    assert pool.workers() == []
    monkeypatch.setattr(settings, "START_LIMIT_S", 30.0)
    misbehave("the truth")
    spare_of(pool).bury()
    pool._spares.clear()
    used(pool, "me", "a")


def a_process_that_sleeps(_words, descriptors):
    import subprocess

    return subprocess.Popen(["/bin/sleep", "100"], pass_fds=descriptors, start_new_session=True)


def test_forgetting_ends_the_idle_ones_with_this_word_only(own_pool):
    pool = own_pool()
    a, b, c = used(pool, "me", "a"), used(pool, "me", "b"), used(pool, "you", "a")
    pool.forget("a", "nobody")
    assert [worker.is_alive for worker in (a, b, c)] == [False, True, False]
    pool.forget("me")
    assert not b.is_alive
    assert pool.workers() == []


def test_one_that_is_forgotten_while_it_works_is_not_kept(own_pool):
    """Its model was removed, or its visitor has left."""
    pool = own_pool()
    with pool.worker(place("me", "a"), Caller()) as worker:
        pool.forget("me")
        assert worker.is_alive
    assert not worker.is_alive


def test_closing_ends_all_of_them_and_nobody_comes_after(own_pool):
    pool = own_pool()
    idle = used(pool, "me", "a")
    spare = spare_of(pool)
    with pool.worker(place("me", "b"), Caller()) as busy:
        last = spare_of(pool)
        pool.close()
        for worker in (idle, spare, busy, last):
            worker._process.wait(10)
    assert pool.workers() == []
    pool.warm_up()
    assert not pool._spares
    idle.bury()
    last.bury()


def test_those_not_used_for_a_while_are_ended(own_pool, monkeypatch):
    monkeypatch.setattr(settings, "WARM_S", 0.1)
    pool = own_pool()
    worker = used(pool, "me", "a")
    until(lambda: not pool.workers())
    until(lambda: not worker.is_alive)


def test_whoever_comes_when_too_many_wait_is_told_and_nothing_is_started(own_pool):
    pool = own_pool(places=1, per_visitor=1)
    pool.turnstile._longest = 0
    with pool.worker(place("me", "a"), Caller()), pytest.raises(Full):
        used(pool, "me", "b")
    assert warm(pool) == [("me", "a")]


def test_a_download_takes_no_place_that_a_model_could_work_in(own_pool):
    pool = own_pool(places=1, per_visitor=1)
    pool._others = {"download": Turnstile(1, 1, 0, 0)}
    fetching = Place((), Begin("download", memory_bytes=2**30))
    with pool.worker(fetching, Caller()):
        used(pool, "me", "a")
        with pytest.raises(Full), pool.worker(fetching, Caller()):
            pass


def test_many_threads_and_keys_leave_the_books_right(own_pool):
    pool = own_pool(places=3, per_visitor=3, most=3)
    failed = []

    def ask(number):
        try:
            used(pool, "me", str(number % 5))
        except Exception as error:  # noqa: BLE001  whatever it is, the test shows it
            failed.append(error)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert not pool._busy
    assert len(pool.workers()) <= 3
    assert pool.turnstile._free == 3


def test_after_many_calls_and_kills_nothing_is_left_behind(own_pool, misbehave, left_behind):
    pool = own_pool(most=2)
    used(pool, "me", "a")
    spare_of(pool)
    gc.collect()
    before = left_behind()
    scenes = ("abort", "kill_itself", "exit_with_success", "a header that isn't JSON", "send_open_files")
    for number in range(15):
        misbehave(scenes[number % 5])
        with suppress_user_errors(), pool.worker(place(*(["me", "x"] if number % 2 else [])), Caller()) as worker:
            worker.ask("x", {}, Caller(), limit_s=20)
        pool.forget("x")
    spare_of(pool)
    gc.collect()
    assert left_behind() == before
    assert not pool._busy
    assert warm(pool) == [("me", "a")]


def suppress_user_errors():
    from contextlib import suppress

    from core.errors import UserError

    return suppress(UserError)


def test_a_process_that_can_not_be_started_does_not_stop_the_clock(own_pool, monkeypatch):
    """The spare is started by the clock, which also ends what takes too long."""
    clock, rung = clock_module.Clock(), threading.Event()
    monkeypatch.setattr(pool_module, "CLOCK", clock)
    monkeypatch.setattr(threading, "excepthook", lambda _told: None)
    pool = own_pool()
    real, calls = worker_module._start, []

    def start(words, descriptors):
        calls.append(1)
        if len(calls) == 2:
            raise BlockingIOError("no more processes")
        return real(words, descriptors)

    monkeypatch.setattr(worker_module, "_start", start)
    used(pool, "me", "a")
    until(lambda: len(calls) >= 2)
    clock.after(0, rung.set)
    assert rung.wait(2)


def test_a_process_that_can_not_be_started_leaves_nothing_open(monkeypatch, left_behind):
    def start(_words, _descriptors):
        raise BlockingIOError("no more processes")

    monkeypatch.setattr(worker_module, "_start", start)
    before = left_behind()
    for _ in range(3):
        with pytest.raises((OSError, Full)):
            Worker()
    gc.collect()
    assert left_behind()["descriptors"] == before["descriptors"]
