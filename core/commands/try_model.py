"""Give a model an input and print its answer."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from typing import Any

from core import jobs
from core.commands import _files, _form, _words
from core.errors import BadPicture

NAME = "try"
HELP = "give a model an input and print its answer"
RANDOM = "Nothing was given, so every input was filled with random values (seed 0)."


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", help=_words.MODEL)
    parser.add_argument("--picture", metavar="P", help="a picture file")
    parser.add_argument("--pictures", metavar="P", nargs="+", help="several picture files, to be compared")
    parser.add_argument("--table", metavar="CSV", help="a CSV file; each of its rows gets an answer")
    parser.add_argument("--text", metavar="T", help="a text; its lines are several texts where the task wants them")
    parser.add_argument("--file", metavar="F", help="any file, for a model that looks at files; a text file elsewhere")
    parser.add_argument("--npz", metavar="F", help="a .npz file with one array per input of the model")
    parser.add_argument("--set", metavar="NAME=VALUE", action="append", default=[], help="another field of the form")
    parser.add_argument("--task", default="", metavar="ID", help=_form.TASK)
    parser.add_argument("--out", metavar="PNG", help="where to save the picture a model makes")


def run(given: argparse.Namespace) -> str:
    from core.actions import open_model, try_model

    say = _words.say(given)
    ways = (given.picture, given.pictures, given.table, given.file, given.npz, given.set)
    wants_input = given.text is not None or any(ways)
    task = given.task or ("" if wants_input else "tensors")
    opened: open_model.Opened = jobs.run("open_model", open_model.Request(given.model, task), say)
    if given.npz and not given.task and opened.task.id != "tensors":
        task = "tensors"
        opened = jobs.run("open_model", open_model.Request(given.model, task), say)
    inputs = _form.filled(given, opened)
    if inputs:
        _form.without_examples(given, inputs, opened)
    # The task is named only where it was named here, so that the answer knows whether it is a guess.
    answer: try_model.Answer = jobs.run("try_model", try_model.Request(given.model, inputs, task), say)
    if not wants_input and opened.task.id == "tensors" and opened.fields:
        answer = replace(answer, preparation=(RANDOM, *answer.preparation))
    saved = _save(answer.result, given.out)
    return _as_json(answer, saved) if given.json else _in_words(answer, saved)


def _save(result: Any, target: str | None) -> str:
    if target is None:
        return ""
    if result.kind != "picture":
        raise BadPicture("There is no picture to save.", f"This answer is a {result.kind}.", "Leave out --out.")
    from core.png import write_png

    return _files.write(target, write_png(result.pixels))


def _as_json(answer: Any, saved: str) -> str:
    import msgspec

    from core.plain import to_plain

    plain = {
        "model": answer.model,
        "task": answer.task,
        "guessed": answer.guessed,
        "result": {**to_plain(answer.result), **({"saved": saved} if saved else {})},
        "timing": msgspec.to_builtins(answer.timing),
        "preparation": list(answer.preparation),
        "doubts": msgspec.to_builtins(answer.doubts),
    }
    return json.dumps(plain, ensure_ascii=False)


def _in_words(answer: Any, saved: str) -> str:
    from core.in_words import whole

    timing = answer.timing
    took = f"{timing.total_ms:.0f} ms, of which {timing.run_ms:.0f} ms in the model"
    warnings = [f"Warning: {doubt.words}" for doubt in answer.doubts]
    lines = [whole(answer.result), *warnings, *([f"saved {saved}"] if saved else []), "", took, *answer.preparation]
    if answer.guessed:
        lines.append(f"That this model does “{answer.task}” is a guess from its shapes; --task says otherwise.")
    return "\n".join(lines)
