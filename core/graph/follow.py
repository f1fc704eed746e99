"""Which values stand for a box: what a step gives, what leaves a group; and the main blocks from input to answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from core.graph.atlas import Atlas
from core.graph.operators import lookup
from core.graph.scene import id_of
from core.graph.sketch import Step
from core.graph.tree import Group, groups_of, steps_of
from core.graph.words import words

MOST_BLOCKS = 7
_FEW_BLOCKS = 4
_BESIDE = 4
_LEARNED = ("conv", "linear", "attention", "recurrent", "table")
_IN_A_BODY = (
    "This lies inside a loop, a choice or a function, and what happens in there can't be shown. Choose the box around "
    "it to see what comes out of it."
)
_NO_BOX = "There is no such box in this picture."
_GIVES_NOTHING = "Nothing leaves this box."
Child = Group | int


@dataclass(frozen=True)
class Stands:
    """The values a box stands for."""

    title: str
    names: tuple[str, ...]
    """The main one first: it has learned steps behind it, which masks and sizes have not, and the longest way."""
    why: str = ""
    """A sentence when there are none."""


@dataclass(frozen=True)
class Trails:
    """An atlas, asked for values instead of boxes."""

    atlas: Atlas

    def of(self, box: str) -> Stands:
        """The values that this box, of any kind, stands for."""
        if box in self._pills:
            return Stands(words(self._pills[box], self.atlas.drawn).title, (self._pills[box],))
        thing = self._things.get(box)
        if thing is None:
            return Stands("", (), _NO_BOX)
        title, names = words(thing, self.atlas.drawn).title, self._names(thing)
        if names:
            return Stands(title, names)
        inner = all(self.atlas.drawn.steps[step].scope for step in steps_of(thing))
        return Stands(title, (), _IN_A_BODY if inner else _GIVES_NOTHING)

    def beside(self, box: str) -> tuple[str, ...]:
        """The values of the boxes in the same group, which are likely to be looked at next; the main ones first."""
        path = self.atlas.stage.path(box)
        children = self.atlas.stage.groups[path[-1]].children if path else []
        names = [self._names(child) for child in children]
        first, others = [some[:1] for some in names], [some[1:_BESIDE] for some in names]
        return tuple(dict.fromkeys(name for some in (*first, *others) for name in some))

    @cached_property
    def main_blocks(self) -> tuple[str, ...]:
        """Ids of four to seven boxes in the order of work, spread evenly over the longest way through the model."""
        children: list[Child] = list(self.atlas.root.children)
        way = self._way(children)
        for _ in range(6):
            large = max((one for one in way if isinstance(one, Group)), key=lambda one: one.size, default=None)
            if len(way) >= _FEW_BLOCKS or large is None:
                break
            place = next(number for number, child in enumerate(children) if child is large)
            children[place : place + 1] = large.children
            way = self._way(children)
        return tuple(id_of(child) for child in _spread(way))

    def _way(self, children: Sequence[Child]) -> list[Child]:
        """The longest way through these, by the number of steps in them. Groups alone where there are enough."""
        owner = {step: place for place, child in enumerate(children) for step in steps_of(child)}
        before: list[set[int]] = [set() for _ in children]
        for start, end in self.atlas.drawn.edges:
            if start in owner and end in owner and owner[start] < owner[end]:
                before[owner[end]].add(owner[start])
        length = [0] * len(children)
        for place, child in enumerate(children):
            length[place] = _size(child) + max((length[one] for one in before[place]), default=0)
        place = max(range(len(children)), key=lambda one: length[one], default=-1)
        found: list[Child] = []
        while place >= 0:
            found.append(children[place])
            place = max(before[place], key=lambda one: length[one], default=-1)
        able = [child for child in reversed(found) if self._names(child)]
        learned = [child for child in able if any(self._learned[step] for step in steps_of(child))]
        groups: list[Child] = [child for child in learned if isinstance(child, Group)]
        return next((some for some in (groups, learned) if len(some) >= _FEW_BLOCKS), able)

    def _names(self, thing: Child) -> tuple[str, ...]:
        """Of values in the main graph: others can't be had from outside."""
        inside = set(steps_of(thing))
        maker = {name: step for step in inside for name in self._made(step)}
        alone = not isinstance(thing, Group)
        leaving = [name for name in maker if alone or self._is_read_outside(name, inside)]
        depth, learned = self._depth, self._learned
        return tuple(
            sorted(leaving, key=lambda name: (not learned[maker[name]], -depth[maker[name]], maker[name], name))
        )

    def _made(self, step: int) -> tuple[str, ...]:
        known = self.atlas.drawn.steps[step]
        return () if known.scope else tuple(name for name in known.outputs if name)

    def _is_read_outside(self, name: str, inside: set[int]) -> bool:
        return name in self.atlas.drawn.makers or any(step not in inside for step in self._readers.get(name, ()))

    @cached_property
    def _readers(self) -> dict[str, list[int]]:
        """Bodies too read values of the main graph by their names."""
        found: dict[str, list[int]] = {}
        for number, step in enumerate(self.atlas.drawn.steps):
            for name in step.inputs:
                found.setdefault(name, []).append(number)
        return found

    @cached_property
    def _depth(self) -> list[int]:
        """Of each step: how many come before it on the longest way to it."""
        depth = [0] * len(self.atlas.drawn.steps)
        for step in self.atlas.plan.order:
            for end in self.atlas.plan.after[step]:
                depth[end] = max(depth[end], depth[step] + 1)
        return depth

    @cached_property
    def _learned(self) -> list[bool]:
        """Of each step: whether it, or one before it, weighs things with learned numbers."""
        steps = self.atlas.drawn.steps
        found = [_weighs(step) for step in steps]
        for step in self.atlas.plan.order:
            for end in self.atlas.plan.after[step]:
                found[end] = found[end] or found[step]
        return found

    @cached_property
    def _things(self) -> dict[str, Child]:
        return {id_of(child): child for group in groups_of(self.atlas.root) for child in group.children}

    @cached_property
    def _pills(self) -> dict[str, str]:
        """Names of the model's inputs and outputs by the ids of their boxes."""
        drawn = self.atlas.drawn
        pills = {f"i{place}": name for place, name in enumerate(drawn.readers)}
        return pills | {f"o{place}": name for place, name in enumerate(drawn.makers)}


def _weighs(step: Step) -> bool:
    if step.operator == "Gather":  # a table of words
        return step.inputs[0] in step.weights
    return lookup(step.operator, step.domain).family in _LEARNED


def _size(child: Child) -> int:
    if isinstance(child, Group):
        return 0 if child.kind == "bookkeeping" else child.size
    return 1


def _spread(way: Sequence[Child]) -> list[Child]:
    """At most seven, the first and the last among them."""
    if len(way) <= MOST_BLOCKS:
        return list(way)
    step = (len(way) - 1) / (MOST_BLOCKS - 1)
    return [way[round(number * step)] for number in range(MOST_BLOCKS)]
