"""Reads text from a file or a text box."""

from __future__ import annotations

import codecs
from collections.abc import Sequence

from core import settings
from core.errors import BadText, TooLarge

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_text(data: bytes | str) -> str:
    """The text, from UTF-8 or, when it begins with a byte order mark, UTF-16. Null characters are left out.

    Raises BadText when it is neither, TooLarge when a limit of `core.settings` is passed.
    """
    if len(data) > settings.MAX_TEXT_BYTES:
        raise _too_long(f"It has {len(data) / 2**20:.1f} MB; the limit is {settings.MAX_TEXT_BYTES // 2**20} MB.")
    text = repaired(data) if isinstance(data, str) else decoded(bytes(data))
    if len(text) > settings.MAX_TEXT_CHARACTERS:
        raise _too_long(f"It has {len(text):,} characters; the limit is {settings.MAX_TEXT_CHARACTERS:,}.")
    return text.replace("\0", "")


def read_texts(value: bytes | str | Sequence[str]) -> tuple[str, ...]:
    """Several texts: the items of a list, or the lines of one text. Blank ones are left out."""
    if not isinstance(value, bytes | str):
        value = [read_text(item).strip() for item in value]
        if sum(map(len, value)) > settings.MAX_TEXT_CHARACTERS:
            raise _too_long(f"Together they have more than {settings.MAX_TEXT_CHARACTERS:,} characters.")
        return tuple(text for text in value if text)
    lines = (line.strip() for line in read_text(value).splitlines())
    return tuple(line for line in lines if line)


def decoded(data: bytes) -> str:
    """The text in UTF-8 or, after a byte order mark, UTF-16, without any limit. Raises BadText when it is neither."""
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise BadText(
            "This file can't be read as text.",
            f"It is not {encoding.removesuffix('-sig').upper()}: byte {error.start:,} fits no letter.",
            "If it is a text, save it as UTF-8 in your editor and try again.",
            str(error),
        ) from error


def repaired(text: str) -> str:
    """The text with halves of letters, which no encoding can hold, joined where they fit and shown as � elsewhere."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _too_long(detail: str) -> TooLarge:
    return TooLarge("This text is too long.", detail, "Give a shorter part of it.")
