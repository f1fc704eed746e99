"""Try other ways to feed a model with your picture, the most believable first, and say how to take one."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import Any

from core import jobs
from core.commands import _form, _words
from core.errors import InputError
from core.types import Fact

NAME = "doctor"
HELP = "try other ways to feed a model with your picture, and say how to take one"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", help=_words.MODEL)
    parser.add_argument("--picture", metavar="P", help="a picture file, best one whose right answer you know")
    parser.add_argument("--set", metavar="NAME=VALUE", action="append", default=[], help="another field of the form")
    parser.add_argument("--task", default="", metavar="ID", help=_form.TASK)
    parser.add_argument("--all", action="store_true", help="question what is certain, too")


def run(given: argparse.Namespace) -> str:
    from core.actions import find_preparation, open_model

    say = _words.say(given)
    opened: open_model.Opened = jobs.run("open_model", open_model.Request(given.model, given.task), say)
    inputs = _form.without_examples(given, _form.filled(given, opened), opened)
    known = opened.info.preparation
    if not given.all and find_preparation.can_be_tried(opened.fields, known) and not find_preparation.is_open(known):
        raise _all_certain()
    request = find_preparation.Request(given.model, inputs, given.task, given.all)
    found: find_preparation.Found = jobs.run("find_preparation", request, say)
    return _as_json(found, opened) if given.json else _in_words(found, given)


def _all_certain() -> InputError:
    return InputError(
        "Everything about how this model is fed is certain.",
        "Its files, or you, say how pictures are placed, coloured and scaled, so there is nothing to try.",
        "Add --all to try other ways all the same.",
    )


def _in_words(found: Any, given: argparse.Namespace) -> str:
    lines = [f"{found.tried} ways were tried with {_pictures(found.pictures)}. The most believable first:", ""]
    for place, one in enumerate(found.candidates, 1):
        lines += _candidate(place, one, given)
    return "\n".join([*lines, "The first one need not be the right one: take the one whose answer is true."])


def _pictures(number: int) -> str:
    others = "" if number < 2 else " and one of ours" if number == 2 else f" and {number - 1} of ours"
    return f"your picture{others}"


def _candidate(place: int, one: Any, given: argparse.Namespace) -> list[str]:
    from core.in_words import short

    task = f" --task {given.task}" if given.task else ""
    take = f"{_words.PROGRAM} prepare {_words.quoted(given.model)}{task} --set {' '.join(_pairs(one.facts))}"
    return [
        f"{place}. {one.words}{' (in use)' if one.is_current else ''}",
        f"   {short(one.result)}",
        *(f"   Warning: {doubt.words}" for doubt in one.doubts),
        f"   {take}",
        "",
    ]


def _pairs(facts: Mapping[str, Fact]) -> list[str]:
    """As the command `prepare` reads them."""
    return [_words.quoted(f"{name}={_value(fact.value)}") for name, fact in facts.items()]


def _value(value: Any) -> str:
    return ",".join(f"{one:.10g}" for one in value) if isinstance(value, list | tuple) else str(value)


def _as_json(found: Any, opened: Any) -> str:
    import msgspec

    from core.plain import to_plain

    candidates = [
        {
            "facts": {name: fact.value for name, fact in one.facts.items()},
            "words": one.words,
            "result": to_plain(one.result),
            "doubts": msgspec.to_builtins(one.doubts),
            "score": one.score,
            "is_current": one.is_current,
        }
        for one in found.candidates
    ]
    plain = {"model": opened.info.title, "task": opened.task.id, "tried": found.tried, "pictures": found.pictures}
    return json.dumps({**plain, "candidates": candidates}, ensure_ascii=False)
