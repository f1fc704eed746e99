import pytest

from core import preparation
from core.errors import InputError
from core.types import Fact

MEAN = Fact([123.675, 116.28, 103.53], "preprocessor_config.json")


def test_a_change_is_yours_and_of_the_same_kind():
    fact = preparation.changed("width_px", Fact(224, "the shape of the input"), 256.0)
    assert fact == Fact(256, "you")
    assert isinstance(fact.value, int)


@pytest.mark.parametrize(
    ("name", "before", "value"),
    [
        ("resize", "crop", "sideways"),
        ("width_px", 224, 0),
        ("width_px", 224, 3.5),
        ("width_px", 224, "wide"),
        ("width_px", 224, float("nan")),
        ("mean", MEAN.value, [1.0, 2.0]),
        ("std", MEAN.value, [1.0, 0.0, 1.0]),
        ("std", MEAN.value, [1.0, "x", 1.0]),
        ("lower_case", True, "no"),
        ("unsure_note", "", "x" * 3_000),
        ("labels", ["cat"], "cat"),
    ],
)
def test_what_would_break_the_model_is_refused_in_words(name, before, value):
    with pytest.raises(InputError, match="can't be changed to that") as told:
        preparation.changed(name, Fact(before, "somebody"), value)
    assert preparation.title(name) in told.value.title


def test_a_fact_that_names_its_choices_takes_nothing_else():
    kinds = Fact("yolo_v8", "the shape of the output", certain=False, choices=("yolo_v5", "yolo_v8"))
    assert preparation.changed("decoder", kinds, "yolo_v5") == Fact("yolo_v5", "you", choices=kinds.choices)
    assert preparation.choices("decoder", kinds) == {"yolo_v5": "yolo v5", "yolo_v8": "yolo v8"}
    with pytest.raises(InputError, match="can't be changed"):
        preparation.changed("decoder", kinds, "yolo_v99")


@pytest.mark.parametrize(
    ("name", "fact"),
    [
        ("dtype", Fact("float32", "")),
        ("tokenizer", Fact("tokenizer.json", "", is_file=True)),
        ("x", Fact({"a": 1}, "")),
    ],
)
def test_what_the_file_settles_cannot_be_changed(name, fact):
    assert not preparation.may_change(name, fact)
    with pytest.raises(InputError):
        preparation.changed(name, fact, fact.value)


@pytest.mark.parametrize(
    ("name", "before", "words", "expected"),
    [
        ("mean", MEAN, "0, 0, 0", [0.0, 0.0, 0.0]),
        ("mean", MEAN, "[1, 2, 3]", [1.0, 2.0, 3.0]),
        ("colour", Fact("RGB", ""), "BGR", "BGR"),
        ("labels", Fact([], ""), "cat, dog", ["cat", "dog"]),
        ("labels", Fact([], ""), '["a, b", "c"]', ["a, b", "c"]),
        ("lower_case", Fact(True, ""), "false", False),
        ("query_prefix", Fact("", ""), "query: ", "query: "),
    ],
)
def test_words_of_the_command_line_are_read(name, before, words, expected):
    assert preparation.read(name, before, words).value == expected


def test_values_are_said_on_one_line():
    assert preparation.in_words("colour", Fact("BGR", "")) == "blue first (BGR)"
    assert preparation.in_words("mean", MEAN) == "123.675, 116.28, 103.53"
    assert preparation.in_words("labels", Fact(["a"] * 1000, "")) == "1,000: a, a, a, …"
    assert preparation.in_words("lower_case", Fact(True, "")) == "yes"
    assert preparation.title("something_new") == "Something new"
