"""The command line: the same actions as the buttons, without a screen. Without words it starts the app."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from typing import cast

from core import registry, settings
from core.commands._contract import Command
from core.errors import UserError

EXIT_ERROR = 2
COMMANDS = "core.commands"


def run(words: Sequence[str]) -> int:
    """Do what the words say; the exit code is 0, or 2 after an error in words."""
    if not words or (words[0].startswith("--") and words[0] not in ("--help", "--version")):
        return _start_app(words)
    if words[0] == "--version":  # before any command is loaded
        return _print(settings.VERSION)
    given = _parser().parse_args(words)
    try:
        shown = given.command(given)
    except UserError as error:
        return _report(error, given.json)
    return _print(shown)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="onnx-playground",
        description="Open an ONNX model, give it your own picture or text, and see a true answer. "
        "Without words it opens the app in the browser; --port, --no-browser and --classroom go with that.",
    )
    parser.add_argument("--version", action="version", version=settings.VERSION)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in _commands():
        mine = commands.add_parser(command.NAME, help=command.HELP)
        command.arguments(mine)
        mine.add_argument("--json", action="store_true", help="print JSON and nothing else")
        mine.set_defaults(command=command.run)
    return parser


def _commands() -> Iterator[Command]:
    return (cast(Command, module) for module in registry.load(COMMANDS).values())


def _print(shown: str) -> int:
    try:
        print(shown, flush=True)
    except BrokenPipeError:  # whoever read it, `head` for one, has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _report(error: UserError, as_json: bool) -> int:
    print(f"{error.title}\n{error.detail}\n{error.fix}", file=sys.stderr)
    if as_json:
        words = {"title": error.title, "detail": error.detail, "fix": error.fix}
        print(json.dumps({"error": words}, ensure_ascii=False))
    return EXIT_ERROR


def _start_app(words: Sequence[str]) -> int:
    from core.server.start import start

    return start(words)
