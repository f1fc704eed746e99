import threading
import time
from contextlib import ExitStack

import pytest

from core.caller import Caller, Stop
from core.errors import Full, Stopped
from core.workers import turnstile as turnstile_module
from core.workers.turnstile import Turnstile


class Visit:
    """Somebody on a thread of their own: waits for a place, notes it, and stays until told to leave."""

    def __init__(self, turnstile, visitor, order, **caller):
        self.leave = threading.Event()
        self.inside = threading.Event()
        self.error = None
        self.visitor = visitor
        self._caller = Caller(visitor, **caller)
        self._order = order
        self._turnstile = turnstile
        waiting = turnstile.waiting()
        self.thread = threading.Thread(target=self._go, daemon=True)
        self.thread.start()
        until(lambda: self.inside.is_set() or self.error or turnstile.waiting() > waiting)

    def _go(self):
        try:
            with self._turnstile.inside(self._caller):
                self._order.append(self.visitor)
                self.inside.set()
                self.leave.wait(20)
        except Exception as error:  # noqa: BLE001  whatever it is, the test shows it
            self.error = error

    def end(self):
        self.leave.set()
        self.thread.join(20)


def until(is_so):
    end = time.monotonic() + 10
    while not is_so() and time.monotonic() < end:
        time.sleep(0.001)
    assert is_so()


def let_all_out(visits):
    """One after the other, always one who is inside; all of them have been in at the end."""
    left = list(visits)
    while left:
        until(lambda: any(visit.inside.is_set() for visit in left))
        visit = next(visit for visit in left if visit.inside.is_set())
        visit.end()
        left.remove(visit)


def test_one_visitors_requests_go_in_in_order_of_arrival():
    order, turnstile = [], Turnstile(1, 1, 100, 100)
    noted = []
    visits = []
    for number in range(6):
        visit = Visit(turnstile, "a", order)
        visits.append(visit)
        noted.append(number)
    arrived = []
    while len(arrived) < 6:
        until(lambda: any(v.inside.is_set() and n not in arrived for n, v in enumerate(visits)))
        number = next(n for n, v in enumerate(visits) if v.inside.is_set() and n not in arrived)
        arrived.append(number)
        visits[number].end()
    assert arrived == noted


def test_only_so_many_are_inside_at_once():
    order, turnstile = [], Turnstile(2, 2, 100, 100)
    visits = [Visit(turnstile, name, order) for name in "abcd"]
    assert [visit.inside.is_set() for visit in visits] == [True, True, False, False]
    assert turnstile.waiting() == 2
    let_all_out(visits)
    assert turnstile.waiting() == 0


def test_a_visitor_with_twenty_requests_does_not_starve_the_others():
    order, turnstile = [], Turnstile(1, 1, 100, 100)
    greedy = [Visit(turnstile, "greedy", order) for _ in range(20)]
    others = [Visit(turnstile, name, order) for name in ("b", "c")]
    let_all_out([*greedy, *others])
    assert order[0] == "greedy"
    assert set(order[1:3]) == {"b", "c"}
    assert len(order) == 22


def test_two_with_many_requests_take_turns():
    order, turnstile = [], Turnstile(1, 1, 100, 100)
    visits = [Visit(turnstile, name, order) for name in "aaaabbbb"]
    let_all_out(visits)
    assert order == list("abababab")


def test_a_visitor_has_only_so_many_places_and_the_rest_stay_free():
    order, turnstile = [], Turnstile(2, 1, 100, 100)
    first, second = Visit(turnstile, "a", order), Visit(turnstile, "a", order)
    assert not second.inside.is_set()
    other = Visit(turnstile, "b", order)
    assert other.inside.is_set()
    let_all_out([first, other, second])


def test_who_may_not_enter_does_not_stand_in_the_way_of_who_may():
    order, turnstile = [], Turnstile(2, 1, 100, 100)
    visits = [Visit(turnstile, name, order) for name in "aaab"]
    assert order == ["a", "b"]
    let_all_out(visits)


def test_too_many_of_one_visitor_are_told_at_once():
    order, turnstile = [], Turnstile(1, 1, 100, 2)
    visits = [Visit(turnstile, "a", order) for _ in range(3)]
    with pytest.raises(Full) as caught, turnstile.inside(Caller("a")):
        pass
    assert "2 of them yours" in caught.value.detail
    other = Visit(turnstile, "b", order)
    let_all_out([*visits, other])


def test_too_many_of_all_are_told_at_once():
    order, turnstile = [], Turnstile(1, 1, 2, 100)
    visits = [Visit(turnstile, name, order) for name in "abc"]
    with pytest.raises(Full), turnstile.inside(Caller("d")):
        pass
    let_all_out(visits)
    with turnstile.inside(Caller("d")):
        pass


def test_stop_ends_the_waiting_and_gives_the_place_in_the_queue_away():
    order, turnstile, stop = [], Turnstile(1, 1, 100, 100), Stop()
    first = Visit(turnstile, "a", order)
    waiting = Visit(turnstile, "b", order, stop=stop)
    last = Visit(turnstile, "c", order)
    start = time.monotonic()
    stop.press()
    waiting.thread.join(5)
    assert time.monotonic() - start < 1
    assert isinstance(waiting.error, Stopped)
    assert turnstile.waiting() == 1
    let_all_out([first, last])
    assert order == ["a", "c"]


def test_who_pressed_stop_before_does_not_wait_at_all():
    order, turnstile, stop = [], Turnstile(1, 1, 100, 100), Stop()
    stop.press()
    first = Visit(turnstile, "a", order)
    with pytest.raises(Stopped), turnstile.inside(Caller("b", stop=stop)):
        pass
    assert turnstile.waiting() == 0
    first.end()
    with turnstile.inside(Caller("c")):
        pass


def test_who_waits_is_told_their_place(monkeypatch):
    monkeypatch.setattr(turnstile_module, "TELL_AFTER_S", 0.02)
    order, turnstile, told = [], Turnstile(1, 1, 100, 100), {"b": [], "c": []}
    visits = [Visit(turnstile, "a", order)]
    for name, words in told.items():
        visits.append(Visit(turnstile, name, order, say=lambda _share, word, words=words: words.append(word)))
    until(lambda: told["b"] and told["c"])
    assert "next" in told["b"][-1]
    assert "1 before you" in told["c"][-1]
    let_all_out(visits)


def test_who_does_not_wait_is_told_nothing():
    told = []
    with Turnstile(1, 1, 1, 1).inside(Caller("a", lambda *words: told.append(words))):
        pass
    assert told == []


def test_a_place_is_given_back_when_the_work_fails():
    turnstile = Turnstile(1, 1, 0, 0)
    for _ in range(3):
        with pytest.raises(ValueError, match="x"), turnstile.inside(Caller("a")):
            raise ValueError("x")
    with turnstile.inside(Caller("a")):
        pass


def test_a_listener_that_fails_while_waiting_leaves_no_trace(monkeypatch):
    monkeypatch.setattr(turnstile_module, "TELL_AFTER_S", 0.01)
    order, turnstile = [], Turnstile(1, 1, 100, 100)

    def gone(_share, _words):
        raise ConnectionError("the page was closed")

    first = Visit(turnstile, "a", order)
    with pytest.raises(ConnectionError), turnstile.inside(Caller("b", gone)):
        pass
    assert turnstile.waiting() == 0
    first.end()
    with turnstile.inside(Caller("c")):
        pass


def test_nobody_is_remembered_once_all_have_left():
    turnstile = Turnstile(2, 2, 100, 100)
    with ExitStack() as stack:
        for name in "ab":
            stack.enter_context(turnstile.inside(Caller(name)))
    assert not turnstile._inside
    assert not turnstile._last_turn


def test_hundreds_of_requests_with_stops_among_them_leave_it_as_it_was():
    turnstile, ended = Turnstile(3, 2, 1_000, 1_000), []

    def ask(number):
        stop = Stop()
        if number % 3 == 0:
            threading.Timer(0.001 * (number % 7), stop.press).start()
        try:
            with turnstile.inside(Caller(str(number % 5), stop=stop)):
                assert sum(turnstile._inside.values()) <= 3
                assert max(turnstile._inside.values()) <= 2
            ended.append("in")
        except Stopped:
            ended.append("stopped")

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(ended) == 200
    assert turnstile.waiting() == 0
    assert turnstile._free == 3
    assert not turnstile._inside
