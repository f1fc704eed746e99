"""Pack a model of the library into one zip."""

from __future__ import annotations

import argparse
from pathlib import Path

from core import jobs
from core.commands import _words

NAME = "export"
HELP = "pack a model of the library into one zip"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model")
    parser.add_argument("zip", help="where to write it")


def run(given: argparse.Namespace) -> str:
    from core.actions import export_model, inspect_model

    info = jobs.run("inspect_model", inspect_model.Request(given.model), _words.quiet)
    target = str(Path(given.zip).expanduser().resolve())
    packed = jobs.run("export_model", export_model.Request(info.id, target), _words.say(given))
    return _words.as_json(packed) if given.json else f"{packed.path}  {packed.size_bytes / 1e6:.1f} MB"
