"""Check the catalogue: fetch the recommended variant of each entry, open it, and ask it about a sample.

For those who keep the catalogue, on a computer with internet: `python -m core check-catalogue`. Nothing of it stays: no
entry in the library, no line in the history, no file.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

from core import in_words, results, settings
from core.actions import _hub, _library, _side_files, _workers, list_samples
from core.actions._forms import filled, uploads
from core.caller import Caller
from core.errors import Stopped, UserError
from core.fields import TensorSource
from core.hub import _entries as entries
from core.listings import Detail, Fetched, Variant
from core.samples import pictures, texts
from core.types import Fact, GraphInfo, ModelInfo, Port
from core.workers import wire
from core.workers.pool import pool

SHOWS = (
    "Where no task of ours fits, the first graph was run once, with the sample picture or made-up values: "
    "that shows that it runs, not that it is right."
)
Hash: TypeAlias = Literal["", "as we know it", "as announced", "not announced"]


@dataclass(frozen=True)
class Request:
    only: tuple[str, ...] = ()
    """Ids of entries; empty for all."""


@dataclass(frozen=True)
class Row:
    entry: str
    variant: str = ""
    files: int = 0
    size_bytes: int = 0
    sha256: Hash = ""
    """Of the graphs that arrived."""
    opens: bool = False
    answer: str = ""
    why_not: str = ""
    """What went wrong, in words; what is filled in up to there went well."""
    ms: float | None = None
    """Of the first answer, opening not counted."""


def do(request: Request, caller: Caller) -> tuple[Row, ...]:
    """One row per entry. An entry that fails is a row too."""
    ids = request.only or tuple(entry.id for entry in entries.catalogue().models)
    rows = []
    for place, id_ in enumerate(ids):
        rows.append(_row(id_, _hearing(caller, id_, place, len(ids))))
    return tuple(rows)


def as_table(rows: tuple[Row, ...]) -> str:
    """Markdown."""
    head = ("Entry", "Variant", "Files", "MB", "SHA-256", "Opens", "Answer, or why not", "ms")
    lines = [head, ("---",) * len(head), *(_cells(row) for row in rows)]
    good = sum(not row.why_not for row in rows)
    table = "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)
    return f"{table}\n\n{good} of {len(rows)} gave an answer. {SHOWS}\n"


def _cells(row: Row) -> tuple[str, ...]:
    size = f"{row.size_bytes / 1e6:.2f}" if row.size_bytes else ""
    said = " ".join((row.why_not or row.answer).split())
    time = "" if row.ms is None else f"{row.ms:.0f}"
    return row.entry, row.variant, str(row.files or ""), size, row.sha256, "yes" if row.opens else "no", said, time


def _hearing(caller: Caller, id_: str, place: int, count: int) -> Caller:
    """Hears of one entry as a part of all."""

    def say(share: float | None, words: str) -> None:
        caller.say((place + (share or 0)) / count, f"{place + 1} of {count}, {id_}: {words}")

    return replace(caller, say=say)


def _row(id_: str, caller: Caller) -> Row:
    row = Row(id_)
    folder = tempfile.TemporaryDirectory(prefix="check-", dir=settings.data_folder(), ignore_cleanup_errors=True)
    with folder as path:
        try:
            for further in _steps(id_, Path(path), caller):
                row = further
        except Stopped:
            raise
        except UserError as error:
            row = replace(row, why_not=f"{error.title} {error.detail}")
    return row


def _steps(id_: str, folder: Path, caller: Caller) -> Iterator[Row]:
    """The row as it fills."""
    caller.say(None, "asking for the list of files")
    detail = _hub.detail("catalogue", id_, caller, again=True)
    variant = _hub.variant_of(detail, "")
    yield (row := Row(id_, variant.id, len(variant.files), variant.size_bytes))
    asked = {"files": [asdict(file) for file in variant.files], "token": _hub.token(caller), "source": "catalogue"}
    fetched: tuple[Fetched, ...] = _workers.fetch(caller, asked, folder)
    size_bytes, sha256 = sum(file.size_bytes for file in fetched), _hashes(id_, variant, fetched)
    yield (row := replace(row, size_bytes=size_bytes, sha256=sha256))
    caller.say(None, "opening it")
    parts = _workers.describe({role: folder / path for role, path in variant.parts.items()}, caller)
    yield (row := replace(row, opens=True))
    caller.say(None, "trying it")
    beside = _side_files.named((file.path for file in fetched), variant.parts.values())
    try:
        answer, ms = _answer(detail, parts, {name: str(folder / path) for name, path in beside.items()}, caller)
    finally:
        for graph in parts.values():
            pool().forget(graph.sha256)
    yield replace(row, answer=answer, ms=ms)


def _hashes(id_: str, variant: Variant, fetched: tuple[Fetched, ...]) -> Hash:
    known = {file.sha256 for file in _entry(id_).files.values()} - {""}
    graphs = [file for file in fetched if file.path in variant.parts.values()]
    if all(file.sha256 in known for file in graphs):
        return "as we know it"
    return "as announced" if all(file.was_announced for file in graphs) else "not announced"


def _entry(id_: str) -> entries.Entry:
    return next(entry for entry in entries.catalogue().models if entry.id == id_)


def _answer(detail: Detail, parts: Mapping[str, GraphInfo], files: dict[str, str], caller: Caller) -> tuple[str, float]:
    """In a few words, and how many milliseconds it took; without a task of ours what comes out of its first graph."""
    facts = {name: Fact(value, "our catalogue") for name, value in detail.facts.items()}
    info = ModelInfo(
        *(f"check-{detail.listing.id}", detail.listing.title, "", "file", dict(parts), detail.tasks, facts),
        files=files,
        tasks_are_certain=detail.tasks_are_certain,
    )
    known = _library.with_task(info, "", caller)
    if known.guessed:
        known = _library.with_task(info, "tensors", caller)
    given = filled(known.task.fields(known.info), _sample(detail.listing.id, known))
    found = _workers.ask_model("answer", known.info, caller, {"task": known.task_id, "given": given}, uploads(given))
    return in_words.short(wire.convert(found.result, results.KINDS[known.task.RESULT])), found.total_ms


def _sample(id_: str, known: _library.Known) -> dict[str, Any]:
    """The form filled with the entry's sample."""
    name = _entry(id_).sample
    form = next((sample for sample in texts.samples(known.task_id) if sample.name == name), None)
    if form:
        return form.inputs
    picture = list_samples.read(name) if name in {sample.name for sample in pictures.samples("try")} else b""
    fields = known.task.fields(known.info)
    if known.task_id == "tensors":
        return {field.name: _filling(field.port, picture) for field in fields if field.port}
    return {field.name: picture for field in fields[:1] if field.kind == "picture"}


def _filling(port: Port, picture: bytes) -> TensorSource:
    """A picture where one fits, else ones for what counts or picks, and random values for the rest."""
    shape = port.shape or ()
    if picture and len(shape) == 4 and {1, 3} & {shape[1], shape[3]}:
        return TensorSource("picture", data=picture)
    return TensorSource("random" if port.dtype.startswith("float") else "ones")
