import pytest

from core import jobs
from core.actions import decide, list_samples, open_model, try_model
from core.errors import InputError
from core.types import Fact

MODEL = "efficientnet_lite0"


@pytest.fixture
def forgotten():
    yield
    jobs.run("decide", decide.Request(MODEL, forget=("*",)))


def best():
    answer = jobs.run("try_model", try_model.Request(MODEL, {"picture": list_samples.read("coffee")}))
    return answer.result.rows[0]


@pytest.mark.usefixtures("forgotten")
def test_what_a_person_says_is_fed_from_then_on():
    before = best()
    jobs.run("decide", decide.Request(MODEL, facts={"colour": Fact("BGR", "you")}))
    assert jobs.run("open_model", open_model.Request(MODEL)).info.preparation["colour"] == Fact("BGR", "you")
    assert best() != before
    jobs.run("decide", decide.Request(MODEL, forget=("colour",)))
    assert best() == before


@pytest.mark.usefixtures("forgotten")
@pytest.mark.parametrize(
    "facts",
    [
        {"colour": Fact("purple", "you")},
        {"nonsense": Fact(1, "you")},
        {"mean": Fact([1.0], "you")},
        {"dtype": Fact("int8", "you")},
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_kept(facts):
    with pytest.raises(InputError):
        jobs.run("decide", decide.Request(MODEL, facts=facts))
    preparation = jobs.run("open_model", open_model.Request(MODEL)).info.preparation
    assert all(fact.source != "you" for fact in preparation.values())
