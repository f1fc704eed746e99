"""What a file on this shelf offers. A command is a module, not a class: this Protocol only describes it.

What is slow to import is imported in `run`: all commands are loaded to print the help of one.
"""

from __future__ import annotations

import argparse
from typing import Protocol


class Command(Protocol):
    NAME: str
    """The word that is typed: `try`."""
    HELP: str
    """What it does, in one line that begins with a small letter."""

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Say what it takes. `--json` is added to every command."""
        ...

    def run(self, given: argparse.Namespace) -> str:
        """Do it; what is printed then. With `given.json` that is JSON and nothing else. Raises UserError."""
        ...
