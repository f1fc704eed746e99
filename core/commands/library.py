"""List the models of the library."""

from __future__ import annotations

import argparse
from typing import Any

from core import jobs
from core.commands import _words
from core.quantities import size

NAME = "library"
HELP = "list the models of your library"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", help="only those that match")


def run(given: argparse.Namespace) -> str:
    from core.actions import list_library

    entries: list[Any] = []
    while True:
        request = list_library.Request(" ".join(given.words), start=len(entries), count=500, all_versions=True)
        page = jobs.run("list_library", request).page
        entries += page.entries
        if not page.entries or len(entries) >= page.total:
            break
    if given.json:
        return _words.as_json(entries)
    using = {True: ", in use", False: ""}
    lines = [
        f"{one.info.id}  {size(one.size_bytes):>9}  {one.info.title}  ({one.version}{using[one.in_use]})"
        for one in entries
    ]
    return "\n".join(lines) or "Your library is empty."
