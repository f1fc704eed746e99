"""Boxes of a model's picture coloured by time, size or something else."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType
from typing import Any

import msgspec

from core import registry
from core.errors import InputError
from core.graph.colours import coloured
from core.graph.overlays._contract import Numbers, Times, Values
from core.inside._atlas import atlas_of
from core.inside._desk import Desk
from core.inside._facts import facts_of
from core.inside._model import info_of
from core.scenes import Coloured
from core.types import ModelInfo

RESULT = Coloured
SHELF = registry.load("core.graph.overlays")
"""At once: a worker whose doors are closed can import nothing more."""


def do(request: dict[str, Any], desk: Desk) -> Coloured:
    """`request`: the model (see `_model.info_of`), "part": a role, "overlay": its id, "boxes": ids, "times": where the
    time of a run went, or None.
    """
    info = info_of(request, desk)
    overlay, atlas = _overlay(request["overlay"]), atlas_of(request["part"], desk)
    numbers = _numbers(info, request["part"], desk)
    if request["times"] is not None:
        numbers = replace(numbers, times=msgspec.convert(request["times"], type=Times))
        return coloured(overlay, atlas, numbers, overlay.values(atlas, numbers), request["boxes"])
    known: dict[tuple[str, str], Values] = desk.kept.setdefault("colours", {})
    key = (request["part"], request["overlay"])
    if key not in known:
        known[key] = overlay.values(atlas, numbers)
    return coloured(overlay, atlas, numbers, known[key], request["boxes"])


def _overlay(name: str) -> ModuleType:
    if name not in SHELF:
        raise InputError(
            f"The picture can't be coloured by “{name[:60]}”.",
            "There are: " + ", ".join(SHELF) + ".",
            "Choose one of these.",
        )
    return SHELF[name]


def _numbers(info: ModelInfo, part: str, desk: Desk) -> Numbers:
    kept: dict[str, Numbers] = desk.kept.setdefault("numbers", {})
    if part not in kept:
        kept[part] = Numbers(facts_of(info, part, desk))
    return kept[part]
