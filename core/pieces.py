"""Makes a tokenizer, the thing that cuts text into pieces, out of what a tokenizer.json says.

Shared, because readers get such a description from a file and tasks also make one from older kinds of file; both must
pass the same checks. Small files can end the whole process: padding to 10^10 pieces, texts that grow a thousandfold, a
broken table of letters. Those known by their looks are refused here before the library sees them. Patterns that take
for ever, memory that runs out inside the library and its own mistakes can only be stopped from outside, by ending the
process.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from core import settings
from core.errors import BadFile

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_PARTS = ("normalizer", "pre_tokenizer", "post_processor", "decoder")
_DEEPEST = 8
_TELLING = {"type", "pattern", "prepend", "precompiled_charsmap", "single"}
"""Keys that make something a step: the library also takes steps that don't say their type."""
_MORE_PIECES = 1_000
"""Pieces a template may put around one text."""


def made(described: Any) -> Tokenizer:
    """A tokenizer that never pads, never cuts anything off, and leaves nothing to chance.

    `described`: the value of a tokenizer.json. What it says about padding, truncation and dropout is left out. Raises
    BadFile when it is no tokenizer or asks for too much.
    """
    if not isinstance(described, dict) or not isinstance(described.get("model"), dict):
        raise _bad("It has no part called model.")
    described.update(padding=None, truncation=None)
    for part in _PARTS:
        _check_steps(part, described.get(part))
    _check_growth(described.get("normalizer"))
    _check_model(described["model"])
    from tokenizers import Tokenizer

    with guarded("the tokenizer"):
        # written anew, so that the library reads the very values that were checked
        tokenizer = Tokenizer.from_str(json.dumps(described))
        tokenizer.no_padding()
        tokenizer.no_truncation()
    return tokenizer


@contextmanager
def guarded(what: str) -> Iterator[None]:
    """Puts into words whatever the library raises; what its Rust code raises is no Exception."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError):
        raise
    except BaseException as error:
        raise BadFile(
            "The model's tokenizer doesn't work.",
            f"The library that cuts text into pieces couldn't make sense of {what}.",
            "Ask whoever made the model for a working tokenizer.json.",
            f"{type(error).__name__}: {str(error)[:500]}",
        ) from error


def _steps(part: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    """Every step inside a part, and how deep it lies."""
    waiting: list[tuple[int, Any]] = [(0, part)]
    while waiting:
        depth, value = waiting.pop()
        if isinstance(value, dict):
            if _TELLING & value.keys():
                yield depth, value
            waiting += [(depth + 1, inner) for inner in value.values() if isinstance(inner, dict | list)]
        elif isinstance(value, list):
            waiting += [(depth, inner) for inner in value if isinstance(inner, dict | list)]


def _check_steps(part: str, described: Any) -> None:
    for number, (depth, step) in enumerate(_steps(described), 1):
        if number > settings.MAX_TOKENIZER_STEPS or depth > _DEEPEST:
            raise _bad(
                f"Its {part} has more than {settings.MAX_TOKENIZER_STEPS} steps, or more than {_DEEPEST} inside "
                "each other."
            )
        _check_pattern(step)
        if "precompiled_charsmap" in step or step.get("type") == "Precompiled":
            _check_letters(step.get("precompiled_charsmap"))
        if "single" in step:
            _check_template(step)


def _check_pattern(step: dict[str, Any]) -> None:
    pattern = step.get("pattern")
    if pattern is not None and len(str(pattern)) > settings.MAX_PATTERN_CHARACTERS:
        raise _bad(f"A pattern in it is longer than {settings.MAX_PATTERN_CHARACTERS:,} characters.")


def _check_letters(encoded: Any) -> None:
    """Its first four bytes say how many follow in the trie; too high a number makes the library end the process."""
    try:
        table = base64.b64decode(encoded or "", validate=True)
    except (binascii.Error, ValueError, TypeError) as error:
        raise _bad("Its table of letters is damaged.") from error
    trie_bytes = int.from_bytes(table[:4], "little")
    if len(table) >= 4 and trie_bytes % 4 == 0 and trie_bytes <= len(table) - 4:
        return
    raise _bad("Its table of letters is damaged.")


def _check_template(step: dict[str, Any]) -> None:
    """Counts what is put around a text: pieces of the template, and the numbers behind each."""
    special = step.get("special_tokens")
    values = list(special.values()) if isinstance(special, dict) else []
    numbers = [len(value.get("ids") or ()) for value in values if isinstance(value, dict)]
    pieces = max(len(step.get("single") or ()), len(step.get("pair") or ()))
    if pieces * max(numbers, default=1) > _MORE_PIECES:
        raise _bad(f"It puts more than {_MORE_PIECES:,} pieces around every text.")


def _check_growth(normalizer: Any) -> None:
    """Multiplies how much longer each replacement may make a text: three small ones can fill the memory."""
    growth = 1.0
    for _, step in _steps(normalizer):
        if "pattern" in step:
            growth *= _grows(step)
        if len(str(step.get("prepend"))) > settings.MAX_TOKENIZER_GROWTH:
            growth = float("inf")
    if growth > settings.MAX_TOKENIZER_GROWTH:
        raise _bad(
            f"It makes a text more than {settings.MAX_TOKENIZER_GROWTH} times longer before it cuts it into pieces."
        )


def _grows(step: dict[str, Any]) -> float:
    """Most characters that may become of one. A pattern may match nothing, between any two letters."""
    pattern, content = step.get("pattern"), len(str(step.get("content") or ""))
    word = pattern.get("String") if isinstance(pattern, dict) else None
    if isinstance(word, str) and word:
        return max(1.0, content / len(word))
    return content + 1.0


def _check_model(model: dict[str, Any]) -> None:
    if model.get("dropout"):
        model["dropout"] = None  # meant for training: the same text would be cut differently each time
    longest = model.get("max_input_chars_per_word")
    if isinstance(longest, int) and longest > settings.MAX_WORD_CHARACTERS:
        raise _bad(f"It cuts words of up to {longest:,} letters; the limit is {settings.MAX_WORD_CHARACTERS:,}.")


def _bad(detail: str) -> BadFile:
    return BadFile(
        "This tokenizer can't be used.", detail, "Ask whoever made the model for the tokenizer.json that belongs to it."
    )
