"""What an answer rests on: which places of a picture, or which parts of a text."""

from __future__ import annotations

import argparse
import json
from typing import Any

from core import jobs
from core.commands import _files, _form, _words
from core.errors import BadPicture

NAME = "why"
HELP = "say which places of a picture, or which words of a text, an answer rests on"
METHODS = ("class_activation", "score_cam", "occlusion")
PLACES = (
    ("left top", "top", "right top"),
    ("left", "middle", "right"),
    ("left bottom", "bottom", "right bottom"),
)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", help=_words.MODEL)
    parser.add_argument("--picture", metavar="P", help="a picture file")
    parser.add_argument("--text", metavar="T", help="a text")
    parser.add_argument("--set", metavar="NAME=VALUE", action="append", default=[], help="another field of the form")
    parser.add_argument("--task", default="", metavar="ID", help=_form.TASK)
    parser.add_argument("--method", default="", choices=METHODS, help="of a picture; the most exact one without it")
    parser.add_argument("--out", metavar="PNG", help="where to save the places as a picture: white where it rests most")


def run(given: argparse.Namespace) -> str:
    from core.actions import explain_answer, open_model

    say = _words.say(given)
    opened: open_model.Opened = jobs.run("open_model", open_model.Request(given.model, given.task), say)
    inputs = _form.without_examples(given, _form.filled(given, opened), opened)
    if given.out and not any(field.kind == "picture" for field in opened.fields):
        raise BadPicture("There is no picture to save.", "A text is explained part by part.", "Leave out --out.")
    request = explain_answer.Request(given.model, inputs, given.task, given.method)
    found = jobs.run("explain_answer", request, say)
    saved = _save(found, given.out)
    return _as_json(found, opened, saved) if given.json else _in_words(found, saved)


def _save(found: Any, target: str | None) -> str:
    """A grey picture as fine as the map: at most 64 x 64."""
    if target is None or found.kind == "influences":
        return ""
    import numpy as np

    from core.png import write_png

    return _files.write(target, write_png(np.rint(found.values * 255).astype(np.uint8)))


def _as_json(found: Any, opened: Any, saved: str) -> str:
    from core.plain import to_plain

    result = {**to_plain(found), **({"saved": saved} if saved else {})}
    return json.dumps({"model": opened.info.title, "task": opened.task.id, "result": result}, ensure_ascii=False)


def _in_words(found: Any, saved: str) -> str:
    lines = _parts(found) if found.kind == "influences" else _places(found)
    return "\n".join(
        [f"{found.label}: {found.score:.1%}", *lines, *([f"saved {saved}"] if saved else []), "", found.method]
    )


def _parts(found: Any) -> list[str]:
    """Each part with how much the score falls (+) or rises (-) without it; 1 is the part that counts most."""
    return [f"{one.weight:+.2f}  {' '.join(found.text[one.start : one.end].split())}" for one in found.parts]


def _places(found: Any) -> list[str]:
    shares = _shares(found)
    if not any(map(any, shares)):
        return ["It rests on no place more than on another."]
    best = max((share, PLACES[y][x]) for y, row in enumerate(shares) for x, share in enumerate(row))[1]
    rows = [
        "  ".join(f"{place:>12} {share:4.0%}" for place, share in zip(*pair, strict=True))
        for pair in zip(PLACES, shares, strict=True)
    ]
    where = "in the middle" if best == "middle" else f"at the {best}"
    return [f"It rests most on what is {where}. The share of each place:", *rows]


def _shares(found: Any) -> list[list[float]]:
    """Of all that it rests on, what lies in each cell of a 3 x 3 grid: 0 to 1, by rows."""
    import numpy as np

    height, width = found.values.shape
    down, across = np.arange(height) * 3 // height, np.arange(width) * 3 // width
    sums = np.zeros((3, 3))
    np.add.at(sums, (down[:, None], across[None, :]), found.values)
    shares: list[list[float]] = (sums / (sums.sum() or 1.0)).tolist()
    return shares
