from __future__ import annotations

import json

import pytest

from core.errors import BadFile, BadText, TooLarge
from core.readers.labels import read_labels


@pytest.mark.parametrize(
    "given",
    [
        '["cat", "dog"]',
        '{"0": "cat", "1": "dog"}',
        '{"1": "dog", "0": "cat"}',
        '{"cat": 0, "dog": 1}',
        '{"id2label": {"0": "cat", "1": "dog"}, "label2id": {"cat": 0, "dog": 1}}',
        '{"label2id": {"cat": 0, "dog": 1}}',
        '{"0": ["n02123045", "cat"], "1": ["n02085620", "dog"]}',
        "cat\ndog",
        "cat\r\ndog\r\n\r\n",
        "\ufeffcat\ndog\n",
        "index,name\n0,cat\n1,dog\n",
        "0,cat\n1,dog\n",
        '"1";"dog"\n"0";"cat"\n',
        "id\tname\tmore\n0\tcat\tx\n1\tdog\ty\n",
        "ca\x07t\n\u202edog",
    ],
)
def test_every_usual_way_to_write_names_is_read(given):
    assert read_labels(given.encode()) == ["cat", "dog"]


def test_names_may_have_commas_and_begin_with_brackets():
    assert read_labels(b"[PAD]\ntench, Tinca tinca\n") == ["[PAD]", "tench, Tinca tinca"]


def test_letters_of_any_language_and_joined_emoji_stay():
    assert read_labels("貓\n👩\u200d🚀\nनमस्ते".encode()) == ["貓", "👩\u200d🚀", "नमस्ते"]


def test_a_class_without_a_name_shows_its_number():
    assert read_labels(b'{"0": "cat", "2": "dog"}') == ["cat", "1", "dog"]
    assert read_labels(b"cat\n\ndog") == ["cat", "1", "dog"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("", "no name"),
        (" \n ", "no name"),
        ("[]", "no name"),
        ("{}", "no name"),
        ('{"a": "b"}', "“a”"),
        ('{"-1": "b"}', "“-1”"),
        ('{"0": null}', "Class 0"),
        ('["a", {"b": 1}]', "Class 1"),
        ('{"a": 0, "b": 0}', "number 0"),
        ("0,a\n0,b", "number 0"),
    ],
)
def test_what_is_wrong_is_said(given, words):
    with pytest.raises(BadFile) as caught:
        read_labels(given.encode())
    assert words in caught.value.detail


@pytest.mark.parametrize("given", [b"\xff\xff", b'{"0": "cat"', b'["' + b"\\" * 100_000])
def test_broken_files_are_refused(given):
    with pytest.raises(BadText):
        read_labels(given)


@pytest.mark.parametrize(
    "given", [json.dumps({"100000": "x"}), json.dumps(["x" * 201]), "x\n" * 100_001, "x" * 201, " " * 21_000_000]
)
def test_too_many_or_too_long_names_are_refused(given):
    with pytest.raises(TooLarge):
        read_labels(given.encode())
