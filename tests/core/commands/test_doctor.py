"""`doctor` as a program: other ways to feed a model, and how one is taken."""

import json
import shlex

import pytest

from core.actions import list_samples
from tests.core.commands.models import colours
from tests.core.program import playground


@pytest.fixture(scope="module")
def cup(tmp_path_factory):
    path = tmp_path_factory.mktemp("pictures") / "cup.png"
    path.write_bytes(list_samples.read("coffee"))
    return path


def test_ways_are_listed_and_one_is_taken_with_the_words_that_are_printed(tmp_path, cup):
    model = colours(tmp_path / "my colours.onnx", ((0.9, 0, 0), (0, 0.8, 0), (0, 0, 0.7)))
    code, shown, err = playground("doctor", model, "--picture", cup)
    assert code == 0, err
    assert shown.startswith("24 ways were tried with your picture and ")
    assert shown.count("(in use)") == 1
    taking = [line.strip() for line in shown.splitlines() if line.strip().startswith("onnx-playground prepare")]
    assert 2 <= len(taking) <= 7
    lines = shown.splitlines()
    first = next(line for line in lines if line.startswith("1. "))
    assert "(in use)" not in first
    assert playground(*shlex.split(taking[0])[1:])[0] == 0
    told = json.loads(playground("doctor", model, "--picture", cup, "--all", "--json")[1])
    assert next(one["words"] for one in told["candidates"] if one["is_current"]) == first.removeprefix("1. ")


def test_json_has_each_way_with_its_answer_the_best_first(tmp_path, cup):
    model = colours(tmp_path / "colours.onnx", ((0.5, 0, 0), (0, 0.4, 0), (0, 0, 0.3)))
    code, out, err = playground("doctor", model, "--picture", cup, "--json")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert (told["task"], told["tried"]) == ("image_classification", 24)
    assert 1 <= told["pictures"] <= 6
    ways = told["candidates"]
    assert [one["is_current"] for one in ways].count(True) == 1
    assert all(one["result"]["kind"] == "ranking" for one in ways)
    assert all({"colour", "mean", "std", "resize"} <= one["facts"].keys() for one in ways)
    order = [(len(one["doubts"]), -one["score"]) for one in ways]
    assert order[:6] == sorted(order[:6])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "“Your picture” is missing."),
        (("--picture", "nowhere.png"), "nowhere.png can't be read."),
    ],
)
def test_it_asks_for_a_picture(words, said):
    code, _, err = playground("doctor", "EfficientNet-Lite0", *words)
    assert code == 2
    assert said in err
    assert "--table" not in err  # which it doesn't take


def test_where_all_is_certain_it_says_how_to_try_all_the_same(cup):
    code, _, err = playground("doctor", "EfficientNet-Lite0", "--picture", cup)
    assert code == 2
    assert "is certain" in err
    assert "Add --all" in err


def test_a_model_without_a_picture_is_refused_in_words(cup):
    code, _, err = playground("doctor", "magika", "--picture", cup)
    assert code == 2
    assert "has no use for --picture" in err
