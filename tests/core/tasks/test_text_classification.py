"""Answers: from transformers' pipelines over tiny models with random weights, see `tests/reference/texts.py`."""

import numpy as np
import pytest
from onnx import helper

from core.errors import BadFile, BadText, ModelError, RunFailed, TooLarge
from core.tasks import text_classification as task
from tests.core.tasks.picture_models import form, run_script, silent
from tests.core.tasks.text_models import answers, described, files_of, model_of, noted, prepared, real, row

CASES = answers("classification")
MULTI, SINGLE, NUMBER = "multi_label_classification", "single_label_classification", "regression"
SCORES = row("logits", "float32", ("batch", 3))


def named(count):
    return [f"kind {place}" for place in range(count)]


def of(case):
    count = case.get("num_labels", 3)
    return model_of(case, task, [row("logits", "float32", ("batch", count))], labels=named(count))


def ask(info, graph, text, second=""):
    inputs = form(task, info, {"text": text, "second": second})
    return task.answer(inputs, {"model": graph}, info, silent)


def judged(logits, labels=("a", "b", "c"), **facts):
    """What becomes of these scores, whatever the text."""
    port = row(facts.pop("output", "logits"), "float32", ("batch", None))
    info = prepared(described(files_of("bert"), [row("input_ids")], [port]), task, labels=list(labels), **facts)
    return ask(info, lambda _feeds: {port.name: np.array([logits], np.float32)}, "Paris")


@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: f"{case['family']} {case['text'][:12]} {case.get('second', '')[:5]}"
)
def test_the_answer_is_that_of_the_reference(case):
    info = of(case)
    found = ask(info, noted("classification", case["family"]), case["text"], case.get("second", ""))
    if found.kind == "table":
        assert [value for _, value in found.rows] == pytest.approx([one["score"] for one in case["rows"]], abs=1e-4)
        return
    assert [one.label for one in found.rows] == [one["label"] for one in case["rows"][:5]]
    assert [one.score for one in found.rows] == pytest.approx([one["score"] for one in case["rows"][:5]], abs=1e-4)
    assert found.independent == (case.get("problem_type") == MULTI)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['family']} {case['text'][:12]}")
def test_the_script_gives_the_same(case):
    info, graph = of(case), noted("classification", case["family"])
    inputs = form(task, info, {"text": case["text"], "second": case.get("second", "")})
    found, told = task.answer(inputs, {"model": graph}, info, silent), run_script(task, info, {"model": graph}, inputs)
    assert told["kind"] == found.kind
    if found.kind == "table":
        assert told["rows"] == found.rows
    else:
        assert [(one["label"], one["score"]) for one in told["rows"]] == [(one.label, one.score) for one in found.rows]


def test_a_long_text_is_read_in_parts_and_that_is_said():
    case = next(case for case in CASES if "max_tokens" in case)
    sentences = task.explain({"text": case["text"], "second": ""}, of(case))
    assert any("parts of up to 32 pieces" in sentence for sentence in sentences)
    assert "The answer is the mean over these parts." in sentences
    assert all(sentence.endswith(".") for sentence in sentences)


@pytest.mark.parametrize(
    ("inputs", "outputs"),
    [
        ([row("input_ids"), row("attention_mask")], [SCORES]),
        ([row("input_ids:0", "int32"), row("input_mask:0", "int32"), row("segment_ids:0", "int32")], [SCORES]),
        ([row("input_ids"), row("attention_mask"), row("position_ids")], [row("output", "float32", ("batch", 3))]),
        ([row("input_ids", "int64", (1, 128))], [SCORES, row("encoder_last_hidden_state", "float32", (1, 128, 768))]),
    ],
)
def test_it_fits_models_that_give_one_row_of_scores(inputs, outputs):
    assert task.fits(described(files_of("bert"), inputs, outputs)) == 0.6
    known = prepared(described(files_of("bert"), inputs, outputs), task, labels=["good", "bad", "so so"])
    assert task.fits(known) == 0.8


@pytest.mark.parametrize(
    ("files", "inputs", "outputs"),
    [
        ({}, [row("input_ids")], [SCORES]),  # nobody says how to cut a text
        (files_of("bert"), [row("input_ids"), row("pixel_values", "float32", (1, 3, 224, 224))], [SCORES]),
        (files_of("bert"), [row("input_ids"), row("decoder_input_ids")], [SCORES]),
        (files_of("bert"), [row("input_ids", "float32")], [SCORES]),
        (files_of("bert"), [row("input_ids", "int64", (8, 128))], [SCORES]),
        (files_of("bert"), [row("input_ids")], [row("logits", "float32", ("b", "s", 9))]),
        (files_of("bert"), [row("input_ids")], [row("logits", "float32", ("b", 30522))]),
        (files_of("bert"), [row("input_ids")], [row("start_logits", "float32"), row("end_logits", "float32")]),
        (files_of("bert"), [row("input_ids")], [row("sentence_embedding", "float32", ("b", 384)), row("x", "float32")]),
    ],
)
def test_it_leaves_other_models_alone(files, inputs, outputs):
    assert task.fits(described(files, inputs, outputs)) == 0


def test_models_that_compare_two_texts_are_left_to_sorting_into_own_labels():
    info = described(files_of("bert"), [row("input_ids")], [SCORES])
    known = prepared(info, task, labels=["contradiction", "neutral", "entailment"])
    assert task.fits(known) == 0.5


def test_one_score_without_a_word_about_it_is_shown_both_ways():
    info = prepared(described(files_of("bert"), [row("input_ids")], [row("logits", "float32", ("b", 1))]), task)
    found = ask(info, lambda _feeds: {"logits": np.array([[2.0]], np.float32)}, "Paris")
    assert found.rows == (("value", 2.0), ("as a share, if it answers yes or no", pytest.approx(0.880797, abs=1e-6)))


def test_shares_are_left_as_they_are_even_when_they_cannot_be():
    found = judged([1.3, 0.2, 0.1], output="probabilities")
    assert [one.score for one in found.rows] == pytest.approx([1.3, 0.2, 0.1])


def test_labels_without_a_meaning_and_a_wrong_count_are_said():
    assert "Nobody wrote down" in judged([9, 0], ["LABEL_0", "LABEL_1"]).note
    wrong = judged([9, 0, 0], ["a", "b"])
    assert "3 scores but 2 names" in wrong.note
    assert wrong.rows[0].label == "Class 0"


def test_an_answer_that_is_not_sure_says_so():
    unsure = judged([0.1, 0, 0])
    assert not unsure.sure
    assert unsure.note == "No label stands out."
    assert judged([9, 0, 0]).sure


def test_very_large_scores_are_no_trouble():
    assert judged([1e30, -1e30, 0]).rows[0].score == 1
    assert judged([1e30, -1e30, 0], problem_type=MULTI).rows[0].score == pytest.approx(1)


@pytest.mark.parametrize(
    "outputs",
    [
        {"logits": np.full((1, 3), np.nan, np.float32)},
        {"logits": np.zeros((1, 0), np.float32)},
        {"logits": np.zeros((0, 3), np.float32)},
        {"logits": np.zeros((1, 3, 3), np.float32)},
        {"logits": np.float32(1)},
        {"other": np.zeros((1, 3), np.float32)},
        {"logits": None},
        {"logits": np.array([["a", "b"]])},
    ],
)
def test_an_odd_answer_is_an_error_in_words(outputs):
    info = prepared(described(files_of("bert"), [row("input_ids")], [SCORES]), task)
    with pytest.raises(RunFailed) as refused:
        ask(info, lambda _feeds: outputs, "Paris")
    assert refused.value.fix


def test_without_a_text_there_is_nothing_to_do():
    with pytest.raises(BadText, match="no text"):
        ask(of(CASES[0]), None, "  ")


def test_a_second_text_that_fills_everything_is_refused():
    with pytest.raises(BadText, match="too long"):
        ask(of(CASES[0] | {"max_tokens": 16}), None, "Paris", "Paris " * 100)


def test_a_model_that_is_said_to_read_nothing_is_an_error_in_words():
    with pytest.raises(BadText, match="No text fits"):
        ask(of(CASES[0] | {"max_tokens": 2}), None, "Paris")


def test_a_text_of_very_many_parts_is_refused():
    with pytest.raises(TooLarge, match="parts"):
        ask(of(CASES[0] | {"max_tokens": 16}), None, "Paris " * 100_000)


def test_a_missing_vocabulary_is_an_error_in_words():
    info = prepared(described({"tokenizer.json": "/nowhere"}, [row("input_ids")], [SCORES]), task)
    with pytest.raises((ModelError, BadFile)):
        ask(info, None, "Paris")


def test_a_real_graph_gets_its_pieces_and_its_mask():
    """Mean of each piece's row over those that the mask keeps, then a linear layer; the same in plain NumPy."""
    random = np.random.default_rng(0)
    table, layer = random.normal(size=(400, 8)).astype(np.float32), random.normal(size=(8, 3)).astype(np.float32)
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["rows"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=1),
        helper.make_node("Unsqueeze", ["mask", "axis"], ["wide"]),
        helper.make_node("Mul", ["rows", "wide"], ["kept"]),
        helper.make_node("ReduceSum", ["kept", "middle"], ["sum"], keepdims=0),
        helper.make_node("MatMul", ["sum", "layer"], ["logits"]),
    ]
    constants = {"table": table, "layer": layer, "axis": np.array([2]), "middle": np.array([1])}
    info, parts = real(files_of("roberta"), nodes, [("logits", ["b", 3])], constants)
    info = prepared(info, task, labels=["a", "b", "c"])
    found = task.answer(form(task, info, {"text": "Angela visited Paris."}), parts, info, silent)
    case = next(one for one in answers("classification") if one["family"] == "roberta")
    assert case["seen"]  # the family is one of the reference
    from core.tasks import _vocabulary

    ids = _vocabulary.tokenizer(info).encode("Angela visited Paris.").ids
    logits = table[ids].sum(axis=0) @ layer
    shares = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
    assert [one.score for one in found.rows] == pytest.approx(sorted(shares, reverse=True), abs=1e-5)
