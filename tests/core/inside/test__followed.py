import numpy as np

from core.inside import _followed
from core.inside._followed import Kept, Visit, fingerprint
from core.scenes import Shown


def drawn(size_bytes):
    return Shown("", "", "", "", "maps", pixels=np.zeros((1, 1, size_bytes), np.uint8), channels=(0,))


def test_what_was_drawn_stays_within_its_bound_and_what_was_looked_at_last_stays(monkeypatch):
    monkeypatch.setattr(_followed, "MOST_SHOWN_BYTES", 10_000)
    kept = Kept()
    for name in "abc":
        kept.keep("input", "model", name, drawn(2000))
    kept.find("input", "model", "a")
    kept.keep("input", "model", "d", drawn(2000))
    assert [name for _, _, name in kept.shown] == ["c", "a", "d"]


def test_one_thing_larger_than_the_bound_is_kept_alone(monkeypatch):
    monkeypatch.setattr(_followed, "MOST_SHOWN_BYTES", 10_000)
    kept = Kept()
    kept.keep("input", "model", "a", drawn(10))
    kept.keep("input", "model", "b", drawn(50_000))
    assert [name for _, _, name in kept.shown] == ["b"]


def test_of_inputs_the_last_few_are_kept_by_number_and_by_size(monkeypatch):
    kept, made = Kept(), []

    def visit(mark, count):
        def make():
            made.append(mark)
            return Visit({"model": {"x": np.zeros(count)}})

        kept.visit(mark, make)

    for mark in "abcdefgh":
        visit(mark, 1)
    assert list(kept.visits) == list("cdefgh")
    visit("h", 1)
    assert made == list("abcdefgh")
    monkeypatch.setattr(_followed, "MOST_FED_BYTES", 1000)
    visit("i", 1000)
    assert list(kept.visits) == ["i"]


def test_what_is_fed_is_remembered_as_it_was_the_first_time():
    visit, value = Visit(), np.ones(3)
    graph = visit.recording("model", lambda fed: {"y": fed["x"]})
    graph({"x": value})
    value[:] = 7
    graph({"x": value})
    assert visit.feeds["model"]["x"].tolist() == [1, 1, 1]
    assert visit.runs == {"model": 2}


def test_the_same_is_known_again_and_the_least_difference_is_seen():
    one = {"picture": b"abc", "table": np.arange(4), "deep": [1, ("a", None)]}
    assert fingerprint(one, "task") == fingerprint(dict(one), "task")
    others = [
        {**one, "picture": b"abd"},
        {**one, "table": np.arange(4).reshape(2, 2)},
        {**one, "table": np.arange(4, dtype=np.int32)},
        {**one, "deep": [1, "a", None]},
        {**one, "deep": [[1], ("a", None)]},
    ]
    assert len({fingerprint(other, "task") for other in (one, *others)}) == 6
