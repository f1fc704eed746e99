"""The picture of a model's graph, worked out on first use and kept in its worker."""

from __future__ import annotations

from core.graph.atlas import Atlas, atlas
from core.inside._desk import Desk
from core.model.parse import collect, parse


def atlas_of(role: str, desk: Desk) -> Atlas:
    """Of the graph with this role, checked for what could make reading it endless."""
    kept: dict[str, Atlas] = desk.kept.setdefault("atlas", {})
    if role not in kept:
        desk.say(None, "Reading the graph")
        model = parse(desk.files[f"{role}/"]).model
        collect(model)
        desk.say(None, "Grouping its steps")
        kept[role] = atlas(model)
    return kept[role]
