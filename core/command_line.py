"""The command line: the same actions as the buttons, without a screen. Without words it starts the app."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from core import jobs, settings
from core.errors import BadPicture, InputError, UserError
from core.quantities import size

EXIT_ERROR = 2
SOURCES = ("catalogue", "huggingface", "web_link")
RANDOM = "Nothing was given, so every input was filled with random values (seed 0)."


def run(words: Sequence[str]) -> int:
    """Do what the words say; the exit code is 0, or 2 after an error in words."""
    if not words or (words[0].startswith("--") and words[0] not in ("--help", "--version")):
        return _start_app(words)
    given = _parser().parse_args(words)
    try:
        shown = given.command(given)
    except UserError as error:
        return _report(error, given.json)
    try:
        print(shown, flush=True)
    except BrokenPipeError:  # whoever read it, `head` for one, has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="onnx-playground",
        description="Open an ONNX model, give it your own picture or text, and see a true answer. "
        "Without words it opens the app in the browser; --port, --no-browser and --classroom go with that.",
    )
    parser.add_argument("--version", action="version", version=settings.VERSION)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_try(commands.add_parser("try", help="give a model an input and print its answer"))
    inspect = commands.add_parser("inspect", help="say what a model takes, gives and is made of")
    inspect.add_argument("model", help="a name from `models`, or the path of an .onnx file")
    inspect.set_defaults(command=_inspect)
    models = commands.add_parser("models", help="list the models that can be opened")
    models.set_defaults(command=_models)
    find = commands.add_parser("find", help="search for models that could be fetched")
    find.add_argument("words", nargs="*", help="what it should do, a name such as Xenova/modnet, or a link")
    find.add_argument("--task", default="", metavar="T", help="as the hub calls it, such as image-classification")
    find.add_argument("--sort", default="downloads", choices=["downloads", "likes", "trending", "new"])
    find.add_argument("--source", default="", choices=["", *SOURCES], help="only this one; both lists without it")
    find.set_defaults(command=_find)
    get = commands.add_parser("get", help="fetch a model into the library")
    get.add_argument("model", metavar="REPO[:VARIANT]", help="a name from `find`, or an https link to an .onnx file")
    get.add_argument("--source", default="", choices=["", *SOURCES])
    get.set_defaults(command=_get)
    library = commands.add_parser("library", help="list the models of your library")
    library.add_argument("words", nargs="*", help="only those that match")
    library.set_defaults(command=_library)
    check = commands.add_parser(
        "check-catalogue", help="fetch and try every model of our catalogue, and say how it went"
    )
    check.add_argument("--only", nargs="*", default=[], metavar="ID")
    check.add_argument("--out", default="", metavar="FILE", help="write the table there as Markdown")
    check.set_defaults(command=_check_catalogue)
    export = commands.add_parser("export", help="pack a model of the library into one zip")
    export.add_argument("model")
    export.add_argument("zip", help="where to write it")
    export.set_defaults(command=_export)
    import_ = commands.add_parser(
        "import", help="add a packed model, an .onnx file, or a folder with one to the library"
    )
    import_.add_argument("path")
    import_.set_defaults(command=_import)
    remove = commands.add_parser("remove", help="delete a model of the library, and say how much that frees")
    remove.add_argument("model", help="its id, or its name for the version in use")
    remove.set_defaults(command=_remove)
    for command in (inspect, models, find, get, library, check, export, import_, remove):
        command.add_argument("--json", action="store_true", help="print JSON and nothing else")
    return parser


def _add_try(command: argparse.ArgumentParser) -> None:
    command.add_argument("model", help="a name from `models`, or the path of an .onnx file")
    command.add_argument("--picture", metavar="P", help="a picture file")
    command.add_argument("--text", metavar="T", help="a text; its lines are several texts where the task wants them")
    command.add_argument("--file", metavar="F", help="any file, for a model that looks at files; a text file elsewhere")
    command.add_argument("--npz", metavar="F", help="a .npz file with one array per input of the model")
    command.add_argument("--set", metavar="NAME=VALUE", action="append", default=[], help="another field of the form")
    command.add_argument("--task", default="", metavar="ID", help="what the model is for, when the guess is wrong")
    command.add_argument("--out", metavar="PNG", help="where to save the picture a model makes")
    command.add_argument("--json", action="store_true", help="print JSON and nothing else")
    command.set_defaults(command=_try)


def _try(given: argparse.Namespace) -> str:
    from core.actions import open_model, try_model
    from core.plain import to_plain

    say = _quiet if given.json else _progress
    wants_input = any((given.picture, given.text is not None, given.file, given.npz, given.set))
    task = given.task or ("" if wants_input else "tensors")
    opened: open_model.Opened = jobs.run("open_model", open_model.Request(given.model, task), say)
    if given.npz and not given.task and opened.task.id != "tensors":
        task = "tensors"
        opened = jobs.run("open_model", open_model.Request(given.model, task), say)
    # The task is named only where it was named here, so that the answer knows whether it is a guess.
    request = try_model.Request(given.model, _inputs(given, opened), task)
    answer: try_model.Answer = jobs.run("try_model", request, say)
    if not wants_input and opened.task.id == "tensors" and opened.fields:
        answer = replace(answer, preparation=(RANDOM, *answer.preparation))
    saved = _save(answer.result, given.out)
    if not given.json:
        return _in_words(answer, saved)
    plain = {
        "model": answer.model,
        "task": answer.task,
        "guessed": answer.guessed,
        "result": {**to_plain(answer.result), **({"saved": saved} if saved else {})},
        "timing": msgspec.to_builtins(answer.timing),
        "preparation": list(answer.preparation),
    }
    return json.dumps(plain, ensure_ascii=False)


def _inputs(given: argparse.Namespace, opened: Any) -> dict[str, Any]:
    """What was given, under the names of the form's fields."""
    inputs: dict[str, Any] = _pairs(given.set)
    for option, kinds, value in (
        ("--picture", ("picture",), _bytes(given.picture)),
        ("--text", ("text", "texts", "file"), given.text),
        ("--file", ("file", "text", "texts"), _bytes(given.file)),
    ):
        if value is None:
            continue
        fields = [field for kind in kinds for field in opened.fields if field.kind == kind]
        names = [field.name for field in fields if field.name not in inputs]
        if not names:
            raise InputError(
                f"“{opened.info.title}” has no use for {option}.",
                f"For “{opened.task.title}” it takes: " + ", ".join(field.title for field in opened.fields) + ".",
                "Give it one of these, or choose another task with --task.",
            )
        inputs[names[0]] = value
    if given.npz:
        from core.actions import read_arrays

        inputs |= jobs.run("read_arrays", read_arrays.Request(_bytes(given.npz) or b""))
    if inputs:
        _no_examples(opened, inputs)
    return inputs


def _pairs(words: list[str]) -> dict[str, str]:
    pairs = {}
    for pair in words:
        name, equals, value = pair.partition("=")
        if not equals:
            raise InputError(f"--set {pair} has no value.", "It is written NAME=VALUE.", "Add the value.")
        pairs[name] = value
    return pairs


def _no_examples(opened: Any, inputs: dict[str, Any]) -> None:
    """The examples a form is filled with on screen must not answer for somebody who gave texts of their own."""
    for field in opened.fields:
        if field.required and field.kind in ("text", "texts", "picture", "file") and field.name not in inputs:
            raise InputError(
                f"“{field.title}” is missing.",
                f"“{opened.task.title}” needs it, called {field.name} here.",
                f'Add it: --set {field.name}="…" (or --text, --picture, --file).',
            )


def _bytes(path: str | None) -> bytes | None:
    if path is None:
        return None
    try:
        return Path(path).expanduser().read_bytes()
    except OSError as error:
        raise InputError(
            f"{path} can't be read.", f"The system says: {error.strerror}.", "Check the path and its rights."
        ) from error


def _save(result: Any, target: str | None) -> str:
    if target is None:
        return ""
    if result.kind != "picture":
        raise BadPicture("There is no picture to save.", f"This answer is a {result.kind}.", "Leave out --out.")
    from core.png import write_png

    path = Path(target).expanduser().resolve()
    path.write_bytes(write_png(result.pixels))
    return str(path)


def _in_words(answer: Any, saved: str) -> str:
    from core.in_words import whole

    timing = answer.timing
    took = f"{timing.total_ms:.0f} ms, of which {timing.run_ms:.0f} ms in the model"
    lines = [whole(answer.result), *([f"saved {saved}"] if saved else []), "", took, *answer.preparation]
    if answer.guessed:
        lines.append(f"That this model does “{answer.task}” is a guess from its shapes; --task says otherwise.")
    return "\n".join(lines)


def _inspect(given: argparse.Namespace) -> str:
    from core.actions import inspect_model

    info = jobs.run("inspect_model", inspect_model.Request(given.model), _quiet if given.json else _progress)
    if given.json:
        return msgspec.json.encode(info).decode()
    lines = [info.title, info.summary]
    for role, graph in info.parts.items():
        lines += ["", f"{role}: {graph.size_bytes / 1e6:.1f} MB, {graph.parameter_count:,} parameters"]
        for word, ports in (("takes", graph.inputs), ("gives", graph.outputs)):
            lines += [f"  {word} {port.name}: {port.type} {_sizes(port.shape)}" for port in ports]
    return "\n".join(lines)


def _sizes(shape: tuple[Any, ...] | None) -> str:
    return "" if shape is None else " × ".join("?" if size is None else str(size) for size in shape)


def _models(given: argparse.Namespace) -> str:
    from core.actions import list_models

    cards = jobs.run("list_models", list_models.Request())
    if given.json:
        return msgspec.json.encode(cards).decode()
    width = max(len(card.title) for card in cards)
    return "\n".join(
        f"{card.title:{width}}  {card.size_bytes / 1e6:7.1f} MB  {card.summary}"
        + ("" if card.installed else f"  (install the extra “{card.extra}” first)")
        for card in cards
    )


def _find(given: argparse.Namespace) -> str:
    from core.actions import find_models

    words, found = " ".join(given.words), []
    for source in [given.source] if given.source else SOURCES:
        request = find_models.Request(words, given.task, given.sort, source)
        found += jobs.run("find_models", request, _quiet).found
    if given.json:
        return msgspec.json.encode(found).decode()
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


def _get(given: argparse.Namespace) -> str:
    from core.actions import get_model

    name, variant = _name_and_variant(given.model)
    source = given.source or _source_of(name)
    info = jobs.run("get_model", get_model.Request(source, name, variant), _quiet if given.json else _progress)
    if given.json:
        return msgspec.json.encode(info).decode()
    return f"“{info.title}” is in your library. Try it: onnx-playground try {info.id}"


def _name_and_variant(words: str) -> tuple[str, str]:
    """`org/name:q4` is a name and a variant; the colon of https:// separates nothing."""
    name, colon, variant = words.rpartition(":")
    return (name, variant) if colon and "/" not in variant else (words, "")


def _source_of(name: str) -> str:
    if name.startswith(("https://", "http://")) and name.split("?", 1)[0].endswith(".onnx") and "/resolve/" not in name:
        return "web_link"
    return "huggingface" if "/" in name else "catalogue"


def _library(given: argparse.Namespace) -> str:
    from core.actions import list_library

    entries: list[Any] = []
    while True:
        request = list_library.Request(" ".join(given.words), start=len(entries), count=500, all_versions=True)
        page = jobs.run("list_library", request).page
        entries += page.entries
        if not page.entries or len(entries) >= page.total:
            break
    if given.json:
        return msgspec.json.encode(entries).decode()
    using = {True: ", in use", False: ""}
    lines = [
        f"{one.info.id}  {size(one.size_bytes):>9}  {one.info.title}  ({one.version}{using[one.in_use]})"
        for one in entries
    ]
    return "\n".join(lines) or "Your library is empty."


def _check_catalogue(given: argparse.Namespace) -> str:
    from core.actions import check_catalogue

    request = check_catalogue.Request(tuple(given.only))
    rows = jobs.run("check_catalogue", request, _quiet if given.json else _progress)
    table = check_catalogue.as_table(rows)
    if given.out:
        Path(given.out).expanduser().write_text(table, encoding="utf-8")
    return msgspec.json.encode(rows).decode() if given.json else table


def _export(given: argparse.Namespace) -> str:
    from core.actions import export_model, inspect_model

    info = jobs.run("inspect_model", inspect_model.Request(given.model), _quiet)
    target = str(Path(given.zip).expanduser().resolve())
    packed = jobs.run("export_model", export_model.Request(info.id, target), _quiet if given.json else _progress)
    return msgspec.json.encode(packed).decode() if given.json else f"{packed.path}  {packed.size_bytes / 1e6:.1f} MB"


def _remove(given: argparse.Namespace) -> str:
    from core.actions import inspect_model, remove_model

    info = jobs.run("inspect_model", inspect_model.Request(given.model), _quiet)
    freed = jobs.run("remove_model", remove_model.Request(info.id), _quiet)
    return (
        json.dumps({"freed_bytes": freed})
        if given.json
        else f"“{info.title}” is removed; {size(freed)} are free again."
    )


def _import(given: argparse.Namespace) -> str:
    from core.actions import add_model, import_model
    from core.types import Upload

    path = Path(given.path).expanduser().resolve()
    say = _quiet if given.json else _progress
    if path.suffix.lower() == ".zip" and path.is_file():
        packed = Upload(str(path), path.name, path.stat().st_size, "import")
        info = jobs.run("import_model", import_model.Request(packed), say)
    else:
        info = jobs.run("add_model", add_model.Request(path=str(path)), say)
    return msgspec.json.encode(info).decode() if given.json else f"{info.title} is in your library."


def _report(error: UserError, as_json: bool) -> int:
    print(f"{error.title}\n{error.detail}\n{error.fix}", file=sys.stderr)
    if as_json:
        words = {"title": error.title, "detail": error.detail, "fix": error.fix}
        print(json.dumps({"error": words}, ensure_ascii=False))
    return EXIT_ERROR


def _progress(share: float | None, words: str) -> None:
    print(words if share is None else f"{words} {share:.0%}", file=sys.stderr)


def _quiet(_share: float | None, _words: str) -> None:
    """With --json nothing but the answer and errors is printed."""


def _start_app(words: Sequence[str]) -> int:
    from core.server.start import start

    return start(words)
