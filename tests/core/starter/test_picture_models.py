"""Style transfer and text readers: files as they lie in their packages."""

import importlib.util

import pytest

from core.starter import ocr, ocr_v6, style_transfer


def silent(share, words):
    pass


def test_the_style_model_has_three_parts(tmp_path):
    assert set(style_transfer.build(tmp_path, silent).parts) == {"styles", "predict", "transform"}


def test_the_alphabet_has_a_letter_for_each_score_of_the_recogniser(tmp_path):
    from core.run.session import open_graph
    from tests.core.model.files import examine

    built = ocr.build(tmp_path, silent)
    letters = built.preparation["alphabet"].value
    import numpy as np

    scores = open_graph(examine(built.parts["recognise"]))({"x": np.zeros((1, 3, 48, 64), np.float32)})
    assert len(letters) == next(iter(scores.values())).shape[2]
    assert letters[0] == ""
    assert letters[-1] == " "
    assert {"A", "z", "7", "ü"} <= set(letters)


@pytest.mark.skipif(importlib.util.find_spec("rapidocr") is None, reason="the extra “ocr” is not installed")
def test_the_newer_reader_knows_its_letters(tmp_path):
    letters = ocr_v6.build(tmp_path, silent).preparation["alphabet"].value
    assert len(letters) == 18710
    assert letters[0] == ""
    assert letters[-1] == " "
