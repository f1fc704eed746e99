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
