"""Fetch and try every model of our catalogue, and say how it went."""

from __future__ import annotations

import argparse

from core import jobs
from core.commands import _files, _words

NAME = "check-catalogue"
HELP = "fetch and try every model of our catalogue, and say how it went"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only", nargs="*", default=[], metavar="ID")
    parser.add_argument("--out", default="", metavar="FILE", help="write the table there as Markdown")


def run(given: argparse.Namespace) -> str:
    from core.actions import check_catalogue

    rows = jobs.run("check_catalogue", check_catalogue.Request(tuple(given.only)), _words.say(given))
    table = check_catalogue.as_table(rows)
    if given.out:
        _files.write(given.out, table.encode())
    return _words.as_json(rows) if given.json else table
