"""Fetch a model into the library."""

from __future__ import annotations

import argparse

from core import jobs
from core.commands import _words

NAME = "get"
HELP = "fetch a model into the library"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", metavar="REPO[:VARIANT]", help="a name from `find`, or an https link to an .onnx file")
    parser.add_argument("--source", default="", choices=["", *_words.SOURCES])


def run(given: argparse.Namespace) -> str:
    from core.actions import get_model

    name, variant = _name_and_variant(given.model)
    source = given.source or _source_of(name)
    info = jobs.run("get_model", get_model.Request(source, name, variant), _words.say(given))
    if given.json:
        return _words.as_json(info)
    return f"“{info.title}” is in your library. Try it: {_words.PROGRAM} try {info.id}"


def _name_and_variant(words: str) -> tuple[str, str]:
    """`org/name:q4` is a name and a variant; the colon of https:// separates nothing."""
    name, colon, variant = words.rpartition(":")
    return (name, variant) if colon and "/" not in variant else (words, "")


def _source_of(name: str) -> str:
    if name.startswith(("https://", "http://")) and name.split("?", 1)[0].endswith(".onnx") and "/resolve/" not in name:
        return "web_link"
    return "huggingface" if "/" in name else "catalogue"
