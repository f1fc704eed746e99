"""Sizes, weights and work of a model's graph, worked out on first use and kept in its worker."""

from __future__ import annotations

from core.graph.facts import Facts
from core.inside._atlas import atlas_of
from core.inside._desk import Desk
from core.types import ModelInfo


def facts_of(info: ModelInfo, role: str, desk: Desk) -> Facts:
    kept: dict[str, Facts] = desk.kept.setdefault("facts", {})
    if role not in kept:
        names = info.parts[role].external_files
        files = {name: desk.files[f"{role}/{name}"] for name in names if f"{role}/{name}" in desk.files}
        kept[role] = Facts(atlas_of(role, desk), files)
    return kept[role]
