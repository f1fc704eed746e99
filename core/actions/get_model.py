"""Get: fetch one variant of a model, check it, and put it into the library. Works in the background."""

from __future__ import annotations

import hashlib
import time
from dataclasses import asdict, dataclass

from core.actions import _hub, _library, _side_files, _workers
from core.caller import Caller
from core.errors import ModelError, NotFetched, UnsafeModel
from core.listings import Detail, Fetched, Variant
from core.store.entries import Entry, Origin
from core.types import Fact, ModelInfo


@dataclass(frozen=True)
class Request:
    source: str
    id: str
    variant: str = ""
    """Empty: the recommended one."""
    commit: str = ""
    """The version that was looked at; empty: the newest."""


def do(request: Request, caller: Caller) -> ModelInfo:
    """The entry it became. What was fetched stays when it is stopped or the line breaks, and the next try goes on.

    The entry appears only after every file has the announced size and SHA-256 and the graphs could be opened.
    """
    caller.say(None, "Asking for the list of files")
    detail = _hub.detail(request.source, request.id, caller)
    if request.commit and request.commit != detail.commit:
        detail = _hub.detail(request.source, request.id, caller, again=True)
    variant = _hub.variant_of(detail, request.variant)
    _refuse_unsafe(detail)
    where = _hub.place(detail, variant, caller)
    _library.check_share(variant.size_bytes, caller)
    asked = {
        "files": [asdict(file) for file in variant.files],
        "token": _hub.token(caller),
        "source": detail.listing.source,
    }
    fetched: tuple[Fetched, ...] = _workers.fetch(caller, asked, where.folder)
    _check_complete(variant, fetched)
    caller.say(None, "Opening it for the first time")
    beside = _side_files.named((file.path for file in fetched), variant.parts.values())
    files = {name: str(where.folder / path) for name, path in beside.items()}
    paths = {role: where.folder / path for role, path in variant.parts.items()}
    parts = _workers.describe(paths, caller, files=files)
    info = ModelInfo(
        id=_entry_id(detail, variant, caller),
        title=_title(detail, caller),
        summary=detail.listing.summary or f"From {detail.listing.id}.",
        origin="link" if detail.listing.source == "web_link" else "hub",
        parts=parts,
        tasks=detail.tasks,
        preparation={name: Fact(value, "our catalogue") for name, value in detail.facts.items()},
        licence=detail.licence or detail.listing.licence or "unknown",
        source=detail.page or detail.listing.id,
        files=files,
        tasks_are_certain=detail.tasks_are_certain,
    )
    entry = _entry(info, detail, variant, fetched)
    _library.library().shelf.save(entry, caller.visitor)
    return info


def _title(detail: Detail, caller: Caller) -> str:
    """Versions of one model have one title, whatever the visitor has renamed it to."""
    mine = _library.library().shelf.of_origin(detail.listing.source, detail.listing.id, caller.visitor)
    return mine[0].info.title if mine else _library.free_title(detail.listing.title, caller)


def _entry_id(detail: Detail, variant: Variant, caller: Caller) -> str:
    words = f"{detail.listing.source}\n{detail.listing.id}\n{detail.commit}\n{variant.id}\n{caller.visitor}"
    return hashlib.sha256(words.encode()).hexdigest()[:12]


def _entry(info: ModelInfo, detail: Detail, variant: Variant, fetched: tuple[Fetched, ...]) -> Entry:
    """A new version of a model that is there already doesn't replace the one in use."""
    origin = Origin(detail.listing.source, detail.listing.id, variant.id, detail.commit, detail.page)
    family = hashlib.sha256(f"{detail.listing.source}\n{detail.listing.id}".encode()).hexdigest()[:12]
    when = time.strftime("%d %b %Y")
    version = f"{variant.title}, {detail.commit[:7]}, {when}" if detail.commit else f"{variant.title}, {when}"
    size_bytes = sum(file.size_bytes for file in fetched)
    return Entry(info, family, version, in_use=False, origin=origin, files=fetched, size_bytes=size_bytes)


def _refuse_unsafe(detail: Detail) -> None:
    if detail.verdict == "unsafe":
        raise UnsafeModel(
            "This model isn't fetched.",
            detail.verdict_words or "The scanner of its source calls it unsafe.",
            "Choose another model.",
        )


def _check_complete(variant: Variant, fetched: tuple[Fetched, ...]) -> None:
    """What the process with the network says it fetched is what was asked for, and lies where it belongs."""
    if [file.path for file in fetched] != [file.path for file in variant.files]:
        raise NotFetched("Not everything arrived.", "Files of this model are missing.", "Start the download once more.")
    for file, asked in zip(fetched, variant.files, strict=True):
        if asked.sha256 and file.sha256 != asked.sha256:
            raise ModelError(
                "A file arrived damaged.",
                f"{file.path} isn't what its source announced (its SHA-256 differs).",
                "Start the download once more. If it happens again, don't use this model.",
            )
