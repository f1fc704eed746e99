"""Texts as pieces, in windows where they are too long; what is fed for them, and what the graph says about each.

Nothing here may use a name from outside these functions but `np`, `Any`, `Mapping`, `Sequence`, `Graph`, `Say` and
each other: they are copied into scripts as they stand. `how` is what `core.tasks._tokens.how` gives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.types import Graph, Say


def windows(
    tokenizer: Any, text: str, second: str | None, how: Mapping[str, Any], cut: str = "first"
) -> tuple[list[Any], int]:
    """The pieces of a text or of a pair of texts in parts the model can read, and how many pieces lie between them.

    What doesn't fit goes into further parts, which overlap by `how["stride"]` pieces. Of a pair only one is `cut`, the
    `first` or the `second`; the other is whole in each part. Without room for at least two pieces there is no part.
    """
    tokenizer.no_truncation()
    whole = (second if cut == "first" else text) if second is not None else ""
    marks = tokenizer.num_special_tokens_to_add(second is not None)
    room = how["max_tokens"] - marks - len(tokenizer.encode(whole, add_special_tokens=False).ids)
    if room < 2:
        return [], 0
    stride = min(how["stride"], room // 2)
    sides = {"first": "only_first", "second": "only_second"}
    tokenizer.enable_truncation(
        how["max_tokens"], stride=stride, strategy=sides[cut if second is not None else "first"]
    )
    pieces = tokenizer.encode(text, second)
    tokenizer.no_truncation()
    return [pieces, *pieces.overflowing], room - stride


def fed(pieces: Sequence[Any], how: Mapping[str, Any], pad_id: int = 0) -> dict[str, np.ndarray]:
    """What the graph takes for these texts, integers (texts, longest); padded only as far as needed."""
    length = how["length"] or max(1, *(len(one.ids) for one in pieces))
    ids = np.full((len(pieces), length), pad_id, np.int64)
    mask, segments = np.zeros_like(ids), np.zeros_like(ids)
    for row, one in enumerate(pieces):
        ids[row, : len(one.ids)] = one.ids
        mask[row, : len(one.ids)] = 1
        segments[row, : len(one.ids)] = one.type_ids
    positions = np.where(mask == 1, np.cumsum(mask, axis=1) - 1, 1)
    values = {"input_ids": ids, "attention_mask": mask, "token_type_ids": segments, "position_ids": positions}
    roles = how.get("roles", {})
    named = {name: (roles.get(name, name), dtype) for name, dtype in how["inputs"].items()}
    return {name: values[role].astype(dtype) for name, (role, dtype) in named.items() if role in values}


def pad_of(tokenizer: Any, how: Mapping[str, Any]) -> int:
    """The number of the piece that fills up what is too short; 0 when there is none."""
    numbers = (tokenizer.token_to_id(name) for name in how["pads"])
    return next((number for number in numbers if number is not None), 0)


def batches(pieces: Sequence[Any], how: Mapping[str, Any], most_pieces: int = 8192) -> list[list[int]]:
    """Which texts run together: those of like length, so that little is padded, and not too many pieces at once."""
    order = sorted(range(len(pieces)), key=lambda place: len(pieces[place].ids))
    found: list[list[int]] = []
    for place in order:
        length = how["length"] or len(pieces[place].ids)
        if found and len(found[-1]) < how["batch"] and (len(found[-1]) + 1) * length <= most_pieces:
            found[-1].append(place)
        else:
            found.append([place])
    return found


def ran(
    graph: Graph, pieces: Sequence[Any], how: Mapping[str, Any], pad_id: int = 0, say: Say | None = None
) -> list[list[np.ndarray]]:
    """The outputs `how["outputs"]` for each part, without the axis of the batch. Parts of like length run together."""
    found: dict[int, list[np.ndarray]] = {}
    for some in batches(pieces, how):
        if say and len(pieces) > 1:
            say(len(found) / len(pieces), f"{len(found)} of {len(pieces)} parts read")
        values = graph(fed([pieces[place] for place in some], how, pad_id))
        for row, place in enumerate(some):
            found[place] = [values[name][row] for name in how["outputs"]]
    return [found[place] for place in range(len(pieces))]
