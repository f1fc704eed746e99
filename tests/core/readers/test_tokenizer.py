"""What ends the process in the library itself must be refused before; each was tried there in a process of its own."""

from __future__ import annotations

import json

import pytest

from core.errors import BadFile, BadText, TooLarge
from core.readers.tokenizer import encode, read_tokenizer

MODEL = {"type": "WordLevel", "vocab": {"a": 0, "b": 1, "[UNK]": 2}, "unk_token": "[UNK]"}
REPLACE = {"type": "Replace", "pattern": {"String": "a"}, "content": "a" * 1000}
PADDING = {"direction": "Right", "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]"}


def described(**parts):
    return json.dumps({"version": "1.0", "model": MODEL, "pre_tokenizer": {"type": "Whitespace"}, **parts}).encode()


def sequence(kind, key, steps):
    return {"type": kind, key: steps}


def nested(depth):
    step = {"type": "Lowercase"}
    for _ in range(depth):
        step = {"type": "Sequence", "normalizers": [step]}
    return step


def test_a_text_is_cut_into_its_pieces():
    assert encode(read_tokenizer(described()), "a b zzz").ids == [0, 1, 2]


def test_pieces_beyond_the_limit_are_cut_off():
    assert encode(read_tokenizer(described(), 2), "a b a b").ids == [0, 1]


@pytest.mark.parametrize(
    "padding",
    [
        {**PADDING, "strategy": {"Fixed": 10**10}, "pad_to_multiple_of": None},
        {**PADDING, "strategy": "BatchLongest", "pad_to_multiple_of": 10**10},
    ],
)
def test_padding_that_fills_the_memory_is_left_out(padding):
    assert encode(read_tokenizer(described(padding=padding)), "a").ids == [0]


def test_what_the_file_says_about_truncation_is_left_out():
    truncation = {"direction": "Right", "max_length": 2, "strategy": "LongestFirst", "stride": 10}
    assert encode(read_tokenizer(described(truncation=truncation)), "a b a").ids == [0, 1, 0]


def test_the_same_text_is_always_cut_the_same_way():
    model = {"type": "BPE", "dropout": 0.9, "vocab": {"a": 0, "aa": 1}, "merges": ["a a"]}
    made = read_tokenizer(described(model=model))
    assert all(encode(made, "aa").ids == [1] for _ in range(20))


@pytest.mark.parametrize(
    "parts",
    [
        {"normalizer": {"type": "Sequence", "normalizers": [REPLACE] * 4}},
        {"normalizer": {"normalizers": [{key: REPLACE[key] for key in ("pattern", "content")}] * 4}},
        {"normalizer": {"type": "Replace", "pattern": {"Regex": ""}, "content": "a" * 300}},
        {"normalizer": {"type": "Prepend", "prepend": "a" * 10_000}},
        {"normalizer": {"type": "Replace", "pattern": {"Regex": "a" * 20_000}, "content": ""}},
        {"normalizer": {"type": "Sequence", "normalizers": [{"type": "Lowercase"}] * 100}},
        {"normalizer": nested(20)},
        {"normalizer": {"type": "Precompiled", "precompiled_charsmap": "/////w=="}},
        {"normalizer": {"type": "Precompiled", "precompiled_charsmap": "AAAA"}},
        {"normalizer": {"type": "Precompiled", "precompiled_charsmap": 7}},
        {"post_processor": {"type": "TemplateProcessing", "single": [{"Sequence": {"id": "A", "type_id": 0}}] * 2000}},
        {"model": {**MODEL, "type": "WordPiece", "max_input_chars_per_word": 10**18}},
    ],
)
def test_what_asks_for_too_much_is_refused(parts):
    with pytest.raises(BadFile, match="can't be used"):
        read_tokenizer(described(**parts))


@pytest.mark.parametrize(
    "parts",
    [
        {"model": {"type": "nothing"}},
        {"model": {"type": "BPE", "vocab": {"a": 0, "aa": 1}, "merges": ["a a"], "continuing_subword_prefix": "é" * 9}},
        {"pre_tokenizer": {"type": "Split", "pattern": {"Regex": "((("}, "behavior": "Isolated", "invert": False}},
        {"model": {"type": "WordLevel", "vocab": {"a": -1}, "unk_token": "a"}},
    ],
)
def test_what_the_library_refuses_is_put_into_words(parts):
    with pytest.raises(BadFile, match="doesn't work"):
        read_tokenizer(described(**parts))


@pytest.mark.parametrize(
    "split",
    [
        {"type": "FixedLength", "length": 0},
        {"type": "Split", "pattern": {"Regex": "^(a+)+$"}, "behavior": "Isolated", "invert": False},
    ],
)
def test_a_panic_while_a_text_is_cut_is_put_into_words(split):
    made = read_tokenizer(described(pre_tokenizer=split))
    with pytest.raises(BadFile, match="doesn't work"):
        encode(made, "a" * 40 + "!")


def test_a_stop_from_outside_is_not_swallowed():
    class Interrupted:
        def encode(self, _):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        encode(Interrupted(), "a")


@pytest.mark.parametrize("data", [b"", b"{", b"[" * 10_000, b"\xff"])
def test_what_is_no_json_is_refused(data):
    with pytest.raises(BadText):
        read_tokenizer(data)


@pytest.mark.parametrize("data", [b"[]", b"{}", b'{"model": 1}', b'{"model": {"vocab": {}}}'])
def test_json_that_is_no_tokenizer_is_refused(data):
    with pytest.raises(BadFile):
        read_tokenizer(data)


def test_a_long_text_is_refused_before_it_is_cut():
    with pytest.raises(TooLarge):
        encode(read_tokenizer(described()), "a" * 11, max_characters=10)


def test_half_a_letter_is_no_trouble():
    assert encode(read_tokenizer(described()), "a \ud800").ids == [0, 2]
