"""Fills the form of a model with what was given on the command line."""

from __future__ import annotations

import argparse
from typing import Any

from core import jobs
from core.commands import _files, _words
from core.errors import InputError

_GIVEN = ("text", "texts", "picture", "pictures", "table", "file")
"""Kinds of fields that somebody fills with something of their own."""
_OPTIONS = ("text", "picture", "pictures", "table", "file")
TASK = "what the model is for, when the guess is wrong"


def filled(given: argparse.Namespace, opened: Any) -> dict[str, Any]:
    """What was given, under the names of the form's fields. A command may take only some of these options."""
    had = {**dict.fromkeys((*_OPTIONS, "npz")), **vars(given)}
    inputs: dict[str, Any] = _words.pairs(given.set)
    for option, kinds, value in (
        ("--picture", ("picture",), _files.read(had["picture"])),
        ("--pictures", ("pictures",), tuple(map(_files.read, had["pictures"])) if had["pictures"] else None),
        ("--table", ("table", "file"), _files.read(had["table"])),
        ("--text", ("text", "texts", "file"), had["text"]),
        ("--file", ("file", "text", "texts"), _files.read(had["file"])),
    ):
        if value is not None:
            inputs[_free_field(option, kinds, inputs, opened)] = value
    if had["npz"]:
        from core.actions import read_arrays

        inputs |= jobs.run("read_arrays", read_arrays.Request(_files.read(had["npz"]) or b""))
    return inputs


def _free_field(option: str, kinds: tuple[str, ...], inputs: dict[str, Any], opened: Any) -> str:
    fields = [field for kind in kinds for field in opened.fields if field.kind == kind]
    names = [field.name for field in fields if field.name not in inputs]
    if not names:
        raise InputError(
            f"“{opened.info.title}” has no use for {option}.",
            f"For “{opened.task.title}” it takes: " + ", ".join(field.title for field in opened.fields) + ".",
            "Give it one of these, or choose another task with --task.",
        )
    return str(names[0])


def without_examples(given: argparse.Namespace, inputs: dict[str, Any], opened: Any) -> dict[str, Any]:
    """The examples a form is filled with on screen must not answer for somebody who gave texts of their own."""
    options = ", ".join(f"--{name}" for name in _OPTIONS if name in vars(given))
    for field in opened.fields:
        if field.required and field.kind in _GIVEN and field.name not in inputs:
            raise InputError(
                f"“{field.title}” is missing.",
                f"“{opened.task.title}” needs it, called {field.name} here.",
                f'Add it: --set {field.name}="…" (or {options}).',
            )
    return inputs
