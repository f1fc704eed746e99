"""Likenesses: ids from `BertTokenizer` of transformers 4.57.6, plain onnxruntime, plain mean, one text at a time."""

import numpy as np
import pytest

from core.actions.try_model import Request, do
from core.caller import Caller
from core.errors import BadText, TooLarge

TEXTS = [
    "The train to Berlin leaves at nine.",
    "Our railway journey starts in the morning.",
    "My grandmother bakes the best apple pie.",
    "This recipe for a fruit cake is delicious.",
    "The stock market fell sharply today.",
]
LIKENESS = [
    [1, 0.3776, -0.0137, -0.0915, 0.0887],
    [0.3776, 1, 0.0145, 0.0190, 0.0866],
    [-0.0137, 0.0145, 1, 0.4280, -0.0185],
    [-0.0915, 0.0190, 0.4280, 1, -0.0553],
    [0.0887, 0.0866, -0.0185, -0.0553, 1],
]


def ask(**inputs):
    return do(Request("minilm", inputs, "text_similarity"), Caller())


def test_texts_of_like_meaning_are_alike():
    result = ask(texts=TEXTS).result
    assert result.rows == result.columns == tuple(TEXTS)
    assert np.abs(result.values - LIKENESS).max() < 2e-3


def test_the_example_in_the_form_is_ready_to_run():
    assert ask().result.values.shape == (5, 5)


def test_the_same_text_twice_is_exactly_alike():
    assert ask(texts="same\nsame").result.values.max() <= 1
    assert ask(texts="same\nsame").result.values.min() > 0.9999


def test_one_text_is_nothing_to_compare():
    with pytest.raises(BadText, match="nothing to compare"):
        ask(texts="only one")


def test_very_many_texts_are_refused_with_the_number():
    with pytest.raises(TooLarge) as refused:
        ask(texts=["text"] * 501)
    assert "501" in refused.value.detail
