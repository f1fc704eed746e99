"""Answers: from transformers' pipeline over tiny models with random weights, see `tests/reference/texts.py`."""

import json
from dataclasses import asdict

import numpy as np
import pytest

from core.errors import BadText, RunFailed
from core.tasks import token_classification as task
from core.tasks._entities import tag
from tests.core.tasks.picture_models import form, run_script, silent
from tests.core.tasks.text_models import answers, described, files_of, model_of, noted, prepared, row

CASES = answers("tokens")
SCORES = row("logits", "float32", ("batch", "sequence", 7))


def of(case):
    stride = {"stride_tokens": case["stride"]} if "stride" in case else {}
    return model_of(case, task, [SCORES], labels=case["labels"], **stride)


def ask(info, graph, text, merging="simple"):
    return task.answer({"text": text, "merging": merging}, {"model": graph}, info, silent)


def marked(text, classes, labels, merging="simple", family="bert"):
    """The spans when the pieces of a text get these classes, one after the other, each for 99 %."""
    info = prepared(
        described(files_of(family), [row("input_ids"), row("attention_mask")], [SCORES]), task, labels=labels
    )

    def graph(feeds):
        logits = np.zeros((*feeds["input_ids"].shape, len(labels) or 3), np.float32)
        for place, one in enumerate(classes[: feeds["input_ids"].shape[1] - 2], 1):
            logits[0, place, one] = 9
        return {"logits": logits}

    return ask(info, graph, text, merging)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['family']} {case['merging']} {len(case['text'])}")
def test_the_names_are_those_of_the_reference(case):
    found = ask(of(case), noted("tokens", case["family"]), case["text"], case["merging"]).spans
    text = case["text"]
    wanted = [{**span, "start": span["start"] + (text[span["start"]] == " ")} for span in case["spans"]]
    wanted = [span for span in wanted if span["start"] < span["end"]]  # a blank alone is no name
    assert [(one.start, one.end, one.label) for one in found] == [(w["start"], w["end"], w["label"]) for w in wanted]
    assert [one.score for one in found] == pytest.approx([one["score"] for one in wanted], abs=1e-4)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['family']} {case['merging']} {len(case['text'])}")
def test_the_script_finds_the_same(case):
    info, parts = of(case), {"model": noted("tokens", case["family"])}
    inputs = form(task, info, {"text": case["text"], "merging": case["merging"]})
    found = json.loads(json.dumps(asdict(task.answer(inputs, parts, info, silent))))
    assert json.loads(json.dumps(run_script(task, info, parts, inputs))) == found


def test_a_long_text_says_in_how_many_parts_it_was_read():
    case = next(case for case in CASES if "stride" in case)
    sentences = task.explain({"text": case["text"], "merging": "max"}, of(case))
    assert any("parts of up to 32 pieces" in sentence for sentence in sentences)
    assert any("further from the edge" in sentence for sentence in sentences)


def test_a_name_keeps_its_letters_however_they_are_made_alike():
    found = marked("near PARIS", [0, 1], ["O", "B-LOC"], "none")
    text = found.text
    assert all(text[span.start : span.end] == text[span.start : span.end].strip() for span in found.spans)


@pytest.mark.parametrize("mark", ["B", "S"])
def test_a_beginning_starts_a_new_name(mark):
    names = ["O", f"{mark}-PER", "I-PER"]
    found = marked("a b c", [1, 1, 2], names).spans
    assert [(span.start, span.end, span.label) for span in found] == [(0, 1, "PER"), (2, 5, "PER")]


def test_an_end_belongs_to_the_name_before():
    found = marked("a b c", [1, 2, 0], ["O", "B-PER", "E-PER"]).spans
    assert [(span.start, span.end, span.label) for span in found] == [(0, 3, "PER")]


def test_labels_without_marks_are_put_together():
    assert [(span.start, span.end) for span in marked("a b c", [1, 1, 0], ["O", "PER"]).spans] == [(0, 3)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("B-PER", ("B", "PER")), ("I-A-B", ("I", "A-B")), ("O", ("I", "O")), ("X-RAY", ("I", "X-RAY"))],
)
def test_only_known_marks_are_taken_off(name, expected):
    assert tag(name) == expected


def test_without_names_the_first_class_is_taken_for_nothing():
    found = marked("a b c", [0, 1, 0], [])
    assert [(span.start, span.label) for span in found.spans] == [(2, "Class 1")]
    assert "nothing" in found.note
    assert "nothing" in marked("a b", [0, 0], ["LABEL_0", "LABEL_1", "LABEL_2"]).note


@pytest.mark.parametrize("family", ["bert", "roberta", "xlm_roberta", "albert"])
@pytest.mark.parametrize("merging", task.STRATEGIES)
@pytest.mark.parametrize("text", ["😀👍🏽 日本語 שלום", "  a  ", "e\u0301\u0301\u0301", "\t\n x", "ﬁ\u200b\u200b"])
def test_nasty_texts_give_spans_inside_the_text(text, merging, family):
    found = marked(text, [1, 2] * 40, ["O", "B-A", "I-A", "B-B"], merging, family)
    assert all(text[span.start : span.end].strip() for span in found.spans)
    assert all(one.end <= two.start for one, two in zip(found.spans, found.spans[1:], strict=False))


def test_without_words_in_the_tokenizer_they_end_at_blanks():
    from core.tasks._entities import by_word

    shares = np.array([0.1, 0.9])
    pieces = [{"start": s, "end": e, "word": 0, "shares": shares} for s, e in ((0, 2), (2, 4), (4, 7))]
    assert [(word["start"], word["end"]) for word in by_word("abcd ef", pieces, "first")] == [(0, 4), (4, 7)]


def test_it_fits_models_that_give_a_row_of_scores_for_each_piece():
    info = described(files_of("bert"), [row("input_ids"), row("attention_mask")], [SCORES])
    assert task.fits(info) == 0.6
    assert task.fits(prepared(info, task, labels=["O", "B-PER"])) == 0.85


@pytest.mark.parametrize(
    ("files", "output"),
    [
        ({}, SCORES),
        (files_of("bert"), row("logits", "float32", ("b", "s", 30522))),  # the words of a language
        (files_of("bert"), row("logits", "float32", ("b", 7))),
        (files_of("bert"), row("last_hidden_state", "float32", ("b", "s", 768))),
    ],
)
def test_it_leaves_other_models_alone(files, output):
    assert task.fits(described(files, [row("input_ids")], [output])) == 0


@pytest.mark.parametrize("shape", [(1, 2, 7), (1, 7), (1, 50, 0), (1, 50, 7, 1)])
def test_an_odd_answer_is_an_error_in_words(shape):
    info = prepared(described(files_of("bert"), [row("input_ids")], [SCORES]), task, labels=["O"])
    with pytest.raises(RunFailed):
        ask(info, lambda _feeds: {"logits": np.zeros(shape, np.float32)}, "Angela Merkel visited Paris.")


def test_numbers_that_are_none_are_an_error_in_words():
    info = prepared(described(files_of("bert"), [row("input_ids")], [SCORES]), task, labels=["O"])
    with pytest.raises(RunFailed, match="numbers"):
        ask(info, lambda _feeds: {"logits": np.full((1, 50, 7), np.inf, np.float32)}, "Angela Merkel visited Paris.")


def test_without_a_text_there_is_nothing_to_do():
    with pytest.raises(BadText, match="no text"):
        ask(of(CASES[0]), None, "\n")
