"""Each word of a text left out in turn: where the score falls is what it rests on."""

from __future__ import annotations

import re
from collections.abc import Callable

from core.results import Influence
from core.types import Say

MOST_PARTS = 60
_WORD = re.compile(r"\S+")
_SMALL = 0.02
"""Below this difference a text's words hardly matter, and their weights are not blown up to look large."""


def leave_out(text: str, base: float, score: Callable[[str], float], say: Say) -> tuple[tuple[Influence, ...], int]:
    """How much each part of a text speaks for (above 0) or against its answer, and how many looks it took.

    A part is a word, or several in a row when there are more than 60. Weights are differences of the score over the
    largest of them, Li et al. 2016, arXiv 1612.08220.
    """
    parts = _parts(text)
    falls = []
    for place, (start, end) in enumerate(parts):
        say(place / len(parts), f"Look {place + 1} of {len(parts)}")
        rest = f"{text[:start].rstrip()} {text[end:].lstrip()}".strip()
        falls.append(base - score(rest) if rest else base)
    largest = max([abs(fall) for fall in falls] + [_SMALL])
    weighed = zip(parts, falls, strict=True)
    return tuple(Influence(start, end, fall / largest) for (start, end), fall in weighed), len(parts)


def _parts(text: str) -> list[tuple[int, int]]:
    words = [found.span() for found in _WORD.finditer(text)]
    many = -(-len(words) // MOST_PARTS) or 1
    return [(some[0][0], some[-1][1]) for some in (words[at : at + many] for at in range(0, len(words), many))]
