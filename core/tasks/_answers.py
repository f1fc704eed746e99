"""From scores of where an answer starts and ends to places in a text.

Nothing here may use a name from outside these functions but `np`, `Any`, `Sequence` and each other: they are copied
into scripts as they stand.
Source of the rules: BERT's SQuAD evaluation, and the question answering of transformers 4.57.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def candidates(
    part: Any, start: np.ndarray, end: np.ndarray, most_pieces: int, count: int = 12
) -> tuple[list[tuple[float, int, int]], float]:
    """The `count` likeliest (score, first piece, last piece) inside the text, and how likely there is no answer.

    `start`, `end`: (pieces,). Shares are taken over the text and the first mark, which stands for "no answer".
    """
    size = len(part.ids)
    inside = np.array([sequence == 1 for sequence in part.sequence_ids])
    allowed = inside.copy()
    allowed[0] = part.sequence_ids[0] is None
    shares = []
    for logits in (start[:size], end[:size]):
        kept = np.where(allowed, logits, -np.inf)
        shares.append(np.exp(kept - kept.max()) / np.exp(kept - kept.max()).sum())
    nothing = float(shares[0][0] * shares[1][0])
    shares[0][0] = shares[1][0] = 0.0
    pairs = np.tril(np.triu(np.outer(*shares)), most_pieces - 1)
    best = np.argsort(-pairs, axis=None, kind="stable")[:count]
    places = [(int(place) // size, int(place) % size) for place in best]
    return [(float(pairs[one]), *one) for one in places if inside[one[0]] and inside[one[1]]], nothing


def merged(text: str, part: Any, places: Sequence[tuple[float, int, int]]) -> list[dict[str, Any]]:
    """Whole words with their scores; places that say the same words count together."""
    found: dict[str, dict[str, Any]] = {}
    for score, first, last in places:
        start, end = whole_words(text, part, first, last)
        if start < end:
            one = found.setdefault(text[start:end].lower(), {"start": start, "end": end, "score": 0.0})
            one["score"] += score
    return list(found.values())


def whole_words(text: str, part: Any, first: int, last: int) -> tuple[int, int]:
    """The characters from the first piece to the last, widened to the words they belong to, without blanks around."""
    own = [place for place, sequence in enumerate(part.sequence_ids) if sequence == 1]
    words = part.word_ids
    start, end = part.offsets[first][0], part.offsets[last][1]
    if len({words[place] for place in own}) > 1:
        start = min([start, *(part.offsets[place][0] for place in own if words[place] == words[first])])
        end = max([end, *(part.offsets[place][1] for place in own if words[place] == words[last])])
    else:  # the tokenizer knows no words: they end at blanks
        while start > 0 and not text[start - 1].isspace() and not text[start].isspace():
            start -= 1
        while 0 < end < len(text) and not text[end].isspace() and not text[end - 1].isspace():
            end += 1
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


FUNCTIONS = (candidates, merged, whole_words)
