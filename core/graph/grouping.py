"""From a sketch to a tree that can be shown: scopes, circles, bookkeeping, light steps, repeats, cuts, in turn."""

from __future__ import annotations

from core.graph.fold import folded
from core.graph.scopes import by_names, by_weights
from core.graph.sketch import Scope, Sketch
from core.graph.tidy import bookkeeping, fused, merged, without_frames
from core.graph.tree import Group, Plan, measure, numbered, plan, sort, without_circles

_MOST_LOST = 0.1


def grouped(drawn: Sketch) -> tuple[Group, Plan]:
    """The root of the tree, with ids and sizes.

    No arrow between children of one group has to point up, and no group has more than 24 children.
    """
    known = plan(drawn)
    root = _rooted(drawn, known)
    sort(root, known)
    bookkeeping(root, known)
    sort(root, known)
    fused(root, known)
    measure(root, known)
    folded(root, known)
    measure(root, known)
    without_frames(root)
    measure(root, known)
    numbered(root)
    return root, known


def _rooted(drawn: Sketch, known: Plan) -> Group:
    """By the names of steps, else by those of weights where these make few circles, else all in one."""
    scopes = by_names(drawn)
    if scopes is not None:
        root = _by_scope(drawn, scopes, known)
        without_circles(root, known)
        return _cleaned(root, known)
    scopes = by_weights(drawn)
    if scopes is not None:
        root = _by_scope(drawn, scopes, known)
        if without_circles(root, known) <= _MOST_LOST * len(drawn.steps):
            return _cleaned(root, known)
    root = _by_scope(drawn, [()] * len(drawn.steps), known)
    without_circles(root, known)
    return _cleaned(root, known)


def _by_scope(drawn: Sketch, scopes: list[Scope], known: Plan) -> Group:
    """Bodies and functions are groups of their own, around whatever their steps are called."""
    root = Group("", [])
    known_groups: dict[Scope, Group] = {(): root}
    for step in known.order:
        outer = drawn.steps[step].scope
        path = (*outer, *scopes[step]) if outer else scopes[step]
        group = root
        for depth in range(1, len(path) + 1):
            inner = known_groups.get(path[:depth])
            if inner is None:
                inner = known_groups[path[:depth]] = Group(path[depth - 1], [])
                group.children.append(inner)
            group = inner
        group.children.append(step)
    return _cleaned(root, known)


def _cleaned(root: Group, known: Plan) -> Group:
    merged(root)
    measure(root, known)
    return root
