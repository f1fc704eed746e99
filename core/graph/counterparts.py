"""Two trees side by side: which box of one belongs to which of the other, and what is marked how."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from core.graph.atlas import Atlas
from core.graph.difference import note
from core.graph.likeness import NOTHING
from core.graph.match import Pair
from core.graph.scene import id_of
from core.graph.tree import Group, steps_of
from core.graph.units import Unit
from core.scenes import Mark, Partner, Side

_LEAST_SHARED = 0.3
"""Of all steps in two groups, how many have to be in both for one to be the other's partner."""
_WORDS: dict[Mark, str] = {"changed": "changed", "added": "only here", "removed": "only here"}


class Counterparts:
    """Of one graph in another one. `pairs` by place in this one's units first."""

    def __init__(
        self,
        mine: Atlas,
        other: Atlas,
        units: tuple[Sequence[Unit], Sequence[Unit]],
        pairs: Sequence[Pair],
        *,
        turned: bool,
    ) -> None:
        """`turned`: this is the second graph of the pairs."""
        self._mine, self._other, self._turned = mine, other, turned
        self._units = units
        self._pairs: dict[int, Pair] = {}
        self._partner: dict[int, int] = {}
        self._folded = {step for unit in units[turned] for step in unit.folded}
        self._main = [_main_steps(mine, units[turned]), _main_steps(other, units[not turned])]
        for pair in pairs:
            place, away = (pair.second, pair.first) if turned else (pair.first, pair.second)
            if place == NOTHING:
                continue
            unit = units[turned][place]
            for step in (unit.step, *unit.folded):
                self._pairs[step] = pair
                if away != NOTHING:
                    self._partner[step] = units[not turned][away].step
        self._known: dict[str, Partner | None] = {}

    def side(self, opened: frozenset[str]) -> Side:
        """The picture with these groups open."""
        mine = self._mine
        opened = (opened & set(mine.stage.groups)) | {mine.root.id}
        scene = mine.stage.draw(opened)
        things = [(box.id, thing) for box in scene.boxes if (thing := self._thing(box.id)) is not None]
        marks = {id_: self._mark(thing) for id_, thing in things}
        partners = {box.id: found for box in scene.boxes if (found := self.partner(box.id)) is not None}
        notes = {id_: self._note(thing) for id_, thing in things if marks[id_] != "same"}
        return Side(scene, tuple(sorted(opened)), len(mine.drawn.steps), marks, partners, notes)

    @property
    def first_look(self) -> frozenset[str]:
        return self._mine.first

    def opened_alike(self, opened: Iterable[str]) -> frozenset[str] | None:
        """The groups of the other picture that these belong to; None where most have no partner there."""
        ids = [id_ for id_ in opened if id_ in self._mine.stage.groups]
        found = [partner for id_ in ids if (partner := self.partner(id_)) is not None]
        if 2 * len(found) < len(ids):
            return None
        return frozenset(id_ for one in found for id_ in (*one.path, one.id) if id_ in self._other.stage.groups)

    def partner(self, id_: str) -> Partner | None:
        if id_ not in self._known:
            self._known[id_] = self._found(id_)
        return self._known[id_]

    def _found(self, id_: str) -> Partner | None:
        other, thing = self._other, self._thing(id_)
        if id_ == self._mine.root.id:
            return Partner(other.root.id, ())
        if thing is None:  # an input or output: by its place
            ports = other.drawn.readers if id_[:1] == "i" else other.drawn.makers
            return Partner(id_, (other.root.id,)) if int(id_[1:]) < len(ports) else None
        if isinstance(thing, Group) and self._main[0][id_] == 1:
            thing = next(step for step in steps_of(thing) if step not in self._folded)
        if isinstance(thing, Group):
            away = self._like(thing)
        else:
            away = self._box_of(self._partner[thing]) if thing in self._partner else None
        return None if away is None else Partner(away, other.stage.path(away))

    def _box_of(self, step: int) -> str:
        """Of a step in the other tree: with what changes its number format, where that is in a box with it."""
        around = self._other.stage.path(id_of(step))[-1]
        return around if self._main[1][around] == 1 else id_of(step)

    def _like(self, group: Group) -> str | None:
        """The group of the other tree that shares most with this one, of all that either holds."""
        shared: Counter[str] = Counter()
        for step in steps_of(group):
            if step in self._partner and step not in self._folded:
                shared.update(self._other.stage.path(id_of(self._partner[step])))
        mine, theirs = self._main
        score = {
            id_: many / (mine[group.id] + theirs[id_] - many)
            for id_, many in shared.items()
            if id_ != self._other.root.id
        }
        best = max(score, key=lambda id_: score[id_], default=None)
        return best if best is not None and score[best] >= _LEAST_SHARED else None

    def _thing(self, id_: str) -> Group | int | None:
        return self._mine.stage.groups.get(id_) or (int(id_[1:]) if id_[:1] == "s" else None)

    def _kinds(self, thing: Group | int) -> Iterator[Mark]:
        return (self._pairs[step].kind for step in steps_of(thing) if step in self._pairs)

    def _mark(self, thing: Group | int) -> Mark:
        kinds = set(self._kinds(thing))
        return kinds.pop() if len(kinds) == 1 else "changed" if kinds else "same"

    def _note(self, thing: Group | int) -> str:
        if not isinstance(thing, Group):
            serves = thing in self._folded
            return "Only changes how numbers are written." if serves else note(self._pairs[thing], *self._units)
        counts = Counter(self._kinds(thing))
        said = [f"{counts[kind]:,} {words}" for kind, words in _WORDS.items() if counts[kind]]
        return f"{', '.join(said)}, of {thing.size:,} steps."


def _main_steps(atlas: Atlas, units: Sequence[Unit]) -> dict[str, int]:
    """How many steps each group has, without those that only change number formats."""
    found = dict.fromkeys(atlas.stage.groups, 0)
    for unit in units:
        for id_ in atlas.stage.path(id_of(unit.step)):
            found[id_] += 1
    return found
