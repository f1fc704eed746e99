"""Add a packed model, an .onnx file, or a folder with one to the library."""

from __future__ import annotations

import argparse
from pathlib import Path

from core import jobs
from core.commands import _words
from core.types import Upload

NAME = "import"
HELP = "add a packed model, an .onnx file, or a folder with one to the library"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path")


def run(given: argparse.Namespace) -> str:
    from core.actions import add_model, import_model

    path = Path(given.path).expanduser().resolve()
    if path.suffix.lower() == ".zip" and path.is_file():
        packed = Upload(str(path), path.name, path.stat().st_size, "import")
        info = jobs.run("import_model", import_model.Request(packed), _words.say(given))
    else:
        info = jobs.run("add_model", add_model.Request(path=str(path)), _words.say(given))
    return _words.as_json(info) if given.json else f"{info.title} is in your library."
