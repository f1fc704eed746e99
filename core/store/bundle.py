"""Packs a model into one zip, and makes an entry of one that was unpacked."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Literal

import msgspec

from core.errors import UserError
from core.listings import Fetched
from core.packed import CARD, FORMAT, NAME, Packed, is_reserved
from core.store.entries import Entry, Origin
from core.store.store import Decision
from core.types import Fact, GraphInfo, ModelInfo, Say

_PIECE_BYTES = 2**20
_ORIGINS: dict[str, Literal["upload", "link"]] = {"": "upload", "web_link": "link"}


def pack(entry: Entry, decision: Decision, folder: Path, target: Path, say: Say) -> None:
    """One zip with the files under `folder`, what is known about the model, and a card to read.

    Nothing is compressed: weights don't get smaller, and so it is as quick as copying. `target` appears when it is
    whole. Raises OSError, or UserError when a file of the model has a name that the zip needs itself.
    """
    paths = _paths(entry, folder)
    total, done, files = sum(path.stat().st_size for path in paths.values()) or 1, 0, []
    partial = target.with_name(f"{target.name}.part")
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
            for name, path in paths.items():
                found = hashlib.sha256()
                with path.open("rb") as file, archive.open(_info(name), "w", force_zip64=True) as packed:
                    while piece := file.read(_PIECE_BYTES):
                        packed.write(piece)
                        found.update(piece)
                        done += len(piece)
                        say(done / total, f"Packing {name}")
                files.append(Fetched(name, path.stat().st_size, found.hexdigest(), was_announced=False))
            about = _packed(entry, decision, folder, tuple(files))
            archive.writestr(_info(NAME), msgspec.json.format(msgspec.json.encode(about)))
            archive.writestr(_info(CARD), _card(about))
        os.replace(partial, target)  # noqa: PTH105  pairs with the line above
    finally:
        partial.unlink(missing_ok=True)


def unpacked(
    packed: Packed, parts: Mapping[str, GraphInfo], title: str, files: Mapping[str, str] | None = None
) -> Entry:
    """The entry of a model that came in a zip; `parts` as they were described here, `files` as in `ModelInfo`."""
    info = ModelInfo(
        packed.id,
        title,
        packed.summary,
        _ORIGINS.get(packed.origin.get("source", ""), "hub"),
        dict(parts),
        packed.tasks,
        packed.preparation,
        packed.licence,
        packed.source,
        dict(files or {}),
        packed.tasks_are_certain,
    )
    size_bytes = sum(file.size_bytes for file in packed.files)
    origin = msgspec.convert(packed.origin, type=Origin)
    return Entry(
        info,
        packed.family,
        packed.version,
        in_use=False,
        origin=origin,
        parent=packed.parent,
        note=packed.note,
        tags=packed.tags,
        files=packed.files,
        size_bytes=size_bytes,
    )


def _paths(entry: Entry, folder: Path) -> dict[str, Path]:
    names = [file.path for file in entry.files]
    for graph in entry.info.parts.values():
        path = Path(graph.path)
        names += [
            one.relative_to(folder).as_posix() for one in (path, *(path.parent / n for n in graph.external_files))
        ]
    for name in filter(is_reserved, names):
        raise UserError(
            "This model can't be packed.",
            f"One of its files is called “{name}”, as is what the zip says about the model.",
            "Take its folder along as it is instead.",
        )
    return {name: folder / name for name in dict.fromkeys(names)}


def _packed(entry: Entry, decision: Decision, folder: Path, files: tuple[Fetched, ...]) -> Packed:
    info = entry.info
    return Packed(
        FORMAT,
        info.id,
        info.title,
        info.summary,
        entry.version,
        entry.family,
        info.licence,
        info.source,
        {role: Path(graph.path).relative_to(folder).as_posix() for role, graph in info.parts.items()},
        files,
        info.tasks,
        _of_the_model(info.preparation, info),
        asdict(entry.origin),
        entry.parent,
        entry.note,
        entry.tags,
        decision.task,
        _of_the_model(decision.facts, info),
        decision.form,
        info.tasks_are_certain,
    )


def _of_the_model(facts: Mapping[str, Fact], info: ModelInfo) -> dict[str, Fact]:
    """Without those that name a file of this computer."""
    return {name: fact for name, fact in facts.items() if not fact.is_file or fact.value in info.files}


def _card(about: Packed) -> str:
    came = about.origin.get("id") or about.source or "added by hand"
    lines = [
        f"# {about.title}",
        "",
        about.summary,
        "",
        f"- Licence: {about.licence}",
        f"- Comes from: {came}" + (f", commit {about.origin['commit']}" if about.origin.get("commit") else ""),
        f"- Version: {about.version}",
        f"- Used for: {about.task or ', '.join(about.tasks) or 'not decided'}",
        *([f"- Note: {about.note}"] if about.note else []),
        "",
        "| File | Bytes | SHA-256 |",
        "|---|---|---|",
        *(f"| {file.path} | {file.size_bytes} | {file.sha256} |" for file in about.files),
        "",
        "Packed by ONNX Playground; add this zip there on the page My library.",
    ]
    return "\n".join(lines)


def _info(name: str) -> zipfile.ZipInfo:
    """The same zip for the same model: the time of packing is left out."""
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o644 << 16
    return info
