"""Say what a model takes, gives and is made of."""

from __future__ import annotations

import argparse
from typing import Any

from core import jobs
from core.commands import _words

NAME = "inspect"
HELP = "say what a model takes, gives and is made of"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", help=_words.MODEL)


def run(given: argparse.Namespace) -> str:
    from core.actions import inspect_model

    info = jobs.run("inspect_model", inspect_model.Request(given.model), _words.say(given))
    if given.json:
        return _words.as_json(info)
    lines = [info.title, info.summary]
    for role, graph in info.parts.items():
        lines += ["", f"{role}: {graph.size_bytes / 1e6:.1f} MB, {graph.parameter_count:,} parameters"]
        for word, ports in (("takes", graph.inputs), ("gives", graph.outputs)):
            lines += [f"  {word} {port.name}: {port.type} {_sizes(port.shape)}" for port in ports]
    return "\n".join(lines)


def _sizes(shape: tuple[Any, ...] | None) -> str:
    return "" if shape is None else " × ".join("?" if size is None else str(size) for size in shape)
