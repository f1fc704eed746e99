"""Draw what a model is made of: the first picture of its graph, as JSON or as an SVG file."""

from __future__ import annotations

import argparse
from typing import Any

from core import jobs
from core.commands import _files, _words

NAME = "graph"
HELP = "draw what a model is made of, from a handful of boxes"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", help=_words.MODEL)
    parser.add_argument("--part", default="", metavar="ROLE", help="which graph of a model that has several")
    parser.add_argument("--svg", default="", metavar="FILE", help="write the picture there")


def run(given: argparse.Namespace) -> str:
    from core.actions import look_inside, sum_up_graph
    from core.scene_svg import as_svg

    say = _words.say(given)
    scene = jobs.run("look_inside", look_inside.Request(given.model, given.part), say).scene
    summary = jobs.run("sum_up_graph", sum_up_graph.Request(given.model, given.part), say)
    saved = _files.write(given.svg, as_svg(scene, given.model).encode()) if given.svg else ""
    if given.json:
        return _words.as_json({"boxes": scene.boxes, "arrows": scene.arrows, "summary": summary})
    return "\n".join([summary.sentence, "", *map(_line, scene.boxes), *([f"saved {saved}"] if saved else [])])


def _line(box: Any) -> str:
    more = f"  ({box.second})" if box.second else ""
    return f"{'  ' * box.depth}{box.title}{more}{', open:' if box.is_open else ''}"
