"""What an overlay shows of some boxes: words, a colour and a share for each, groups put together from their steps."""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType

from core.graph.atlas import Atlas
from core.graph.overlays._contract import Numbers, Values
from core.graph.tree import Group, groups_of, steps_of
from core.graph.words import cut
from core.scenes import Colour, Coloured


def coloured(overlay: ModuleType, atlas: Atlas, numbers: Numbers, values: Values, boxes: Iterable[str]) -> Coloured:
    """`values`: of all steps, as the overlay gave them. Boxes that nothing is known about are left out."""
    whole = _whole(overlay, atlas, numbers, values)
    things = _things(atlas)
    found = {}
    for id_ in boxes:
        known = [values[step] for step in steps_of(things[id_]) if step in values] if id_ in things else []
        if known:
            found[id_] = _colour(overlay, known, whole)
    return Coloured(
        overlay.TITLE,
        overlay.UNIT,
        found,
        overlay.total(values, atlas, numbers),
        overlay.coverage(values, atlas, numbers),
        overlay.STEPS,
    )


def _colour(overlay: ModuleType, known: list[float], whole: float) -> Colour:
    value = max(known) if overlay.AGGREGATE == "max" else sum(known)
    share = min(1.0, value / whole) if whole else 0.0
    return Colour(cut(overlay.words(known, share)), overlay.level(known, share), share)


def _whole(overlay: ModuleType, atlas: Atlas, numbers: Numbers, values: Values) -> float:
    if hasattr(overlay, "whole"):
        return float(overlay.whole(values, atlas, numbers))
    return 1.0 if overlay.AGGREGATE == "max" else float(sum(values.values()))


def _things(atlas: Atlas) -> dict[str, Group | int]:
    """Groups and steps by the ids of their boxes."""
    groups: dict[str, Group | int] = {group.id: group for group in groups_of(atlas.root)}
    return groups | {f"s{step}": step for step in range(len(atlas.drawn.steps))}
