import threading
import time

import pytest

from core.workers.clock import Clock

NEVER_S = 1_000.0


@pytest.fixture
def clock():
    return Clock()


def test_it_rings_when_the_time_is_up(clock):
    rung, start = threading.Event(), time.monotonic()
    clock.after(0.05, rung.set)
    assert rung.wait(5)
    assert time.monotonic() - start >= 0.05


def test_what_is_over_in_time_does_not_ring(clock):
    rung, later = [], threading.Event()
    with clock.limit(0.05, lambda: rung.append(1)):
        pass
    clock.after(0.1, later.set)
    assert later.wait(5)
    assert rung == []


def test_what_takes_too_long_rings_once(clock):
    rung, later = [], threading.Event()
    with clock.limit(0.02, lambda: rung.append(1)):
        clock.after(0.1, later.set)
        assert later.wait(5)
    assert rung == [1]


def test_a_limit_is_called_off_when_the_block_fails(clock):
    rung, later = [], threading.Event()
    with pytest.raises(ValueError, match="x"), clock.limit(0.05, lambda: rung.append(1)):
        raise ValueError("x")
    clock.after(0.1, later.set)
    assert later.wait(5)
    assert rung == []


def test_the_shorter_limit_rings_first_although_it_came_later(clock):
    rung, done = [], threading.Event()
    clock.after(0.2, lambda: (rung.append("long"), done.set()))
    clock.after(0.05, lambda: rung.append("short"))
    assert done.wait(5)
    assert rung == ["short", "long"]


def test_those_due_at_once_ring_in_order(clock):
    rung, done = [], threading.Event()
    for number in range(20):
        clock.after(0, lambda number=number: rung.append(number))
    clock.after(0, done.set)
    assert done.wait(5)
    assert rung == list(range(20))


def test_a_ring_may_wind_the_clock_again(clock):
    done = threading.Event()
    clock.after(0, lambda: clock.after(0, done.set))
    assert done.wait(5)


def test_a_ring_that_fails_does_not_stop_the_clock(clock, monkeypatch):
    """Else nothing would have a time limit from then on."""
    done = threading.Event()
    monkeypatch.setattr(threading, "excepthook", lambda _told: None)

    def fail():
        raise OSError("no more processes")

    clock.after(0, fail)
    clock.after(0.02, done.set)
    assert done.wait(2)


def test_limits_that_were_called_off_do_not_pile_up(clock):
    for _ in range(10_000):
        with clock.limit(NEVER_S, print):
            pass
    assert len(clock._due) < 1_000


def test_called_off_twice_is_called_off(clock):
    entry = clock.after(NEVER_S, print)
    clock.call_off(entry)
    clock.call_off(entry)
    done = threading.Event()
    clock.after(0, done.set)
    assert done.wait(5)


def test_one_thread_looks_after_all_limits(clock):
    before = threading.active_count()
    for _ in range(100):
        clock.after(NEVER_S, print)
    assert threading.active_count() == before + 1


def test_many_threads_may_use_it(clock):
    rung = []

    def use():
        for _ in range(200):
            with clock.limit(NEVER_S, lambda: rung.append(1)):
                pass

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert rung == []
