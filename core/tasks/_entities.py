"""From scores of pieces to names in a text: parts put together, pieces to words, words to names.

Nothing here may use a name from outside these functions but `np`, `Any`, `Sequence` and each other: they are copied
into scripts as they stand.
Source of the rules: the token classification of transformers, https://huggingface.co/docs/transformers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def joined(parts: Sequence[Any], step: int, rows: Sequence[np.ndarray]) -> list[dict[str, Any]]:
    """The pieces of the whole text in order, each with its characters, its word and its shares (C,).

    A piece that stands in several parts counts in the one where it stands furthest from the edge.
    """
    best: dict[int, tuple[int, dict[str, Any]]] = {}
    for number, (part, logits) in enumerate(zip(parts, rows, strict=True)):
        own = [place for place, special in enumerate(part.special_tokens_mask) if not special]
        for order, place in enumerate(own):
            from_edge = min(order, len(own) - 1 - order)
            shares = np.exp(logits[place] - logits[place].max())
            piece = {
                "start": part.offsets[place][0],
                "end": part.offsets[place][1],
                "word": part.word_ids[place],
                "shares": shares / shares.sum(),
            }
            whole = number * step + order
            if whole not in best or from_edge > best[whole][0]:
                best[whole] = (from_edge, piece)
    return [best[whole][1] for whole in sorted(best)]


def by_piece(pieces: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each piece with its most likely class."""
    places = [int(piece["shares"].argmax()) for piece in pieces]
    return [
        {"start": piece["start"], "end": piece["end"], "place": place, "score": float(piece["shares"][place])}
        for piece, place in zip(pieces, places, strict=True)
    ]


def by_word(text: str, pieces: Sequence[dict[str, Any]], merging: str) -> list[dict[str, Any]]:
    """Each word with one class: that of its `first` piece, of the `average` over its pieces, or of its surest (`max`).

    What a word is says the tokenizer; where that knows no words, they end at blanks.
    """
    knows = len({piece["word"] for piece in pieces}) > 1 or not any(letter.isspace() for letter in text.strip())
    words: list[list[dict[str, Any]]] = []
    for piece in pieces:
        start = piece["start"]
        goes_on = words and (
            piece["word"] == words[-1][0]["word"]
            if knows
            else not any(letter.isspace() for letter in text[max(start - 1, 0) : start + 1])
        )
        if goes_on:
            words[-1].append(piece)
        else:
            words.append([piece])
    found = []
    for word in words:
        shares = word[0]["shares"]
        if merging == "average":
            shares = np.mean([piece["shares"] for piece in word], axis=0)
        elif merging == "max":
            shares = max((piece["shares"] for piece in word), key=lambda one: one.max())
        place = int(shares.argmax())
        found.append({"start": word[0]["start"], "end": word[-1]["end"], "place": place, "score": float(shares[place])})
    return found


def grouped(tagged: Sequence[dict[str, Any]], names: Sequence[str]) -> list[dict[str, Any]]:
    """Neighbours of one kind put together; `B-` and `S-` begin a new one. The score is the mean."""
    groups: list[list[dict[str, Any]]] = []
    for one in tagged:
        mark, kind = tag(names[one["place"]])
        last = tag(names[groups[-1][-1]["place"]])[1] if groups else None
        if groups and kind == last and mark not in ("B", "S"):
            groups[-1].append(one)
        else:
            groups.append([one])
    return [
        {**group[0], "end": group[-1]["end"], "score": float(np.mean([one["score"] for one in group]))}
        for group in groups
    ]


def tag(name: str) -> tuple[str, str]:
    """`B-PER` as `B` and `PER`; a name without such a mark goes on where its like stands before it."""
    marked = len(name) > 2 and name[1] == "-" and name[0] in "BIES"
    return (name[0], name[2:]) if marked else ("I", name)


def placed(text: str, found: Sequence[dict[str, Any]], names: Sequence[str], merging: str) -> list[dict[str, Any]]:
    """In the order of the text, without blanks at the ends; of two that share characters the surer one is kept."""
    spans: list[dict[str, Any]] = []
    for one in found:
        start, end = one["start"], one["end"]
        while start < end and text[start].isspace():
            start += 1
        while start < end and text[end - 1].isspace():
            end -= 1
        if start == end:
            continue
        label = names[one["place"]] if merging == "none" else tag(names[one["place"]])[1]
        span = {"start": start, "end": end, "label": label, "score": one["score"]}
        if not spans or start >= spans[-1]["end"]:
            spans.append(span)
        elif one["score"] > spans[-1]["score"]:
            spans[-1] = span
    return spans


FUNCTIONS = (joined, by_piece, by_word, grouped, tag, placed)
