"""What is drawn for a set of open groups: boxes and arrows with places, in pixels from the left top of the picture.

Each open group is laid out on its own and becomes a box in its parent's layout; what was laid out once is remembered,
so that a click costs only the groups it changes.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from core.graph.layout import layout
from core.graph.tree import Group, Plan, between, groups_of
from core.scenes import Arrow, Box, Point, Scene, Words

HEAD, INSET, STUB = 30.0, 14.0, 18.0
"""Of an open group: its title line, the space around its children, the short arrows that come in and go out."""
_HEIGHT, _HEIGHT_OF_TWO = 32.0, 48.0
_NARROWEST, _WIDEST = 110.0, 250.0
_LETTER = 7.2
_FAINT_FROM = 4


@dataclass(frozen=True)
class _Laid:
    """One group with its children in place, seen from its own left top."""

    width: float
    height: float
    children: tuple[tuple[str, float, float, float, float], ...]
    """Id, left, top, width and height of each."""
    arrows: tuple[Arrow, ...]


@dataclass
class Stage:
    """A tree ready to be drawn, with what was laid out so far."""

    root: Group
    plan: Plan
    words: Callable[[Group | int | str], Words]
    """What stands in the box of a group, a step, or a pill (an input or output of the model)."""
    laid: dict[tuple[str, frozenset[str]], _Laid] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.groups = {group.id: group for group in groups_of(self.root)}
        self._parent = {id_of(child): group for group in self.groups.values() for child in group.children}
        self._things: dict[str, Group | int] = {
            id_of(child): child for group in self.groups.values() for child in group.children
        }
        self._pairs = {
            group.id: [(id_of(start), id_of(end)) for start, end in sorted_pairs(pairs, group)]
            for group, pairs in between(self.root, self.plan.sketch.edges).items()
        }
        self._doors_in, self._doors_out = self._doors()
        self._add_pills()

    def draw(self, opened: frozenset[str]) -> Scene:
        """Everything that is seen while these groups are open; ids that are none are left out."""
        opened = frozenset(opened & set(self.groups)) | {self.root.id}
        boxes: list[Box] = []
        arrows: list[Arrow] = []
        waiting = [(self.root.id, 0.0, 0.0, 0)]
        while waiting:
            id_, x, y, depth = waiting.pop()
            laid = self._lay(id_, opened)
            arrows += [_moved(arrow, x, y) for arrow in laid.arrows]
            for child, left, top, width, height in laid.children:
                boxes.append(self._box(child, (x + left, y + top, width, height), child in opened, depth))
                if child in opened:
                    waiting.append((child, x + left, y + top, depth + 1))
        whole = self._lay(self.root.id, opened)
        return Scene(tuple(boxes), tuple(arrows), round(whole.width), round(whole.height))

    def path(self, id_: str) -> tuple[str, ...]:
        """Ids of the groups that have to be open to see this box."""
        found: list[str] = []
        group = self._parent.get(id_)
        while group is not None:
            found.append(group.id)
            group = group.parent
        return tuple(reversed(found))

    def _box(self, id_: str, place: tuple[float, float, float, float], is_open: bool, depth: int) -> Box:
        thing = self._things.get(id_, id_)
        words = self.words(thing)
        group = thing if isinstance(thing, Group) else None
        return Box(
            id_,
            round(place[0], 1),
            round(place[1], 1),
            round(place[2], 1),
            round(place[3], 1),
            words.title,
            words.second,
            words.family,
            group is not None,
            is_open,
            group is not None and group.kind == "repeat",
            depth,
        )

    def _lay(self, id_: str, opened: frozenset[str]) -> _Laid:
        """The open groups inside from the inside out, without recursion: a tree may be deep."""
        waiting = [id_]
        while waiting:
            group = self.groups[waiting[-1]]
            key = (group.id, self._open_below(group, opened))
            inner = [child for child in self._ids(group) if child in opened and child in self.groups]
            missing = [
                child for child in inner if (child, self._open_below(self.groups[child], opened)) not in self.laid
            ]
            if missing and key not in self.laid:
                waiting += missing
                continue
            waiting.pop()
            if key not in self.laid:
                self.laid[key] = self._placed(group, opened)
        return self.laid[id_, self._open_below(self.groups[id_], opened)]

    def _open_below(self, group: Group, opened: frozenset[str]) -> frozenset[str]:
        return frozenset(other for other in opened if other == group.id or self._lies_in(other, group))

    def _lies_in(self, id_: str, group: Group) -> bool:
        above = self._parent.get(id_)
        while above is not None and above is not group:
            above = above.parent
        return above is group

    def _ids(self, group: Group) -> list[str]:
        own = [id_of(child) for child in group.children]
        return [*self._inputs, *own, *self._outputs] if group is self.root else own

    def _placed(self, group: Group, opened: frozenset[str]) -> _Laid:
        ids = self._ids(group)
        place = {id_: number for number, id_ in enumerate(ids)}
        sizes = [self._size(id_, opened) for id_ in ids]
        pairs = self._pairs.get(group.id, [])
        found = layout(sizes, [(place[start], place[end]) for start, end in pairs])
        left = min((x - size[0] / 2 for (x, _), size in zip(found.centres, sizes, strict=True)), default=0.0)
        right = max((x + size[0] / 2 for (x, _), size in zip(found.centres, sizes, strict=True)), default=0.0)
        for points in found.bends.values():
            left, right = min(left, *(x for x, _ in points)), max(right, *(x for x, _ in points))
        bottom = max((y + size[1] / 2 for (_, y), size in zip(found.centres, sizes, strict=True)), default=0.0)
        is_root = group is self.root
        title = 0.0 if is_root else 60 + _LETTER * len(self.words(group).title)
        width = max(right - left + 2 * INSET, title)
        head, stub = (0.0, 0.0) if is_root else (HEAD, STUB)
        dx, dy = (width - (right - left)) / 2 - left, head + INSET + stub
        height = bottom + head + 2 * INSET + 2 * stub
        children = tuple(
            (id_, x + dx - size[0] / 2, y + dy - size[1] / 2, size[0], size[1])
            for id_, (x, y), size in zip(ids, found.centres, sizes, strict=True)
        )
        arrows = self._arrows(ids, found.bends, (dx, dy))
        if not is_root:
            arrows += self._stubs(group, children, height)
        return _Laid(width, height, children, tuple(arrows))

    def _size(self, id_: str, opened: frozenset[str]) -> tuple[float, float]:
        if id_ in opened and id_ in self.groups:
            laid = self.laid[id_, self._open_below(self.groups[id_], opened)]
            return laid.width, laid.height
        words = self.words(self._things.get(id_, id_))
        wide = 24 + _LETTER * max(len(words.title), 0.86 * len(words.second))
        return min(_WIDEST, max(_NARROWEST, wide)), _HEIGHT_OF_TWO if words.second else _HEIGHT

    def _arrows(
        self, ids: Sequence[str], bends: dict[tuple[int, int], list[Point]], by: tuple[float, float]
    ) -> list[Arrow]:
        bent: dict[int, int] = {}
        for (start, _), points in bends.items():
            bent[start] = bent.get(start, 0) + (len(points) > 2)
        return [
            Arrow(
                tuple((round(x + by[0], 1), round(y + by[1], 1)) for x, y in points),
                ids[start],
                ids[end],
                bent[start] >= _FAINT_FROM and len(points) > 2,
            )
            for (start, end), points in bends.items()
        ]

    def _stubs(
        self, group: Group, children: Sequence[tuple[str, float, float, float, float]], height: float
    ) -> list[Arrow]:
        """Short arrows for what comes into an open group and what leaves it."""
        made = []
        for id_, left, top, width, tall in children:
            middle = round(left + width / 2, 1)
            if id_ in self._doors_in.get(group.id, ()):
                begin = top - STUB if top - HEAD > 60 else HEAD + 2
                made.append(Arrow(((middle, round(begin, 1)), (middle, round(top, 1))), "", id_))
            if id_ in self._doors_out.get(group.id, ()):
                low = top + tall
                end = low + STUB if height - low > 60 else height - 2
                made.append(Arrow(((middle, round(low, 1)), (middle, round(end, 1))), id_, ""))
        return made

    def _doors(self) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
        """Which children of each group read from outside of it, and which are read there. Masks are left out."""
        into: dict[str, set[str]] = {}
        out: dict[str, set[str]] = {}
        for start, end in self.plan.sketch.edges:
            if start in self.plan.hubs:
                continue
            above_start = [f"s{start}", *reversed(self.path(f"s{start}"))]
            above_end = [f"s{end}", *reversed(self.path(f"s{end}"))]
            shared = set(above_start) & set(above_end)
            for chain, doors in ((above_end, into), (above_start, out)):
                for child, group in itertools.pairwise(chain):
                    if group in shared:
                        break
                    doors.setdefault(group, set()).add(child)
        return into, out

    def _add_pills(self) -> None:
        """Inputs above everything and outputs below, tied to the child of the root that has to do with them."""
        sketch = self.plan.sketch
        self._inputs = [f"i{number}" for number in range(len(sketch.readers))]
        self._outputs = [f"o{number}" for number in range(len(sketch.makers))]
        pairs = self._pairs.setdefault(self.root.id, [])
        for number, steps in enumerate(sketch.readers.values()):
            pairs += [(f"i{number}", child) for child in dict.fromkeys(map(self._top, steps))]
        for number, steps in enumerate(sketch.makers.values()):
            pairs += [(child, f"o{number}") for child in dict.fromkeys(map(self._top, steps))]

    def _top(self, step: int) -> str:
        """The child of the root that a step lies in."""
        path = self.path(f"s{step}")
        return path[1] if len(path) > 1 else f"s{step}"


def id_of(child: Group | int) -> str:
    return child.id if isinstance(child, Group) else f"s{child}"


def sorted_pairs(pairs: set[tuple[Group | int, Group | int]], group: Group) -> list[tuple[Group | int, Group | int]]:
    """In the order of the children, so that the same model is drawn the same way each time."""
    place = {id_of(child): number for number, child in enumerate(group.children)}
    return sorted(pairs, key=lambda pair: (place[id_of(pair[0])], place[id_of(pair[1])]))


def _moved(arrow: Arrow, x: float, y: float) -> Arrow:
    points = tuple((round(px + x, 1), round(py + y, 1)) for px, py in arrow.points)
    return Arrow(points, arrow.start, arrow.end, arrow.faint)
