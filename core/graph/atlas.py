"""Everything known about one graph, worked out once and kept: its steps, their tree, and a stage to draw it on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from core.graph.grouping import grouped
from core.graph.scene import Stage
from core.graph.sketch import Sketch, sketch
from core.graph.tree import Group, Plan
from core.graph.view import first_view
from core.graph.words import words

if TYPE_CHECKING:
    from onnx import ModelProto


@dataclass(frozen=True)
class Atlas:
    model: ModelProto
    """As it was read; weights in other files aren't part of it."""
    drawn: Sketch
    root: Group
    plan: Plan

    @cached_property
    def stage(self) -> Stage:
        pills = {f"i{n}": name for n, name in enumerate(self.drawn.readers)}
        pills |= {f"o{n}": name for n, name in enumerate(self.drawn.makers)}
        return Stage(
            self.root,
            self.plan,
            lambda thing: words(pills.get(thing, thing) if isinstance(thing, str) else thing, self.drawn),
        )

    @cached_property
    def first(self) -> frozenset[str]:
        """Ids of the groups that are open at first."""
        return first_view(self.root)


def atlas(model: ModelProto) -> Atlas:
    """Raises TooLarge for a graph beyond what can be drawn."""
    drawn = sketch(model)
    root, plan = grouped(drawn)
    return Atlas(model, drawn, root, plan)
