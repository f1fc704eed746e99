"""Which other preparations of a picture come into question: colours, scale and placement the evidence leaves open."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.types import Fact

_COLOURS = {"RGB": "red first", "BGR": "blue first"}
_SCALES = {
    "0 to 255": ([0.0] * 3, [1.0] * 3),
    "0 to 1": ([0.0] * 3, [255.0] * 3),
    "-1 to 1": ([127.5] * 3, [127.5] * 3),
    "as ImageNet": ([123.675, 116.28, 103.53], [58.395, 57.12, 57.375]),
}
_SAME = 0.02
"""Two scales that differ by less, as a share of what they make of black and white, are one."""


@dataclass(frozen=True)
class Candidate:
    facts: dict[str, Any]
    """Values that differ from, or are the same as, what is assumed now; by name."""
    words: str
    is_current: bool
    usual: int
    """In how many of the open questions it goes by the habit of such models."""


def candidates(preparation: Mapping[str, Fact], habits: Mapping[str, Fact], open_all: bool) -> tuple[Candidate, ...]:
    """Every combination of what is open, the one in use first; it alone when nothing is open.

    `habits`: what the task assumes when nothing at all is known. `open_all`: what is certain comes into question too.
    """
    values = {name: fact.value for name, fact in preparation.items()}
    usual = {name: fact.value for name, fact in habits.items()}
    groups = [
        _moved_first(choices(values), values)
        for names, choices in ((("colour",), _colours), (("mean", "std"), _scales), (("resize",), _placements))
        if set(names) <= set(preparation) and (open_all or not all(preparation[name].certain for name in names))
    ]
    made = []
    for chosen in itertools.product(*(group for group in groups if group)):
        facts = {name: value for facts, _ in chosen for name, value in facts.items()}
        is_current = all(values.get(name) == value for name, value in facts.items())
        habit = sum(all(usual.get(name) == value for name, value in facts.items()) for facts, _ in chosen)
        made.append(Candidate(facts, ", ".join(words for _, words in chosen), is_current, habit))
    return tuple(made)


Choice = tuple[dict[str, Any], str]


def _moved_first(choices: list[Choice], values: Mapping[str, Any]) -> list[Choice]:
    """With what is in use in front."""
    return sorted(choices, key=lambda choice: any(values.get(name) != value for name, value in choice[0].items()))


def _colours(values: Mapping[str, Any]) -> list[Choice]:
    if values["colour"] not in _COLOURS:  # grey has no order
        return []
    return [({"colour": colour}, words) for colour, words in _COLOURS.items()]


def _scales(values: Mapping[str, Any]) -> list[Choice]:
    """Three colours, fed as fractions; whole numbers are fed as they are."""
    mean, std = values["mean"], values["std"]
    if not str(values.get("dtype", "float32")).startswith("float") or len(mean) not in (1, 3):
        return []
    others = {words: tuple(side[: len(mean)] for side in scale) for words, scale in _SCALES.items()}
    if len(mean) == 1:
        others.pop("as ImageNet")
    mine = next((words for words, scale in others.items() if _alike(scale, (mean, std))), "")
    words = mine or f"(value - {mean[0]:g}) / {std[0]:g}"
    rest = [({"mean": m, "std": s}, other) for other, (m, s) in others.items() if other != mine]
    return [({"mean": mean, "std": std}, words), *rest]


def _alike(one: tuple[list[float], ...], other: tuple[list[float], ...]) -> bool:
    """Whether black and white come out as nearly the same numbers."""
    ends = [[[(level - m) / s for m, s in zip(*scale, strict=True)] for level in (0, 255)] for scale in (one, other)]
    reach = max(abs(black - white) for black, white in zip(*ends[0], strict=True))
    pairs = zip(itertools.chain(*ends[0]), itertools.chain(*ends[1]), strict=True)
    return all(abs(mine - theirs) <= _SAME * reach for mine, theirs in pairs)


def _placements(values: Mapping[str, Any]) -> list[Choice]:
    """The middle is cut out of what most classifiers cut it from, 256 / 224 of its size, or of what it is cut from now.

    Models with sizes of their own (`shortest`, `near`, `own`) keep what they do as one more choice.
    """
    now, usual_px = values["resize"], round(max(values["width_px"], values["height_px"]) * 256 / 224)
    choices: list[Choice] = [
        ({"resize": "stretch"}, "whole picture stretched"),
        ({"resize": "crop", "resize_px": usual_px}, "middle cut out"),
        ({"resize": "fit"}, "whole picture in a grey frame"),
    ]
    if now == "crop" and values["resize_px"] != usual_px:
        facts = {"resize": now, "resize_px": values["resize_px"]}
        choices.append((facts, f"middle cut out of {values['resize_px']} pixels"))
    if now not in ("stretch", "crop", "fit"):
        choices.append(({"resize": now}, "placed as now"))
    return choices
