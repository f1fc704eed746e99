"""Search for models that could be fetched."""

from __future__ import annotations

import argparse
from typing import Any

from core import jobs
from core.commands import _words
from core.quantities import size

NAME = "find"
HELP = "search for models that could be fetched"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", help="what it should do, a name such as Xenova/modnet, or a link")
    parser.add_argument("--task", default="", metavar="T", help="as the hub calls it, such as image-classification")
    parser.add_argument("--sort", default="downloads", choices=["downloads", "likes", "trending", "new"])
    parser.add_argument(
        "--source", default="", choices=["", *_words.SOURCES], help="only this one; both lists without it"
    )


def run(given: argparse.Namespace) -> str:
    from core.actions import find_models

    words, found = " ".join(given.words), []
    for source in [given.source] if given.source else _words.SOURCES:
        request = find_models.Request(words, given.task, given.sort, source)
        found += jobs.run("find_models", request, _words.quiet).found
    if given.json:
        return _words.as_json(found)
    lines = [f"{_id(one.listing)}\n    {_row(one)}" for one in found]
    return "\n".join(lines) or "Nothing found."


def _id(listing: Any) -> str:
    return listing.id if listing.source != "catalogue" else f"{listing.id} (our pick)"


def _row(one: Any) -> str:
    listing = one.listing
    words = [listing.summary, listing.task, one.licence.title]
    words += [size(listing.size_bytes)] if listing.size_bytes else []
    words += [f"{listing.downloads:,} downloads"] if listing.downloads else []
    return " · ".join(filter(None, [*words, "in your library" if one.mine else ""]))
