"""Answers: from transformers' pipeline over tiny models with random weights, see `tests/reference/texts.py`."""

import json
from dataclasses import asdict

import numpy as np
import pytest

from core.errors import BadText, RunFailed, TooLarge
from core.tasks import zero_shot_classification as task
from tests.core.tasks.picture_models import form, run_script, silent
from tests.core.tasks.text_models import answers, described, files_of, model_of, noted, prepared, row

CASES = answers("zero_shot")


def of(case):
    return model_of(case, task, [row("logits", "float32", ("b", len(case["names"])))], labels=case["names"])


def inputs_of(case, **given):
    several = task.SEVERAL[1 if case["several"] else 0]
    asked = {"text": case["text"], "labels": tuple(case["labels"]), "several": several}
    return form(task, of(case), asked | given)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['family']} {case['several']}")
def test_the_order_is_that_of_the_reference(case):
    found = task.answer(inputs_of(case), {"model": noted("zero_shot", case["family"])}, of(case), silent)
    assert [one.label for one in found.rows] == [one["label"] for one in case["rows"]]
    assert [one.score for one in found.rows] == pytest.approx([one["score"] for one in case["rows"]], abs=1e-4)
    assert found.independent == case["several"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['family']} {case['several']}")
def test_the_script_sorts_the_same(case):
    info, parts, inputs = of(case), {"model": noted("zero_shot", case["family"])}, inputs_of(case)
    found = json.loads(json.dumps(asdict(task.answer(inputs, parts, info, silent))))
    assert json.loads(json.dumps(run_script(task, info, parts, inputs))) == found


def sorted_by(logits, names=("contradiction", "neutral", "entailment"), labels=("a", "b"), several=False, text="Paris"):
    port = row("logits", "float32", ("b", None))
    info = described(files_of("bert"), [row("input_ids"), row("attention_mask")], [port])
    info = prepared(info, task, labels=list(names))
    given = {"text": text, "labels": labels, "several": task.SEVERAL[several]}
    rows = np.array(logits, np.float32)

    def graph(feeds):
        return {"logits": rows[: len(feeds["input_ids"])]}

    return task.answer(form(task, info, given), {"model": graph}, info, silent), info


def test_a_single_label_is_judged_on_its_own():
    found, _ = sorted_by([[0, 5, 0]], labels=("a",))
    assert found.rows[0].score == pytest.approx(0.5)
    assert found.independent


def test_the_contrary_is_found_by_its_name():
    found, _ = sorted_by([[2, 0, 0]], ("ENTAILMENT", "neutral", "CONTRADICTION"), ("a",), several=True)
    assert found.rows[0].score == pytest.approx(1 / (1 + np.exp(-2)))


def test_very_large_scores_are_no_trouble():
    found, _ = sorted_by([[0, 0, 1e30], [0, 0, -1e30]])
    assert [one.score for one in found.rows] == [1, 0]


def test_labels_that_fit_badly_are_said_to():
    found, _ = sorted_by([[9, 0, 0], [9, 0, 0]], several=True)
    assert not found.sure
    assert found.note


def test_a_long_text_is_cut_and_that_is_said():
    found, info = sorted_by([[0, 0, 1], [0, 0, 0]], text="Paris " * 600 + "end")
    assert found.rows[0].label == "a"
    inputs = form(task, info, {"text": "Paris " * 600, "labels": ("a", "b")})
    assert any("only its start" in sentence for sentence in task.explain(inputs, info))


@pytest.mark.parametrize("given", [{"text": " "}, {"labels": ()}, {"template": "about it"}])
def test_what_is_missing_is_named(given):
    with pytest.raises(BadText, match="nothing to sort"):
        task.answer(inputs_of(CASES[0], **given), {}, of(CASES[0]), silent)


def test_very_many_labels_are_refused():
    with pytest.raises(TooLarge, match="too many labels"):
        task.answer(inputs_of(CASES[0], labels=tuple(map(str, range(101)))), {}, of(CASES[0]), silent)


def test_one_score_is_too_few():
    with pytest.raises(RunFailed):
        sorted_by([[0], [0]])


def test_it_fits_where_the_labels_say_what_follows():
    info = described(files_of("bert"), [row("input_ids"), row("attention_mask")], [row("logits", "float32", ("b", 3))])
    assert task.fits(info) == 0
    assert task.fits(prepared(info, task, labels=["contradiction", "neutral", "entailment"])) == 0.9
    assert task.fits(prepared(info, task, labels=["good", "bad", "so so"])) == 0
