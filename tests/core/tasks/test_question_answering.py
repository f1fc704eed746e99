"""Answers: from transformers' pipeline over tiny models with random weights, see `tests/reference/texts.py`."""

import json
from dataclasses import asdict

import numpy as np
import pytest

from core.errors import BadText, RunFailed
from core.tasks import _vocabulary
from core.tasks import question_answering as task
from tests.core.tasks.picture_models import run_script, silent
from tests.core.tasks.text_models import answers, described, files_of, model_of, noted, prepared, row

CASES = answers("answers")
OUTPUTS = [row("start_logits", "float32"), row("end_logits", "float32")]
BEST = task.MISSING[1]


def of(case):
    stride = {"stride_tokens": case["stride"]} if "stride" in case else {}
    return model_of(case, task, OUTPUTS, **stride)


def inputs_of(case):
    return {"question": case["question"], "text": case["text"], "missing": task.MISSING[0 if case["may_miss"] else 1]}


def pointed(text, start, end, *, missing=BEST, family="bert", question="where"):
    """The answer when the model is sure of these pieces of the text, counted from 0; -1 is the first mark."""
    info = prepared(described(files_of(family), [row("input_ids"), row("attention_mask")], OUTPUTS), task)
    before = _vocabulary.tokenizer(info).encode(question, text).sequence_ids.index(1)

    def graph(feeds):
        found = {name: np.zeros(feeds["input_ids"].shape, np.float32) for name in ("start_logits", "end_logits")}
        found["start_logits"][0, 0 if start < 0 else before + start] = 9
        found["end_logits"][0, 0 if end < 0 else before + end] = 9
        return found

    given = {"question": question, "text": text, "missing": missing}
    return task.answer(given, {"model": graph}, info, silent)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['family']} {case['may_miss']} {len(case['text'])}")
def test_the_answer_is_that_of_the_reference(case):
    found = task.answer(inputs_of(case), {"model": noted("answers", case["family"])}, of(case), silent)
    best = case["best"]
    if not best["answer"]:
        assert not found.spans
        assert found.headline == "No answer in this text"
        return
    (span,) = found.spans
    assert found.headline == case["text"][span.start : span.end]
    blank = len(best["answer"]) - len(best["answer"].lstrip())  # the reference may start with the blank before
    assert (span.start, span.end, found.headline) == (best["start"] + blank, best["end"], best["answer"].strip())
    assert span.score == pytest.approx(best["score"], abs=1e-4)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['family']} {case['may_miss']} {len(case['text'])}")
def test_the_script_answers_the_same(case):
    info, parts = of(case), {"model": noted("answers", case["family"])}
    found = json.loads(json.dumps(asdict(task.answer(inputs_of(case), parts, info, silent))))
    assert json.loads(json.dumps(run_script(task, info, parts, inputs_of(case)))) == found


def test_a_long_text_says_in_how_many_parts_it_was_read():
    case = next(case for case in CASES if "stride" in case)
    sentences = task.explain(inputs_of(case), of(case))
    assert any("parts of up to 40 pieces" in sentence for sentence in sentences)
    assert all(sentence.endswith(".") for sentence in sentences)


def test_an_answer_is_widened_to_whole_words():
    info = prepared(described(files_of("bert"), [row("input_ids")], OUTPUTS), task)
    text = "The library in Harbour Street"
    pieces = _vocabulary.tokenizer(info).encode(text, add_special_tokens=False)
    harbour = [place for place, (start, _) in enumerate(pieces.offsets) if 15 <= start < 22]
    assert pointed(text, harbour[-1], harbour[-1]).headline == "Harbour"


@pytest.mark.parametrize("family", ["bert", "roberta", "xlm_roberta", "albert"])
@pytest.mark.parametrize("text", ["😀👍🏽 日本語 שלום", "  a  b ", "e\u0301\u0301 x", "\t\nx y"])
def test_an_answer_in_a_nasty_text_has_its_exact_letters(text, family):
    found = pointed(text, 0, 1, family=family)
    assert all(text[span.start : span.end] == found.headline == found.headline.strip() for span in found.spans)


def test_no_answer_is_said_when_the_model_points_at_the_first_mark():
    found = pointed("The library in Harbour Street", -1, -1, missing=task.MISSING[0])
    assert found.headline == "No answer in this text"
    assert not found.spans
    assert "doesn't hold the answer" in found.note


def test_the_best_place_is_shown_when_that_is_asked_for():
    assert pointed("The library in Harbour Street", -1, -1).spans


def test_an_answer_never_ends_before_it_starts_nor_runs_on_for_ever():
    words = "a b c d e " * 12
    backwards = pointed(words, 8, 2)
    assert backwards.spans[0].start < backwards.spans[0].end
    far = pointed(words, 0, 55)
    assert far.spans[0].end - far.spans[0].start <= 2 * 30


def test_a_question_that_leaves_no_room_is_refused():
    with pytest.raises(BadText, match="question is too long"):
        pointed("Harbour Street", 0, 0, question="where " * 400)


@pytest.mark.parametrize("given", [{"question": " "}, {"text": "\n"}])
def test_without_question_or_text_there_is_nothing_to_answer(given):
    with pytest.raises(BadText, match="nothing to answer"):
        task.answer(inputs_of(CASES[0]) | given, {}, of(CASES[0]), silent)


def test_it_is_certain_by_the_names_of_the_outputs():
    assert task.fits(described(files_of("bert"), [row("input_ids")], OUTPUTS)) == 0.95
    assert task.fits(described({}, [row("input_ids")], OUTPUTS)) == 0
    assert task.fits(described(files_of("bert"), [row("input_ids")], OUTPUTS[:1])) == 0
    assert task.fits(described(files_of("bert"), [row("pixel_values", "float32", (1, 3, 9, 9))], OUTPUTS)) == 0


@pytest.mark.parametrize("shape", [(1, 3), (1, 50, 2), (0, 50)])
def test_an_odd_answer_is_an_error_in_words(shape):
    info = prepared(described(files_of("bert"), [row("input_ids")], OUTPUTS), task)
    graph = dict.fromkeys(("start_logits", "end_logits"), np.zeros(shape, np.float32))
    with pytest.raises(RunFailed):
        task.answer(inputs_of(CASES[0]), {"model": lambda _feeds: graph}, info, silent)
