"""What the picture of a model can be coloured by."""

from __future__ import annotations

from typing import Any

from core.inside._desk import Desk
from core.inside.colour_graph import SHELF
from core.scenes import Choice

RESULT = tuple[Choice, ...]


def do(_request: dict[str, Any], _desk: Desk) -> tuple[Choice, ...]:
    """The same for every model."""
    in_order = sorted(SHELF.items(), key=lambda shelved: shelved[1].PLACE)
    return tuple(
        Choice(id_, overlay.TITLE, overlay.SUMMARY, getattr(overlay, "NEEDS_RUN", False)) for id_, overlay in in_order
    )
