"""Finds entries of the catalogue by the words of a person who knows no technical ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from core.hub._entries import Entry, catalogue

_ENDING = re.compile(r"(ations?|ators?|ating|ates?|ers?|ing|ed|es|e|s)$")
_SHORTEST = 3


def finding(words: str, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Those that most of the words fit, the best first; without words all of them."""
    wanted = [stem for stem in dict.fromkeys(stems(words)) if stem not in _filling()]
    if not wanted:
        return tuple(entries)
    scores = {entry.id: _scores(entry.id, wanted) for entry in entries}
    rare = [1 / (1 + sum(scores[id_][place] > 0 for id_ in scores)) for place in range(len(wanted))]
    found = [entry for entry in entries if 2 * sum(score > 0 for score in scores[entry.id]) >= len(wanted)]

    def rank(entry: Entry) -> tuple[int, float]:
        known = scores[entry.id]
        return -sum(score > 0 for score in known), -sum(a * b for a, b in zip(known, rare, strict=True))

    return tuple(sorted(found, key=rank))


def stems(text: str) -> list[str]:
    """Words in small letters without their endings.

    >>> stems("Translating letters")
    ['transl', 'lett']
    """
    return [_stem(word) for word in re.findall(r"[^\W_]+", text.lower())]


@cache
def _filling() -> frozenset[str]:
    return frozenset(catalogue().filling.split())


def _stem(word: str) -> str:
    found = word if word in _filling() else _ENDING.sub("", word)
    return found if len(found) >= _SHORTEST else word


def _scores(id_: str, wanted: Sequence[str]) -> list[int]:
    """For each word how well the entry fits it; 0 for not at all."""
    return [max((weight for weight, own in _own(id_) if _has(own, stem)), default=0) for stem in wanted]


def _has(own: frozenset[str], stem: str) -> bool:
    return stem in own or (len(stem) > _SHORTEST and any(word.startswith(stem) for word in own))


@cache
def _own(id_: str) -> tuple[tuple[int, frozenset[str]], ...]:
    """The entry's words, with how much they say about it."""
    known = catalogue()
    entry = next(entry for entry in known.models if entry.id == id_)
    names = f"{entry.id} {entry.repo} {entry.repo.rpartition('/')[2]} {entry.base_model} {entry.task}"
    texts = ((4, f"{entry.title} {names}"), (3, entry.words), (2, known.words.get(entry.task, "")), (1, entry.summary))
    return tuple((weight, frozenset(stems(text))) for weight, text in texts)
