"""Everything that is said about one box of a model's picture."""

from __future__ import annotations

from typing import Any

from core.errors import InputError
from core.graph.detail import detail
from core.inside._desk import Desk
from core.inside._facts import facts_of
from core.inside._model import info_of
from core.scenes import Detail

RESULT = Detail


def do(request: dict[str, Any], desk: Desk) -> Detail:
    """`request`: the model (see `_model.info_of`), "part": a role, "box": an id. Raises InputError."""
    facts = facts_of(info_of(request, desk), request["part"], desk)
    found = detail(facts, str(request["box"]))
    if found is None:
        raise InputError(
            "There is no such box.", f"“{str(request['box'])[:40]}” isn't in this picture.", "Choose another."
        )
    return found
