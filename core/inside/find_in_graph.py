"""Boxes of a model's picture by words: title, operator, name or tensor of a step, title of a group."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from core.graph.atlas import Atlas
from core.graph.scene import id_of
from core.graph.tree import Group
from core.graph.words import cut, words
from core.inside._atlas import atlas_of
from core.inside._desk import Desk
from core.inside._model import info_of
from core.scenes import Found, Hit

Said: TypeAlias = tuple[str, str, str]
"""A box's id, its title, and what is searched in."""
MOST = 200
_MOST_WORDS = 12

RESULT = Found


def do(request: dict[str, Any], desk: Desk) -> Found:
    """`request`: the model (see `_model.info_of`), "part": a role, "words": what was typed."""
    info_of(request, desk)
    role, atlas = request["part"], atlas_of(request["part"], desk)
    kept: dict[str, list[Said]] = desk.kept.setdefault("said", {})
    if role not in kept:
        desk.say(None, "Reading what its boxes are called")
        kept[role] = said(atlas)
    return find(atlas, kept[role], str(request["words"]))


def find(atlas: Atlas, known: list[Said], typed: str) -> Found:
    """What has all the words somewhere, in small letters or large."""
    wanted = typed.casefold().split()[:_MOST_WORDS]
    if not wanted:
        return Found((), 0)
    found = [(id_, title) for id_, title, text in known if all(word in text for word in wanted)]
    hits = (Hit(id_, title, atlas.stage.path(id_) or (atlas.root.id,)) for id_, title in found[:MOST])
    return Found(tuple(hits), len(found))


def said(atlas: Atlas) -> list[Said]:
    """Of every box there can be, from top to bottom."""
    return list(_said(atlas))


def _said(atlas: Atlas) -> Iterator[Said]:
    drawn = atlas.drawn
    yield from ((f"i{place}", cut(name), name.casefold()) for place, name in enumerate(drawn.readers))
    for child in _children(atlas.root):
        if isinstance(child, Group):
            title = words(child, drawn).title
            yield child.id, title, f"{title}\n{child.label}".casefold()
        else:
            step, title = drawn.steps[child], words(child, drawn).title
            yield id_of(child), title, "\n".join((title, step.operator, step.name, *step.outputs)).casefold()
    yield from ((f"o{place}", cut(name), name.casefold()) for place, name in enumerate(drawn.makers))


def _children(root: Group) -> Iterator[Group | int]:
    """Groups and steps, each group before what lies in it."""
    waiting = list(reversed(root.children))
    while waiting:
        child = waiting.pop()
        yield child
        if isinstance(child, Group):
            waiting += reversed(child.children)
