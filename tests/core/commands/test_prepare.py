"""`prepare` as a program: what is known, what is guessed, and what somebody says instead."""

import json
import zlib

import numpy as np
import pytest
from PIL import Image

from tests.core.commands.models import colours
from tests.core.program import playground


@pytest.fixture
def model(tmp_path):
    """Another one in each test, because what is said is remembered by the file's content."""
    weights = np.eye(3) + np.random.default_rng(zlib.crc32(str(tmp_path).encode())).random((3, 3)) / 1000
    return colours(tmp_path / "colours.onnx", weights)


def facts(*words):
    code, out, err = playground("prepare", *words, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)["facts"]


def line(name, shown):
    return next(line for line in shown.splitlines() if line.startswith(f"{name} "))


def test_each_fact_is_told_with_its_name_its_value_and_where_it_comes_from(model):
    code, shown, _ = playground("prepare", model)
    assert code == 0
    assert shown.startswith("colours: Name what is in a picture (image_classification, a guess;")
    assert "Order of the colours: red first (RGB) · a guess · what most classifiers do" in line("colour", shown)
    assert "Width that is fed, in pixels: 32 · known · the shape of the input" in line("width_px", shown)
    assert f"prepare {model} --set colour=…" in shown


def test_what_is_said_is_remembered_and_can_be_forgotten(model):
    assert facts(model)["colour"]["sure"] == "a guess"
    said = facts(model, "--set", "colour=BGR", "mean=0,0,0", "--set", "std=255, 255, 255")
    assert [said[name]["value"] for name in ("colour", "mean", "std")] == ["BGR", [0, 0, 0], [255, 255, 255]]
    assert {said[name]["sure"] for name in ("colour", "mean", "std")} == {"you said so"}
    assert said["resize"]["sure"] == "a guess"
    forgotten = facts(model, "--forget", "colour", "mean")
    assert [forgotten[name]["sure"] for name in ("colour", "mean", "std")] == ["a guess", "a guess", "you said so"]
    assert facts(model, "--forget", "*")["std"]["sure"] == "a guess"


def test_the_next_answer_is_read_as_was_said(model, tmp_path):
    """A red picture: the model's first number is that of the colour it is fed first."""
    red = tmp_path / "red.png"
    Image.new("RGB", (32, 32), (255, 0, 0)).save(red)

    def best():
        return json.loads(playground("try", model, "--picture", red, "--json")[1])["result"]["rows"][0]["label"]

    facts(model, "--set", "labels=ruby,grass,sky")
    assert best() == "ruby"
    facts(model, "--set", "colour=BGR")
    assert best() == "sky"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--set", "color=BGR"), "nothing called “color” to settle"),
        (("--set", "colour=lilac"), "“Order of the colours” can't be changed to that."),
        (("--set", "mean=0,0"), "it takes 3 numbers"),
        (("--set", "std=0,1,1"), "above 0"),
        (("--set", "dtype=float16"), "settled by the model's own file"),
        (("--set", "colour"), "It is written NAME=VALUE."),
        (("--forget", "color"), "nothing called “color” to forget"),
        (("--task", "nothing"), "There is no task called “nothing”."),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_changes_nothing(model, words, said):
    code, out, err = playground("prepare", model, *words, "--json")
    assert code == 2
    assert said in err
    assert json.loads(out)["error"].keys() == {"title", "detail", "fix"}
    assert "you said so" not in {fact["sure"] for fact in facts(model).values()}


def test_a_file_that_came_with_the_app_is_called_by_its_name():
    _, shown, _ = playground("prepare", "MiniLM sentences")
    assert "File with the pieces of words it knows: vocab.txt · known" in shown
