"""By what steps of two graphs are told to be alike: what they do, and how they hang together with others."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

from core.graph.order import chained
from core.graph.units import Unit

NOTHING = -1


class Likeness:
    """One graph with what its steps are compared by. Equal numbers stand for equal things, in both graphs."""

    def __init__(self, units: Sequence[Unit], known: dict[Hashable, int]) -> None:
        self.units, self._known = units, known
        self.partner = [NOTHING] * len(units)
        self.does = [self.number(("does", unit.does)) for unit in units]
        self.shaped = [self.number((unit.does, unit.shapes)) for unit in units]
        self.labels = [self.number((unit.does, unit.shapes, unit.settings)) for unit in units]
        self.sources = [[source for _, source in unit.sources if source >= 0] for unit in units]
        self.readers: list[list[tuple[int, int]]] = [[] for _ in units]
        for place, unit in enumerate(units):
            for port, source in unit.sources:
                if source >= 0:
                    self.readers[source].append((port, place))
        edges = [(source, place) for place, sources in enumerate(self.sources) for source in sources]
        order = chained(len(units), edges)
        self.up, self.down = self._ups(order), self._downs(order)
        self.order = self._by_height(order, edges)

    def number(self, thing: Hashable) -> int:
        return self._known.setdefault(thing, len(self._known))

    def _ups(self, order: Sequence[int]) -> list[int]:
        """The same for steps with all the same before them."""
        up = [NOTHING] * len(self.units)
        for place in order:
            fed = sorted((port, up[one] if one >= 0 else one) for port, one in self.units[place].sources)
            up[place] = self.number(("up", self.labels[place], tuple(fed)))
        return up

    def _downs(self, order: Sequence[int]) -> list[int]:
        """The same for steps with all the same after them."""
        down = [NOTHING] * len(self.units)
        for place in reversed(order):
            read = sorted((port, down[one]) for port, one in self.readers[place])
            down[place] = self.number(("down", self.labels[place], tuple(read)))
        return down

    def near(self, radius: int) -> list[int]:
        """The same for steps that look the same as far as this many steps away."""
        colours = self.labels
        for _ in range(radius):
            colours = [
                self.number(
                    (
                        "near",
                        colours[place],
                        tuple(sorted((port, colours[one] if one >= 0 else one) for port, one in unit.sources)),
                        tuple(sorted((port, colours[one]) for port, one in self.readers[place])),
                    )
                )
                for place, unit in enumerate(self.units)
            ]
        return colours

    def _by_height(self, order: Sequence[int], edges: Iterable[tuple[int, int]]) -> list[int]:
        """An order of work that doesn't hang on how the file is sorted: the longest way first."""
        height = [0] * len(self.units)
        for place in reversed(order):
            height[place] = 1 + max((height[one] for _, one in self.readers[place]), default=0)
        ranked = sorted(range(len(self.units)), key=lambda place: (-height[place], self.labels[place], self.up[place]))
        rank = {place: number for number, place in enumerate(ranked)}
        return [ranked[number] for number in chained(len(ranked), [(rank[a], rank[b]) for a, b in edges])]
