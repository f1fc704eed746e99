"""Look closer: everything to know about one model before it is fetched, and whether it fits this computer."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from core import fit, licences, registry, settings
from core.actions import _hub, _library
from core.caller import Caller
from core.listings import Detail, Variant
from core.store.entries import Entry


@dataclass(frozen=True)
class Request:
    source: str
    id: str
    again: bool = False
    """Ask the source even if it was asked a moment ago."""


@dataclass(frozen=True)
class Choice:
    """One variant, seen from this computer."""

    variant: Variant
    memory: fit.Fit
    missing_bytes: int
    """What has still to be fetched."""
    mine: str
    """Id of the entry of the library it already is, at this very version; empty when it isn't."""
    in_use: bool
    """It is the version in use there."""


@dataclass(frozen=True)
class LookedUp:
    detail: Detail
    licence: licences.Licence
    choices: tuple[Choice, ...]
    recommended: str
    """Id of a variant."""
    why: str
    """In one sentence."""
    disk_free_bytes: int
    needs_token: bool
    tasks: tuple[str, ...]
    """Titles of our tasks that it can be used for, as far as is known before it is opened."""


def do(request: Request, caller: Caller) -> LookedUp:
    """Raises NotFetched or ModelNotFound in words."""
    detail = _hub.detail(request.source, request.id, caller, again=request.again)
    choices = tuple(_choice(detail, variant, caller) for variant in detail.variants)
    recommended, why = _recommended(detail, choices)
    return LookedUp(
        detail,
        licences.licence(detail.licence or detail.listing.licence),
        choices,
        recommended,
        why,
        shutil.disk_usage(settings.data_folder()).free - settings.DISK_LEFT_BYTES,
        detail.listing.gated and not _hub.token(caller),
        _tasks(detail),
    )


def _choice(detail: Detail, variant: Variant, caller: Caller) -> Choice:
    mine = [
        entry
        for entry in _library.library().shelf.of_origin(detail.listing.source, detail.listing.id, caller.visitor)
        if entry.origin.variant == variant.id
    ]
    same = next((entry for entry in mine if entry.origin.commit == detail.commit), None)
    measured = next((entry.memory_bytes for entry in mine if entry.memory_bytes), None)
    memory = fit.of_variant(variant, detail.listing.task, measured)
    return Choice(variant, memory, _hub.place(detail, variant, caller).missing_bytes, *_as_mine(same))


def _as_mine(entry: Entry | None) -> tuple[str, bool]:
    return (entry.info.id, entry.in_use) if entry else ("", False)


def _tasks(detail: Detail) -> tuple[str, ...]:
    known = registry.load(_library.TASKS)
    return tuple(known[id_].TITLE for id_ in detail.tasks if id_ in known and id_ != "tensors")


def _recommended(detail: Detail, choices: tuple[Choice, ...]) -> tuple[str, str]:
    fits = {choice.variant.id: choice.memory for choice in choices}
    if detail.recommended and fits[detail.recommended].level != "too large":
        return detail.recommended, "Our catalogue recommends it."
    return fit.recommend(detail.variants, detail.listing.task, fits)
