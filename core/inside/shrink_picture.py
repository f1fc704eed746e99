"""A picture as small as it is shown: uint8 (H, W, 3), upright and on white."""

from __future__ import annotations

from typing import Any

from core.inside._desk import Desk
from core.inside._inputs import content
from core.readers.picture import read_picture, thumbnail
from core.results import Picture

RESULT = Picture


def do(request: dict[str, Any], desk: Desk) -> Picture:
    """`request`: {"picture": bytes or Upload, "side_px": longest side}."""
    return Picture(thumbnail(read_picture(content(request["picture"], desk)), request["side_px"]))
