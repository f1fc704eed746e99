"""Likenesses: ids from `BertTokenizer` of transformers 4.57.6, plain onnxruntime, plain mean, one text at a time."""

import numpy as np
import pytest

from core.actions.try_model import Request, do
from core.caller import Caller
from core.errors import BadText
from core.tasks.text_sorting import sorted_into

LABELS = ["sports", "politics", "music and culture"]
VOTE = "Parliament votes on the new election law"
MUSIC = "The orchestra plays Mozart tonight"


def ask(**inputs):
    return do(Request("minilm", inputs, "text_sorting"), Caller())


def test_each_text_gets_the_label_closest_in_meaning():
    result = ask(texts=[VOTE, MUSIC], labels=LABELS).result
    assert result.columns == ("text", "label", "likeness", "sure")
    assert [row[:2] for row in result.rows] == [(VOTE, "politics"), (MUSIC, "music and culture")]
    assert [row[2] for row in result.rows] == pytest.approx([0.3136, 0.2715], abs=2e-3)
    assert [row[3] for row in result.rows] == ["yes", "yes"]


def test_the_example_in_the_form_is_ready_to_run():
    result = ask().result
    assert [row[1] for row in result.rows[:4]] == [
        "delivery of a package",
        "payment and invoices",
        "broken device",
        "login and password",
    ]
    assert result.rows[4][3] == "no: close to none of the labels"  # "Lovely weather today."


def test_two_labels_nearly_as_close_are_both_named():
    alike = np.array([[0.50, 0.47, 0.1]], np.float32)
    assert sorted_into(["t"], ["a", "b", "c"], alike, 0.12, 0.05)["rows"][0][3] == "no: nearly as close to “b”"


def test_a_likeness_below_zero_is_shown_as_zero():
    assert sorted_into(["t"], ["a", "b"], np.array([[-0.2, -0.1]]), 0.12, 0.05)["rows"][0][1:3] == ("b", 0.0)


def test_the_same_label_twice_is_one_label():
    with pytest.raises(BadText, match="nothing to sort"):
        ask(labels="a\na")
