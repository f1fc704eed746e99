from __future__ import annotations

import pytest

from core.errors import BadText, TooLarge
from core.readers.text import read_text, read_texts


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_letters_of_any_language_are_read(encoding):
    assert read_text("Grüße, мир, 世界 🎉".encode(encoding)) == "Grüße, мир, 世界 🎉"


def test_utf_16_is_read_in_either_byte_order():
    assert read_text(b"\xfe\xff\x00h\x00i") == read_text(b"\xff\xfeh\x00i\x00") == "hi"


def test_null_characters_are_left_out():
    assert read_text("a\0b") == "ab"


def test_what_is_no_text_is_refused():
    with pytest.raises(BadText):
        read_text(b"\x89PNG\r\n\x1a\n")


@pytest.mark.parametrize("data", ["x" * 11, b"x" * 11])
def test_a_text_over_the_limit_is_too_long(monkeypatch, data):
    monkeypatch.setattr("core.settings.MAX_TEXT_CHARACTERS", 10)
    with pytest.raises(TooLarge):
        read_text(data)


def test_a_file_over_the_limit_is_not_decoded(monkeypatch):
    monkeypatch.setattr("core.settings.MAX_TEXT_BYTES", 10)
    with pytest.raises(TooLarge):
        read_text(b"\xff" * 11)


@pytest.mark.parametrize("given", ["a\n\n  b \r\n", b"a\nb", ["a", " ", "b"], ("a", "b\0")])
def test_several_texts_are_lines_or_items_without_blanks(given):
    assert read_texts(given) == ("a", "b")


def test_many_texts_are_limited_together(monkeypatch):
    monkeypatch.setattr("core.settings.MAX_TEXT_CHARACTERS", 10)
    with pytest.raises(TooLarge):
        read_texts(["x" * 6, "y" * 6])


@pytest.mark.parametrize(("given", "expected"), [("a\ud800b", "a�b"), ("\ud83c\udf89", "🎉"), ("ok", "ok")])
def test_halves_of_letters_are_joined_or_marked(given, expected):
    assert read_text(given) == expected


def test_half_a_letter_in_a_file_is_refused():
    with pytest.raises(BadText):
        read_text(b"\xed\xa0\x80")  # U+D800, which UTF-8 forbids


def test_utf_16_cut_short_is_named():
    with pytest.raises(BadText) as caught:
        read_text(b"\xff\xfeh\0i")
    assert "UTF-16" in caught.value.detail


def test_utf_16_without_a_mark_is_read_when_its_letters_are_english():
    assert read_text("hi\n".encode("utf-16-le")) == "hi\n"


def test_lines_may_end_in_any_way():
    assert read_texts("a\nb\r\nc\rd") == ("a", "b", "c", "d")


def test_a_single_very_long_line_is_one_text():
    assert read_texts("x" * 1_000_000) == ("x" * 1_000_000,)
