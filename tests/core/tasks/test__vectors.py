"""Ids: from `BertTokenizer` of transformers 4.57.6, the Python port of Google's own tokenization.py, on the same words."""

from pathlib import Path

import numpy as np
import pytest

from core import pieces
from core.starter import minilm
from core.tasks._tokenizer_files import from_word_pieces
from core.tasks._vectors import pooled, vectors
from core.tasks._windows import fed

IDS = {
    "The cat sat on the mat.": [101, 1996, 4937, 2938, 2006, 1996, 13523, 1012, 102],
    "Unaffable naïve café résumé": [101, 14477, 20961, 3468, 15743, 7668, 13746, 102],
    "Größe und Übermut!!": [101, 24665, 2080, 17499, 6151, 19169, 28120, 999, 999, 102],
    "你好 world": [101, 100, 100, 2088, 102],
    "🙂 tokenization": [101, 100, 19204, 3989, 102],
    "ABC-def_ghi\tx\n y": [101, 5925, 1011, 13366, 1035, 1043, 4048, 1060, 1061, 102],
    "a" * 120 + " b": [101, 100, 1038, 102],
    "": [101, 102],
}
HOW = {"length": 0, "batch": 2, "pooling": "mean", "outputs": ["out"], "inputs": {"input_ids": "int64"}}
BERT = {"lower_case": True, "strip_accents": None, "chinese": True, "marks": {}, "style": "bert"}


@pytest.fixture(scope="module")
def tokenizer():
    vocabulary = Path(minilm.build(None, None).preparation["vocabulary"].value)
    made = pieces.made(from_word_pieces(vocabulary.read_text(encoding="utf-8"), BERT))
    made.enable_truncation(256)
    return made


@pytest.mark.parametrize("text", IDS)
def test_a_text_becomes_the_numbers_bert_was_trained_with(tokenizer, text):
    assert tokenizer.encode(text).ids == IDS[text]


def test_a_long_text_keeps_both_marks(tokenizer):
    ids = tokenizer.encode("word " * 400).ids
    assert (len(ids), ids[0], ids[-1]) == (256, 101, 102)


def test_texts_are_padded_only_to_the_longest_of_them(tokenizer):
    how = HOW | {"inputs": {"input_ids": "int32", "attention_mask": "int64", "token_type_ids": "int64"}}
    feeds = fed(tokenizer.encode_batch(["a", "a b c"]), how)
    assert feeds["input_ids"].tolist() == [[101, 1037, 102, 0, 0], [101, 1037, 1038, 1039, 102]]
    assert feeds["input_ids"].dtype == np.int32
    assert feeds["attention_mask"].tolist() == [[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]]
    assert not feeds["token_type_ids"].any()


def test_a_length_fixed_by_the_file_is_filled(tokenizer):
    assert fed(tokenizer.encode_batch(["a"]), HOW | {"length": 16})["input_ids"].shape == (1, 16)


def test_the_mean_leaves_padding_out():
    numbers = np.array([[[1.0, 2.0], [3.0, 4.0], [99.0, 99.0]]])
    assert pooled(numbers, np.array([[1, 1, 0]]), "mean").tolist() == [[2.0, 3.0]]


def test_the_first_piece_can_stand_for_the_text():
    assert pooled(np.array([[[1.0, 2.0], [3.0, 4.0]]]), np.ones((1, 2)), "first").tolist() == [[1.0, 2.0]]


def test_the_order_of_the_texts_is_kept_however_long_they_are(tokenizer):
    def graph(feeds):
        assert list(feeds) == ["input_ids"]  # only what the file declares
        return {"out": np.stack([feeds["input_ids"] == 1037, feeds["input_ids"] == 1038], -1).astype(np.float32)}

    found = vectors(tokenizer.encode_batch(["b b b b", "a", "b", "a a"]), graph, HOW)
    assert found.tolist() == [[0, 1], [1, 0], [0, 1], [1, 0]]


def test_the_last_piece_is_the_last_of_the_text_and_not_of_what_fills_up():
    numbers = np.array([[[1.0, 2.0], [3.0, 4.0], [99.0, 99.0]]])
    assert pooled(numbers, np.array([[1, 1, 0]]), "last").tolist() == [[3.0, 4.0]]


def test_the_largest_numbers_leave_padding_out():
    numbers = np.array([[[1.0, 4.0], [3.0, 2.0], [99.0, 99.0]]])
    assert pooled(numbers, np.array([[1, 1, 0]]), "max").tolist() == [[3.0, 4.0]]
