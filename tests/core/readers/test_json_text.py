from __future__ import annotations

import pytest

from core.errors import BadText, TooLarge
from core.readers.json_text import read_json


@pytest.mark.parametrize("given", ['{"a": [1, 2.5, "x", null, true]}', '﻿{"a": [1, 2.5, "x", null, true]}'])
def test_plain_values_are_read_from_text_and_bytes(given):
    expected = {"a": [1, 2.5, "x", None, True]}
    assert read_json(given) == read_json(given.encode()) == read_json(given.encode("utf-16")) == expected


def test_of_two_equal_names_the_last_wins():
    assert read_json('{"a": 1, "a": 2}') == {"a": 2}


def test_brackets_in_strings_do_not_count():
    assert read_json('["' + "[" * 1000 + '\\"' + "{" * 1000 + '"]') == ["[" * 1000 + '"' + "{" * 1000]


def test_a_hundred_levels_are_read():
    assert read_json("[" * 100 + "]" * 100)


@pytest.mark.parametrize("given", ["[" * 101 + "]" * 101, "[" * 10**6, '{"a":' * 10**5, "[" * 10**6 + "]" * 10**6])
def test_deep_nesting_is_refused(given):
    with pytest.raises(BadText, match="deep"):
        read_json(given)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "9" * 10**5, "0." + "9" * 10**5])
def test_what_no_computer_keeps_as_a_number_is_refused(number):
    with pytest.raises(BadText, match="number"):
        read_json(f'{{"a": [{number}]}}')


@pytest.mark.parametrize(
    "given", ["", "{", "[1,]", "nope", "'a'", '"a', '"' + "\\" * 10**6, '["a\nb"]', "]" * 10**6, "1 2"]
)
def test_what_is_no_json_is_refused_in_words(given):
    with pytest.raises(BadText) as caught:
        read_json(given)
    assert "line" in caught.value.detail


def test_bytes_of_no_encoding_are_refused():
    with pytest.raises(BadText):
        read_json(b"\xff\xff")


def test_a_json_over_the_limit_is_too_large():
    with pytest.raises(TooLarge):
        read_json("[1, 2, 3]", max_bytes=5)


def test_a_small_file_of_very_many_values_is_too_large(monkeypatch):
    monkeypatch.setattr("core.settings.MAX_JSON_VALUES", 1000)
    with pytest.raises(TooLarge):
        read_json("[" + "[]," * 1000 + "[]]")
