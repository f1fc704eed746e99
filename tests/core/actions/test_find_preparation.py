from dataclasses import replace

import pytest

from core import jobs
from core.actions import _library, _workers, decide, find_preparation, list_samples, try_model
from core.caller import Caller
from core.errors import InputError
from core.types import Fact

MODEL = "efficientnet_lite0"
WRONG = {
    "blue first": {"colour": "BGR"},
    "mean left out": {"mean": [0.0] * 3, "std": [128.0] * 3},
}


def ask(picture, **how):
    request = find_preparation.Request(MODEL, {"picture": list_samples.read(picture)}, **how)
    return jobs.run("find_preparation", request)


def decided(facts, certain=True):
    remembered = {name: Fact(value, "you", certain) for name, value in facts.items()}
    jobs.run("decide", decide.Request(MODEL, facts=remembered))


@pytest.mark.parametrize("facts", WRONG.values(), ids=WRONG)
@pytest.mark.usefixtures("home")
def test_the_right_preparation_comes_first_and_is_right_once_it_is_remembered(facts):
    picture = list_samples.read("coffee")
    right = jobs.run("try_model", try_model.Request(MODEL, {"picture": picture})).result.rows[0].label
    decided(facts)
    found = ask("coffee", open_all=True)
    best = found.candidates[0]
    assert best.words == "red first, -1 to 1, middle cut out"
    assert not best.is_current
    assert best.result.rows[0].label == right
    jobs.run("decide", decide.Request(MODEL, facts=best.facts))
    answer = jobs.run("try_model", try_model.Request(MODEL, {"picture": picture}))
    assert answer.result.rows[0].label == right


def test_the_way_in_use_is_always_among_those_shown():
    found = ask("chelsea", open_all=True)
    assert [one.is_current for one in found.candidates].count(True) == 1
    assert found.tried == 24
    assert 1 < found.pictures <= 6
    assert [one.score for one in found.candidates] == sorted((one.score for one in found.candidates), reverse=True)


def test_where_all_is_certain_nothing_is_tried_unless_it_is_asked_for():
    with pytest.raises(InputError, match="certain"):
        ask("chelsea")


def test_only_what_is_open_is_tried():
    known = _library.with_task(_library.find(MODEL, Caller()), "", Caller())
    open_ = {**known.info.preparation, "colour": Fact("BGR", "a guess", certain=False)}
    info = replace(known.info, preparation=open_)
    asked = {"task": known.task_id, "given": {"picture": list_samples.read("coffee")}, "open_all": False}
    asked |= {"photographs": [list_samples.read("chelsea")], "budget_s": 60.0}
    found = _workers.ask_model("try_preparations", info, Caller(), asked)
    assert [one.words for one in found.found] == ["red first", "blue first"]
    assert all(set(one.facts) == {"colour"} for one in found.found)


def test_a_task_without_a_picture_says_so():
    with pytest.raises(InputError, match="pictures"):
        jobs.run("find_preparation", find_preparation.Request("magika", {"file": b"x = 1\n" * 40}))


def test_stop_ends_the_search():
    from core.errors import Stopped

    caller = Caller()

    def say(share, words):
        if words.startswith("Trying 2"):
            caller.stop.press()

    caller = replace(caller, say=say)
    request = find_preparation.Request(MODEL, {"picture": list_samples.read("coffee")}, open_all=True)
    with pytest.raises(Stopped):
        find_preparation.do(request, caller)
