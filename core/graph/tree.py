"""Steps in groups, groups in groups: what a model is made of, at most 24 things on any level.

A child of a group is a step, by its place in the sketch, or another group. Every step is in the tree exactly once.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from core.graph.order import chained, hubs, knots
from core.graph.sketch import Sketch

MOST_CHILDREN = 24

Child = "Group | int"


class Group:
    """Open while a tree is built: children move from one group into another."""

    __slots__ = ("children", "count", "first", "id", "kind", "label", "operators", "parent", "shape", "size")

    def __init__(self, label: str, children: list[Group | int], kind: str = "scope") -> None:
        self.label = label
        self.children = children
        self.kind = kind
        """`scope` as its maker named it · `repeat` alike groups in a row · `block` one of them · `part` cut out of many
        · `fused` one heavy step with the light ones after it · `bookkeeping` sizes and masks."""
        self.id = ""
        self.parent: Group | None = None
        self.count = 1
        """Of a repeat: how many."""
        self.size = 0
        """Steps inside."""
        self.first = 0
        """Place of its first step in the order of work."""
        self.operators: Counter[str] = Counter()
        self.shape = b""
        """The same for groups that are built alike."""


@dataclass
class Plan:
    """What is known while a tree is built."""

    sketch: Sketch
    order: list[int]
    position: list[int]
    hubs: set[int]
    after: list[list[int]] = field(default_factory=list)

    def operator(self, step: int) -> str:
        return self.sketch.steps[step].operator


def plan(drawn: Sketch) -> Plan:
    count = len(drawn.steps)
    order = chained(count, drawn.edges)
    position = [0] * count
    for number, step in enumerate(order):
        position[step] = number
    after: list[list[int]] = [[] for _ in range(count)]
    for start, end in drawn.edges:
        after[start].append(end)
    return Plan(drawn, order, position, hubs(count, drawn.edges, position), after)


def steps_of(child: Group | int) -> Iterator[int]:
    """All steps inside, in the order they are drawn."""
    waiting = [child]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Group):
            waiting += reversed(one.children)
        else:
            yield one


def groups_of(root: Group) -> Iterator[Group]:
    """The group itself and all groups inside it, parents first."""
    waiting = [root]
    while waiting:
        group = waiting.pop()
        yield group
        waiting += [child for child in reversed(group.children) if isinstance(child, Group)]


def measure(root: Group, known: Plan) -> None:
    """Size, first step, operators and shape of every group, from the inside out."""
    for group in reversed(list(groups_of(root))):
        measure_one(group, known)


def measure_one(group: Group, known: Plan) -> None:
    """The same for one group whose children are measured."""
    digest = hashlib.blake2b(digest_size=8)
    group.size, group.operators, group.first = 0, Counter(), len(known.order)
    for child in group.children:
        if isinstance(child, Group):
            group.size += child.size
            group.operators.update(child.operators)
            group.first = min(group.first, child.first)
            digest.update(child.shape)
        else:
            group.size += 1
            group.operators[known.operator(child)] += 1
            group.first = min(group.first, known.position[child])
            digest.update(known.operator(child).encode("utf-8", "replace") + b";")
    group.shape = digest.digest()


def between(root: Group, edges: Sequence[tuple[int, int]]) -> dict[Group, set[tuple[Group | int, Group | int]]]:
    """What runs between the children of each group: every edge lifted to where its ends part ways."""
    parent: dict[Group | int, Group] = {}
    depth = {root: 0}
    for group in groups_of(root):
        for child in group.children:
            parent[child] = group
            if isinstance(child, Group):
                depth[child] = depth[group] + 1
    found: dict[Group, set[tuple[Group | int, Group | int]]] = defaultdict(set)
    for start, end in edges:
        here: Group | int = start
        there: Group | int = end
        above, beyond = parent[here], parent[there]
        while above is not beyond:
            if depth[above] >= depth[beyond]:
                here, above = above, parent[above]
            else:
                there, beyond = beyond, parent[beyond]
        if here is not there and here != there:
            found[above].add((here, there))
    return found


def without_circles(root: Group, known: Plan, rounds: int = 60) -> int:
    """Opens the smallest group of every circle until no arrow points up; gives how many steps lost their group."""
    lost = 0
    for _ in range(rounds):
        to_open = []
        for group, pairs in between(root, known.sketch.edges).items():
            for circle in knots(group.children, pairs):
                inner = [child for child in circle if isinstance(child, Group)]
                if inner:
                    to_open.append((group, min(inner, key=lambda one: one.size)))
        if not to_open:
            break
        for group, inner_group in to_open:
            place = next(n for n, child in enumerate(group.children) if child is inner_group)
            group.children[place : place + 1] = inner_group.children
            lost += inner_group.size
    return lost


def sort(root: Group, known: Plan) -> None:
    """The children of every group in the order of work."""
    pairs = between(root, known.sketch.edges)
    for group in groups_of(root):
        children = sorted(group.children, key=lambda child: first_of(child, known))
        place = {child: number for number, child in enumerate(children)}
        numbered = sorted((place[start], place[end]) for start, end in pairs.get(group, ()))
        group.children = [children[number] for number in chained(len(children), numbered)]


def first_of(child: Group | int, known: Plan) -> int:
    return child.first if isinstance(child, Group) else known.position[child]


def numbered(root: Group) -> None:
    """Gives every group its id and its parent."""
    for number, group in enumerate(groups_of(root)):
        group.id = f"g{number}"
        for child in group.children:
            if isinstance(child, Group):
                child.parent = group
