"""The second of two graphs grouped like the first: both pictures have the same boxes where both have the same steps.

A step and those that only change number formats for it are one box, called like the step.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.graph.atlas import Atlas
from core.graph.fold import folded
from core.graph.likeness import NOTHING
from core.graph.match import Pair
from core.graph.tree import Group, groups_of, measure, numbered, sort, without_circles
from core.graph.units import Unit

_LEAST_SHARED = 0.5


def alongside(
    first: Atlas, second: Atlas, units: tuple[Sequence[Unit], Sequence[Unit]], pairs: Sequence[Pair]
) -> Atlas:
    """The second with its steps in the groups that their partners are in; as it was where too few have one."""
    partner = {pair.second: units[0][pair.first].step for pair in pairs if NOTHING not in (pair.first, pair.second)}
    if len(partner) < _LEAST_SHARED * len(units[1]):
        return second
    known = second.plan
    copies = _copied(first.root)
    homes = _homes(first.root, units[1], partner)
    for unit in sorted(units[1], key=lambda unit: known.position[unit.step]):
        copies[homes[unit.step]].children.append(_box(unit))
    root = copies[first.root]
    _without_empty(root)
    without_circles(root, known)
    measure(root, known)
    sort(root, known)
    folded(root, known)
    measure(root, known)
    _called_like(root, units[1])
    numbered(root)
    return replace(second, root=root)


def _copied(root: Group) -> dict[Group, Group]:
    """The groups of a tree without the steps in them."""
    made = {group: Group(group.label, [], group.kind) for group in groups_of(root)}
    for group, copy in made.items():
        copy.children = [made[child] for child in group.children if isinstance(child, Group)]
        copy.count = group.count
    return made


def _homes(root: Group, units: Sequence[Unit], partner: Mapping[int, int]) -> dict[int, Group]:
    """Of each step the group of its partner; what was added goes where its source is, or else its reader."""
    parent = {child: group for group in groups_of(root) for child in group.children if not isinstance(child, Group)}
    found = {place: parent[step] for place, step in partner.items()}
    for forward in (True, False):
        for place, unit in enumerate(units) if forward else reversed(list(enumerate(units))):
            for _, source in unit.sources:
                if source >= 0:
                    one, other = (place, source) if forward else (source, place)
                    if other in found:
                        found.setdefault(one, found[other])
    return {unit.step: found.get(place, root) for place, unit in enumerate(units)}


def _box(unit: Unit) -> Group | int:
    return Group("", [unit.step, *unit.folded], "fused") if unit.folded else unit.step


def _without_empty(root: Group) -> None:
    """Groups of nothing go, groups of one become that one; a repeat has as many as are left."""
    for group in reversed(list(groups_of(root))):
        exact = group.kind == "repeat" and group.count == len(group.children)
        children: list[Group | int] = []
        for child in group.children:
            if not isinstance(child, Group) or len(child.children) > 1:
                children.append(child)
            else:
                children += child.children
        group.children = children
        group.count = max(1, len(children)) if exact else group.count


def _called_like(root: Group, units: Sequence[Unit]) -> None:
    """A box of one step and its changes of number format is called by the first of its operators: that of the step."""
    main = {unit.step: unit.operator for unit in units if unit.folded}
    for group in groups_of(root):
        if group.kind != "fused":
            continue
        operator = next((main[child] for child in group.children if not isinstance(child, Group) and child in main), "")
        if operator:
            group.operators = Counter({operator: group.operators[operator]}) | group.operators
