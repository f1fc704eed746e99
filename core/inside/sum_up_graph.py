"""A model's graph summed up for somebody who never opens a box."""

from __future__ import annotations

from typing import Any

from core.graph.summary import summary
from core.inside._desk import Desk
from core.inside._facts import facts_of
from core.inside._model import info_of
from core.model.parse import collect
from core.model.steps import unknown_steps
from core.run.operators import known_steps
from core.scenes import GraphSummary
from core.types import ModelInfo

RESULT = GraphSummary


def do(request: dict[str, Any], desk: Desk) -> GraphSummary:
    """`request`: the model (see `_model.info_of`) and "part": a role."""
    info = info_of(request, desk)
    role = request["part"]
    kept: dict[str, GraphSummary] = desk.kept.setdefault("summaries", {})
    if role not in kept:
        facts = facts_of(info, role, desk)
        desk.say(None, "Adding up its work")
        model = facts.atlas.model
        missing = unknown_steps(model, collect(model), known_steps())
        kept[role] = summary(facts, info.parts[role], missing, _names(info))
    return kept[role]


def _names(info: ModelInfo) -> int:
    """How many things it tells apart, where somebody wrote their names down."""
    labels = info.preparation.get("labels")
    return len(labels.value) if labels is not None and isinstance(labels.value, list | tuple) else 0
