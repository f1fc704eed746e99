"""Orders of steps, and what runs between the children of groups. Graphs are lists of pairs of places."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

Edges = Iterable[tuple[int, int]]
T = TypeVar("T", bound=Hashable)

_HUB_READERS = 4
_HUB_REACH = 0.1


def chained(count: int, edges: Edges) -> list[int]:
    """All places in an order in which every edge points forward, chains kept together. Edges of cycles are ignored."""
    after: list[list[int]] = [[] for _ in range(count)]
    waits_for = [0] * count
    for start, end in edges:
        after[start].append(end)
        waits_for[end] += 1
    ready = [place for place in range(count - 1, -1, -1) if not waits_for[place]]
    order: list[int] = []
    done, next_free = [False] * count, 0
    while len(order) < count:
        if not ready:  # only what lies in a cycle is left: the first of it goes ahead
            while done[next_free]:
                next_free += 1
            ready.append(next_free)
        place = ready.pop()
        if done[place]:
            continue
        done[place] = True
        order.append(place)
        for end in sorted(after[place], reverse=True):
            waits_for[end] -= 1
            if waits_for[end] <= 0 and not done[end]:
                ready.append(end)
    return order


def hubs(count: int, edges: Edges, position: Sequence[int]) -> set[int]:
    """Steps that much of the graph reads, such as those that make masks: they say nothing about where to cut."""
    readers: Counter[int] = Counter()
    reach: dict[int, int] = defaultdict(int)
    for start, end in edges:
        readers[start] += 1
        reach[start] = max(reach[start], position[end] - position[start])
    return {step for step, many in readers.items() if many >= _HUB_READERS and reach[step] > _HUB_REACH * count}


def knots(things: Sequence[T], edges: Iterable[tuple[T, T]]) -> list[list[T]]:
    """Sets of things that lead into each other in a circle (Tarjan 1972), without recursion."""
    place = {thing: number for number, thing in enumerate(things)}
    after: list[list[int]] = [[] for _ in things]
    for first, second in edges:
        after[place[first]].append(place[second])
    walk = _Walk(after)
    for root in range(len(things)):
        walk.go_from(root)
    return [[things[one] for one in circle] for circle in walk.circles]


class _Walk:
    """One walk through a graph, deep before wide; what it comes back to closes a circle."""

    def __init__(self, after: list[list[int]]) -> None:
        self._after = after
        self._number = [-1] * len(after)
        self._low = [0] * len(after)
        self._waits = [False] * len(after)
        self._stack: list[int] = []
        self._count = 0
        self.circles: list[list[int]] = []

    def go_from(self, root: int) -> None:
        if self._number[root] >= 0:
            return
        path = [(root, 0)]
        self._enter(root)
        while path:
            here, seen = path.pop()
            following = self._next(here, seen)
            if following is None:
                self._leave(here)
                if path:
                    self._low[path[-1][0]] = min(self._low[path[-1][0]], self._low[here])
                continue
            path += [(here, following + 1), (self._after[here][following], 0)]
            self._enter(self._after[here][following])

    def _enter(self, here: int) -> None:
        self._number[here] = self._low[here] = self._count
        self._count += 1
        self._stack.append(here)
        self._waits[here] = True

    def _next(self, here: int, seen: int) -> int | None:
        """Which of its edges leads on to something new; those to what waits already tell how far back it reaches."""
        for number in range(seen, len(self._after[here])):
            end = self._after[here][number]
            if self._number[end] < 0:
                return number
            if self._waits[end]:
                self._low[here] = min(self._low[here], self._number[end])
        return None

    def _leave(self, here: int) -> None:
        if self._low[here] != self._number[here]:
            return
        circle: list[int] = []
        while not circle or circle[-1] != here:
            circle.append(self._stack.pop())
            self._waits[circle[-1]] = False
        if len(circle) > 1:
            self.circles.append(circle)
