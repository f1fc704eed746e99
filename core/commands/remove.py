"""Delete a model of the library, and say how much that frees."""

from __future__ import annotations

import argparse
import json

from core import jobs
from core.commands import _words
from core.quantities import size

NAME = "remove"
HELP = "delete a model of the library, and say how much that frees"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", help="its id, or its name for the version in use")


def run(given: argparse.Namespace) -> str:
    from core.actions import inspect_model, remove_model

    info = jobs.run("inspect_model", inspect_model.Request(given.model), _words.quiet)
    freed = jobs.run("remove_model", remove_model.Request(info.id), _words.quiet)
    if given.json:
        return json.dumps({"freed_bytes": freed})
    return f"“{info.title}” is removed; {size(freed)} are free again."
