"""What several commands say and take: how far they are, answers as JSON, NAME=VALUE."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Iterable
from typing import Any

from core.errors import InputError
from core.types import Say

PROGRAM = "onnx-playground"
MODEL = "a name from `models`, or the path of an .onnx file"
SOURCES = ("catalogue", "huggingface", "web_link")


def say(given: argparse.Namespace) -> Say:
    """Who hears how far it is: nobody with --json."""
    return quiet if given.json else _progress


def quiet(_share: float | None, _words: str) -> None:
    """With --json nothing but the answer and errors is printed."""


def _progress(share: float | None, words: str) -> None:
    print(words if share is None else f"{words} {share:.0%}", file=sys.stderr)


def as_json(value: Any) -> str:
    """The result of an action, as it is."""
    import msgspec

    return msgspec.json.encode(value).decode()


def quoted(word: str) -> str:
    """As a shell reads it as one word."""
    return shlex.quote(word)


def pairs(words: Iterable[str]) -> dict[str, str]:
    """Raises InputError for what isn't NAME=VALUE."""
    pairs = {}
    for pair in words:
        name, equals, value = pair.partition("=")
        if not equals:
            raise InputError(f"--set {pair} has no value.", "It is written NAME=VALUE.", "Add the value.")
        pairs[name] = value
    return pairs
