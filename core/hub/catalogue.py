"""Our catalogue: some fifty models that people are looking for, in plain words. Searching it needs no network.

What it says about files is compared with what the hub says today: a file that moved is found again by its name, one
that is gone is left out, and one that isn't what we know is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from core.errors import ModelNotFound, NoSuchModel
from core.hub import huggingface
from core.hub._entries import Entry, catalogue, facts
from core.hub._finding import finding
from core.hub._today import title, today
from core.listings import Detail, Listing, ListingPage, Query, Variant

TITLE = "Our catalogue"
_SEEN = {
    "no": "The names of its files weren't seen; they follow from the habits of its maker.",
    "path": "Its files were seen where they lie, their sizes not all.",
    "path and size": "Its files and their sizes were seen where they lie.",
}
_SAYS_THE_SAME_OF_ALL = "onnxmodelzoo/"
"""Its cards say apache-2.0 whatever the authors said, so what was read at the authors' counts more."""


def search(query: Query, token: str) -> ListingPage:
    """Everything that matches, on one page, the best first."""
    del token
    entries = [entry for entry in catalogue().models if query.task in ("", entry.task)]
    return ListingPage(tuple(_listing(entry) for entry in finding(query.words, entries)))


def look_up(id_: str, token: str) -> Detail:
    """The entry as it lies on the hub today, all files from one commit.

    Raises ModelNotFound for another id, NoSuchModel when nothing we know is left of it, HubUnreachable and the like.
    """
    entry = _entry(id_)
    there = huggingface.look_up(entry.repo, token)
    tries = {way.numbers: today(entry, way, there) for way in entry.variants}
    found = {numbers: variant for numbers, variant in tries.items() if isinstance(variant, Variant)}
    lost = {numbers: why for numbers, why in tries.items() if isinstance(why, str)}
    if not found:
        raise _nothing_left(entry, lost)
    best = found.get(entry.recommended) or next(iter(found.values()))
    licence, whose = _licence(entry, there)
    return replace(
        there,
        listing=_line(entry, there, licence, best, lost),
        variants=tuple(found.values()),
        base_model=entry.base_model or there.base_model,
        licence=licence,
        licence_from=whose,
        tasks=entry.tasks or there.tasks,
        tasks_are_certain=bool(entry.tasks),
        facts=facts(entry),
        recommended=best.id,
    )


def _entry(id_: str) -> Entry:
    entry = next((entry for entry in catalogue().models if entry.id == id_.strip()), None)
    if entry is None:
        raise ModelNotFound(
            f"Our catalogue has no model “{id_[:80]}”.",
            "Its names are short, such as modnet; names with a / are those of the hub.",
            "Search for what the model should do.",
        )
    return entry


def _listing(entry: Entry) -> Listing:
    return Listing(
        source="catalogue",
        id=entry.id,
        title=entry.title,
        summary=entry.summary,
        task=entry.task,
        licence=entry.licence.name,
        size_bytes=entry.size_bytes(entry.best),
        note=" ".join(filter(None, (entry.notes, _how_sure(entry)))),
    )


def _line(entry: Entry, there: Detail, licence: str, best: Variant, lost: Mapping[str, str]) -> Listing:
    """Our line, with what the hub alone knows."""
    line, theirs = _listing(entry), there.listing
    return replace(
        line,
        licence=licence,
        size_bytes=best.size_bytes or line.size_bytes,
        downloads=theirs.downloads,
        likes=theirs.likes,
        gated=theirs.gated,
        changed_at=theirs.changed_at,
        note=" ".join([line.note, *(f"{title(numbers)} is left out: {why}." for numbers, why in lost.items())]),
    )


def _how_sure(entry: Entry) -> str:
    if entry.tried:
        return f"Fetched and tried by us on {entry.tried}."
    states = {entry.files[path].seen for path in entry.best.parts.values()}
    seen = next(words for state, words in _SEEN.items() if state in states)
    return f"Gathered from public pages, not run by us yet. {seen}"


def _licence(entry: Entry, there: Detail) -> tuple[str, str]:
    """The licence, and whose word that is: what its author says today counts more than what we read once."""
    ours, theirs = entry.licence, there.licence if there.licence.lower() not in ("other", "unknown") else ""
    by_rote = ours.checked and entry.repo.startswith(_SAYS_THE_SAME_OF_ALL)
    if theirs and not by_rote:
        return theirs, there.licence_from
    more = f"; {there.licence_from} says {theirs}" if theirs and theirs != ours.name else ""
    return ours.name, f"our catalogue ({ours.known_from}){more}"


def _nothing_left(entry: Entry, lost: Mapping[str, str]) -> NoSuchModel:
    return NoSuchModel(
        f"“{entry.title}” isn't what it was when we looked at it.",
        " ".join(f"{title(numbers)}: {why}." for numbers, why in lost.items()),
        f"Search the hub for {entry.repo} to take it as it is now, or choose another model.",
    )
