"""Which groups are open: a calm first picture, and what is seen then."""

from __future__ import annotations

import heapq

from core.graph.tree import Group

MOST_BOXES = 40
_ENOUGH = 10
_LARGE, _SMALL = 0.15, 0.04


def first_view(root: Group) -> frozenset[str]:
    """Ids of the groups that are open at first, the root among them. The largest is opened while boxes stay within 40;
    once there are ten and the rest is small, no more: a calm first picture beats a full one.
    """
    opened = {root.id}
    shown = len(root.children)
    waiting = [(-child.size, child.id, child) for child in root.children if isinstance(child, Group)]
    heapq.heapify(waiting)
    while waiting:
        size, _, group = heapq.heappop(waiting)
        if shown >= _ENOUGH and -size < _LARGE * root.size:
            break
        too_small = shown >= 3 and -size < _SMALL * root.size
        if (
            group.kind in ("repeat", "fused", "bookkeeping")
            or too_small
            or shown + len(group.children) - 1 > MOST_BOXES
        ):
            continue
        opened.add(group.id)
        shown += len(group.children) - 1
        for child in group.children:
            if isinstance(child, Group):
                heapq.heappush(waiting, (-child.size, child.id, child))
    return frozenset(opened)


def shown(root: Group, opened: frozenset[str]) -> list[Group | int]:
    """What is seen as a box: steps and closed groups."""
    found: list[Group | int] = []
    waiting: list[Group | int] = list(reversed(root.children))
    while waiting:
        child = waiting.pop()
        if isinstance(child, Group) and child.id in opened:
            waiting += reversed(child.children)
        else:
            found.append(child)
    return found
