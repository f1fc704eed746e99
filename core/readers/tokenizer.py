"""Reads a tokenizer.json, and cuts text with it. What is refused stands in `core.pieces`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from core import pieces, settings
from core.errors import TooLarge
from core.readers.json_text import read_json
from core.readers.text import repaired

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer


def read_tokenizer(data: bytes, max_tokens: int | None = None) -> Tokenizer:
    """A tokenizer that never pads, leaves nothing to chance, and cuts off after `max_tokens` pieces, if given.

    What the file says about padding, truncation and dropout is left out. Raises BadText when it is no JSON, BadFile
    when it is no tokenizer or asks for too much, TooLarge when a limit of `core.settings` is passed.
    """
    made = pieces.made(read_json(data, settings.MAX_TOKENIZER_BYTES))
    if max_tokens is not None:
        with pieces.guarded("the tokenizer"):
            made.enable_truncation(max_tokens)
    return made


def encode(tokenizer: Tokenizer, text: str, max_characters: int = settings.MAX_TEXT_CHARACTERS) -> Encoding:
    """The pieces of a text. Raises TooLarge when it is too long, BadFile when the tokenizer fails on it."""
    if len(text) > max_characters:
        raise TooLarge(
            "This text is too long.",
            f"It has {len(text):,} characters; the limit is {max_characters:,}.",
            "Give a shorter part of it.",
        )
    with pieces.guarded("this text with the model's tokenizer"):
        return tokenizer.encode(repaired(text))


def warm_up() -> None:
    """Imports the library and uses it once, before the process is locked up."""
    model = {"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "a"}
    encode(read_tokenizer(json.dumps({"version": "1.0", "added_tokens": [], "model": model}).encode()), "a")
