"""The picture of a model's graph while some of its groups are open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.inside._atlas import atlas_of
from core.inside._desk import Desk
from core.inside._model import info_of
from core.scenes import Scene


@dataclass(frozen=True)
class Drawn:
    scene: Scene
    opened: tuple[str, ...]
    """Ids of the groups that are open in it."""
    steps: int
    """In all, those inside closed groups included."""
    left_out: int
    """Steps that only prepare weights and aren't drawn."""


RESULT = Drawn


def do(request: dict[str, Any], desk: Desk) -> Drawn:
    """`request`: the model (see `_model.info_of`), "part": a role, "opened": ids, or None for a first look."""
    info_of(request, desk)
    found = atlas_of(request["part"], desk)
    opened = found.first if request["opened"] is None else frozenset(map(str, request["opened"]))
    opened = (opened & set(found.stage.groups)) | {found.root.id}
    return Drawn(found.stage.draw(opened), tuple(sorted(opened)), len(found.drawn.steps), found.drawn.left_out)
