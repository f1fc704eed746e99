import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from core.errors import RunFailed
from core.starter import efficientnet_lite0
from core.tasks import image_classification as task
from core.types import Fact, Port
from tests.core.tasks.picture_models import (
    constant_graph,
    described,
    form,
    opened,
    run_script,
    sample,
    silent,
)

PICTURE = ("float32", ("batch", 3, 224, 224))


def with_facts(info, **facts):
    known = {name: Fact(value, "you") for name, value in facts.items()}
    return replace(info, preparation={**task.assume(info), **known})


def answer_with(scores, labels, **facts):
    """The answer of a model that always gives these scores."""
    values = np.asarray(scores, np.float32)
    info = with_facts(described([PICTURE], [("float32", values.shape)]), labels=labels, **facts)
    run, _ = constant_graph("out0", values)
    return task.answer({"picture": np.zeros((30, 40, 3), np.uint8)}, {"model": run}, info, silent)


@pytest.mark.parametrize(
    ("name", "accepted"),
    [
        ("chelsea", {"tiger cat", "tabby cat", "Egyptian Mau"}),
        ("coffee", {"espresso", "tea cup", "coffee mug"}),
        ("china", {"palace", "monastery", "bell tower", "castle", "stupa"}),
        ("rocket", {"missile", "projectile", "space shuttle"}),
    ],
)
def test_it_names_what_is_in_a_photograph(name, accepted):
    if name == "china":
        pytest.importorskip("sklearn")
    info, parts = opened(efficientnet_lite0, task)
    found = task.answer({"picture": sample(name)}, parts, info, silent)
    assert found.rows[0].label in accepted
    assert len(found.rows) == 5
    assert [row.score for row in found.rows] == sorted((row.score for row in found.rows), reverse=True)


def test_a_person_is_not_sure_because_it_knows_none():
    info, parts = opened(efficientnet_lite0, task)
    found = task.answer({"picture": sample("astronaut")}, parts, info, silent)
    assert not found.sure
    assert "no people" in found.note
    assert len(found.rows) == 5


@pytest.mark.parametrize("name", ["chelsea", "astronaut"])
def test_the_script_gives_the_same_answer(name):
    info, parts = opened(efficientnet_lite0, task)
    inputs = form(task, info, {"picture": sample(name)})
    found = json.loads(json.dumps(asdict(task.answer(inputs, parts, info, silent))))
    assert json.loads(json.dumps(run_script(task, info, parts, inputs))) == found


def test_what_was_done_is_told_in_sentences():
    info, _ = opened(efficientnet_lite0, task)
    sentences = task.explain({"picture": sample("coffee")}, info)
    assert "middle 224 × 224" in sentences[0]
    # 224 of 256 along the short side of 400 x 600: 350 x 350 of 240,000 pixels
    assert "51 %" in sentences[0]
    assert "(value - 127) / 128" in sentences[1]


def test_scores_that_are_not_probabilities_go_through_softmax():
    found = answer_with([[1.0, 2.0, 3.0]], ["a", "b", "c"])
    # softmax of 1, 2, 3
    assert [row.score for row in found.rows] == pytest.approx([0.66524096, 0.24472847, 0.09003057])
    assert [row.label for row in found.rows] == ["c", "b", "a"]


def test_probabilities_stay_as_they_are():
    found = answer_with([[[[0.2]], [[0.8]]]], ["no", "yes"])
    assert [(row.label, round(row.score, 6)) for row in found.rows] == [("yes", 0.8), ("no", 0.2)]


def test_one_score_more_than_names_means_background_comes_first():
    found = answer_with([[0.0, 9.0, 0.0]], ["cat", "dog"])
    assert found.rows[0].label == "cat"
    assert "background" in {row.label for row in found.rows}


def test_names_that_cannot_belong_are_not_used():
    found = answer_with([[0.0, 9.0, 0.0, 0.0]], ["cat", "dog"])
    assert found.rows[0].label == "Class 1"
    assert "4 scores but 2 names" in found.note


EXPECTED = Path(__file__).parents[2] / "reference" / "expected" / "image_classification.json"


@pytest.mark.parametrize("case", json.loads(EXPECTED.read_text()))
def test_scores_are_read_as_transformers_read_them(case):
    """Expected values: tests/reference/image_classification.py."""
    values = np.asarray([case["logits"]], np.float32)
    labels = [f"class {number}" for number in range(len(case["logits"]))]
    info = described([PICTURE], [("float32", values.shape)])
    graph = info.parts["model"]
    graph = replace(graph, outputs=(replace(graph.outputs[0], name="logits"),))
    info = with_facts(replace(info, parts={"model": graph}), labels=labels, problem_type=case["problem"])
    run, _ = constant_graph("logits", values)
    inputs = {"picture": np.zeros((30, 40, 3), np.uint8)}
    found = task.answer(inputs, {"model": run}, info, silent)
    if case["problem"] == "regression":
        assert found.kind == "table"
        assert [list(row) for row in found.rows] == [
            [name, pytest.approx(value)] for name, value in zip(labels, case["logits"], strict=True)
        ]
    else:
        assert [(row.label, row.score) for row in found.rows] == [
            (label, pytest.approx(score, abs=1e-6)) for label, score in case["rows"]
        ]
        assert found.independent == (case["problem"] == "multi_label_classification" or len(labels) == 1)
    assert json.loads(json.dumps(run_script(task, info, {"model": run}, inputs)["kind"])) == found.kind


def test_where_each_is_judged_on_its_own_all_that_hold_are_shown():
    found = answer_with([[3.0] * 7 + [-3.0]], list("abcdefgh"), problem_type="multi_label_classification")
    assert [row.label for row in found.rows] == list("abcdefg")
    assert found.independent


def test_one_score_for_two_names_is_that_of_the_second():
    found = answer_with([[0.9]], ["no", "yes"])
    assert [(row.label, round(row.score, 6)) for row in found.rows] == [("yes", 0.9), ("no", 0.1)]


def test_names_and_scores_may_come_together_and_the_best_name_beside_them():
    ports = (
        Port("classLabel", "tensor", "tensor(string)", "string", (1, 1)),
        Port("loss", "sequence", "seq(map(string, tensor(float)))", "float32", None),
    )
    info = described([PICTURE], [("float32", (1, 2))])
    info = replace(info, parts={"model": replace(info.parts["model"], outputs=ports)})
    assert task.fits(info) > 0.9
    info = with_facts(info)
    run, _ = constant_graph("loss", [{"cat": 0.25, "dog": 0.75}])
    inputs = {"picture": np.zeros((30, 40, 3), np.uint8)}
    found = task.answer(inputs, {"model": run}, info, silent)
    assert [(row.label, row.score) for row in found.rows] == [("dog", 0.75), ("cat", 0.25)]
    assert run_script(task, info, {"model": run}, inputs)["rows"][0]["label"] == "dog"


@pytest.mark.parametrize("count", [1000, 1001])
def test_a_thousand_scores_without_names_are_taken_for_those_of_imagenet_and_it_is_said_to_be_a_guess(count):
    info = described([PICTURE], [("float32", (1, count))])
    info = replace(info, preparation=task.assume(info))
    assert not info.preparation["labels"].certain
    scores = np.zeros((1, count), np.float32)
    scores[0, 1 + count - 1000] = 9
    run, _ = constant_graph("out0", scores)
    found = task.answer({"picture": np.zeros((30, 40, 3), np.uint8)}, {"model": run}, info, silent)
    assert found.rows[0].label == "goldfish"
    assert any("ImageNet" in sentence for sentence in task.explain({}, info))


@pytest.mark.parametrize("shape", [(1, 10, 7, 7), (1, 0), (0, 10)])
def test_an_answer_of_another_shape_than_promised_is_an_error_in_words(shape):
    info = with_facts(described([PICTURE], [("float32", ("batch", "classes"))]))
    run, _ = constant_graph("out0", np.zeros(shape, np.float32))
    with pytest.raises(RunFailed, match="one row of scores"):
        task.answer({"picture": np.zeros((30, 40, 3), np.uint8)}, {"model": run}, info, silent)


def test_an_impossible_probability_is_shown_as_it_is():
    assert answer_with([[1.264, 0.1]], ["a", "b"], problem_type="multi_label_classification").rows[0].score < 1
    found = task.ranked(np.array([1.005, 0.0]), ["a", "b"], {**READING, "raw": False})
    assert found["rows"][0]["score"] == 1.005


READING = {"shown": 5, "sure_above": 0.3, "unsure_note": "", "problem_type": "single_label_classification"}


def test_scores_that_are_not_numbers_are_an_error_in_words():
    with pytest.raises(RunFailed, match="isn't made of numbers"):
        answer_with([[np.nan, 1.0]], [])


@pytest.mark.parametrize(
    ("notes", "names"),
    [
        ({"names": "{0: 'cat', 1: 'dog'}"}, ["cat", "dog"]),
        ({"id2label": '{"0": "cat", "1": "dog"}'}, ["cat", "dog"]),
        ({"Labels": '["cat", "dog"]'}, ["cat", "dog"]),
        ({"classes": "cat\ndog"}, ["cat", "dog"]),
        ({"label_map": '{"cat": 0, "dog": 1}'}, ["cat", "dog"]),
        ({"names": "__import__('os').abort()"}, []),
        ({"names": "[" * 100_000}, []),
        ({"classes": "10"}, []),
        ({}, []),
    ],
)
def test_names_are_read_from_the_files_notes_and_never_evaluated(notes, names):
    assert task.assume(described([PICTURE], [("float32", (1, 2))], notes))["labels"].value == names


def test_without_names_classes_are_numbered():
    assert answer_with([[0.0, 9.0]], []).rows[0].label == "Class 1"


def test_the_scaling_of_an_unknown_model_is_a_guess_and_says_so():
    facts = task.assume(described([PICTURE], [("float32", (1, 10))]))
    assert not facts["mean"].certain
    assert facts["width_px"] == Fact(224, "the shape of the input")
    info = replace(described([PICTURE], [("float32", (1, 10))]), preparation=facts)
    assert "guess" in task.explain({}, info)[1]


def test_whole_numbers_are_fed_as_they_are():
    info = described([("uint8", (1, 32, 48, 3))], [("float32", (1, 10))])
    info = replace(info, preparation=task.assume(info))
    run, seen = constant_graph("out0", np.zeros((1, 10), np.float32))
    task.answer({"picture": np.full((64, 96, 3), 200, np.uint8)}, {"model": run}, info, silent)
    fed = seen.feeds["in0"]
    assert (fed.dtype, fed.shape) == (np.uint8, (1, 32, 48, 3))
    assert (fed == 200).all()


def test_a_grey_model_is_fed_one_channel():
    info = described([("float32", (1, 1, 28, 28))], [("float32", (1, 10))])
    info = replace(info, preparation=task.assume(info))
    run, seen = constant_graph("out0", np.zeros((1, 10), np.float32))
    task.answer({"picture": np.full((64, 64, 3), 255, np.uint8)}, {"model": run}, info, silent)
    assert seen.feeds["in0"].shape == (1, 1, 28, 28)
    assert seen.feeds["in0"] == pytest.approx(1)


@pytest.mark.parametrize(
    ("inputs", "outputs", "expected"),
    [
        ([PICTURE], [("float32", (1, 1000))], True),
        ([PICTURE], [("float32", ("batch", 1000, 1, 1))], True),
        ([("float32", (1, None, None, 3))], [("float32", (None, 5))], True),
        ([("uint8", (1, 299, 299, 3))], [("float32", (1, 1001))], True),
        ([PICTURE], [("float32", (1, 3, 224, 224))], False),
        ([PICTURE], [("int64", (1, 10))], False),
        ([PICTURE], [("float32", (1, 1))], False),
        ([PICTURE, PICTURE], [("float32", (1, 10))], False),
        ([("float32", (1, 10))], [("float32", (1, 10))], False),
        ([("int64", (1, 3, 8, 8))], [("float32", (1, 10))], False),
        ([PICTURE], [("float32", None)], False),
    ],
)
def test_it_fits_one_picture_in_and_one_row_of_scores_out(inputs, outputs, expected):
    assert (task.fits(described(inputs, outputs)) > 0.5) is expected


def test_as_many_names_are_given_as_are_asked_for():
    scores = np.linspace(0, 1, 20) / 10
    assert len(task.ranked(scores, [], {**READING, "raw": False})["rows"]) == 5
    rows = task.ranked(scores, [], {**READING, "raw": False, "shown": 100_000})["rows"]
    assert [row["label"] for row in rows] == [f"Class {number}" for number in range(19, -1, -1)]
