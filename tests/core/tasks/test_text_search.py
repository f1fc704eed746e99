"""Likenesses: ids from `BertTokenizer` of transformers 4.57.6, plain onnxruntime, plain mean, one text at a time."""

import pytest

from core.actions.try_model import Request, do
from core.caller import Caller
from core.errors import BadText, InputError

BICYCLES = "Bicycles may be parked in the yard behind the house."
RUBBISH = "The rubbish is collected every Tuesday before seven."
WASHING = "The washing machine in the cellar takes coins of one euro."


def ask(**inputs):
    return do(Request("minilm", inputs, "text_search"), Caller())


def test_the_text_that_answers_comes_first():
    rows = ask(question="Where can I wash clothes?", texts=[BICYCLES, RUBBISH, WASHING]).result.rows
    assert [text for text, _ in rows] == [WASHING, BICYCLES, RUBBISH]
    assert [score for _, score in rows] == pytest.approx([0.3861, 0.1823, 0.1622], abs=2e-3)


def test_the_example_in_the_form_is_ready_to_run():
    result = ask().result
    assert result.rows[0][0] == WASHING
    assert (result.columns, result.score_column) == (("text", "likeness"), "likeness")


def test_a_likeness_below_zero_is_shown_as_zero():
    rows = ask(question="The train to Berlin leaves at nine.", texts=["This recipe for a fruit cake is delicious."])
    assert rows.result.rows[0][1] == 0


@pytest.mark.parametrize("inputs", [{"texts": "\n \n"}, {"question": "  "}])
def test_without_a_question_or_texts_there_is_nothing_to_search(inputs):
    with pytest.raises(BadText, match="nothing to search"):
        ask(**inputs)


def test_an_empty_field_is_named():
    with pytest.raises(InputError, match="What are you looking for"):
        ask(question="")


def test_a_question_that_was_cut_is_said():
    assert any(line.startswith("Your question is longer") for line in ask(question="word " * 400).preparation)


def test_when_nothing_fits_it_says_so():
    assert ask(question="Who won the football match?", texts=[BICYCLES, RUBBISH]).result.note
    assert not ask(question="Where can I wash clothes?", texts=[WASHING]).result.note
