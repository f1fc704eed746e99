"""How a model is fed and how its answer is read: each fact, where it comes from, and what you say instead."""

from __future__ import annotations

import argparse
import json
from typing import Any

from core import jobs, preparation
from core.commands import _form, _words
from core.errors import InputError
from core.types import Fact

NAME = "prepare"
HELP = "say how a model is fed and its answer is read, and change it"
_ALL = "*"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", help=_words.MODEL)
    parser.add_argument("--task", default="", metavar="ID", help=_form.TASK)
    parser.add_argument(
        "--set", metavar="NAME=VALUE", nargs="+", action="extend", default=[], help="what you say; it is remembered"
    )
    parser.add_argument(
        "--forget",
        metavar="NAME",
        nargs="+",
        action="extend",
        default=[],
        help=f"leave it to the app again; '{_ALL}' for everything",
    )


def run(given: argparse.Namespace) -> str:
    from core.actions import open_model

    request = open_model.Request(given.model, given.task)
    opened: open_model.Opened = jobs.run("open_model", request, _words.say(given))
    if given.set or given.forget:
        _decide(given, opened)
        opened = jobs.run("open_model", request, _words.say(given))
    return _as_json(opened) if given.json else _in_words(opened, given)


def _decide(given: argparse.Namespace, opened: Any) -> None:
    from core.actions import decide

    known = opened.info.preparation
    if strange := [name for name in given.forget if name not in known and name != _ALL]:
        raise InputError(
            f"There is nothing called “{strange[0][:60]}” to forget.",
            "For this task there are: " + ", ".join(known) + "." if known else "This task needs nothing to be settled.",
            f"Use one of these names, or '{_ALL}' for all you said.",
        )
    facts = {name: _read(name, text, known) for name, text in _words.pairs(given.set).items()}
    request = decide.Request(given.model, facts=facts, for_task=opened.task.id, forget=tuple(given.forget))
    jobs.run("decide", request, _words.say(given))


def _read(name: str, text: str, known: dict[str, Fact]) -> Fact:
    """A name that isn't known is refused by the action, with those there are."""
    return preparation.read(name, known[name], text) if name in known else Fact(text, "you")


def _in_words(opened: Any, given: argparse.Namespace) -> str:
    facts = opened.info.preparation
    width = max(map(len, facts), default=0)
    guess = ", a guess; --task says otherwise" if opened.guessed else ""
    lines = [f"{opened.info.title}: {opened.task.title} ({opened.task.id}{guess})", ""]
    lines += [f"{name:{width}}  {_row(name, fact)}" for name, fact in facts.items()]
    lines += [*([] if facts else ["This task needs nothing to be settled."]), *opened.notes]
    free = [name for name, fact in facts.items() if preparation.may_change(name, fact)]
    if free:
        first = min(free, key=lambda name: facts[name].certain)  # best one of the guesses
        task = f" --task {given.task}" if given.task else ""
        lines += ["", f"Change one: {_words.PROGRAM} prepare {_words.quoted(given.model)}{task} --set {first}=…"]
    return "\n".join(lines)


def _row(name: str, fact: Fact) -> str:
    what = f"{preparation.title(name)}: {preparation.in_words(name, fact)}"
    return " · ".join([what, _sure(fact), *([] if _is_mine(fact) else [fact.source])])


def _sure(fact: Fact) -> str:
    return "you said so" if _is_mine(fact) else "known" if fact.certain else "a guess"


def _is_mine(fact: Fact) -> bool:
    return fact.source == "you"


def _as_json(opened: Any) -> str:
    facts = {
        name: {
            "title": preparation.title(name),
            "value": fact.value,
            "in_words": preparation.in_words(name, fact),
            "sure": _sure(fact),
            "source": fact.source,
            "may_change": preparation.may_change(name, fact),
        }
        for name, fact in opened.info.preparation.items()
    }
    plain = {
        "model": opened.info.title,
        "task": opened.task.id,
        "guessed": opened.guessed,
        "facts": facts,
        "notes": list(opened.notes),
    }
    return json.dumps(plain, ensure_ascii=False)
