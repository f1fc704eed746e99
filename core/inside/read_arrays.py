"""The arrays in an .npz file, by name."""

from __future__ import annotations

from typing import Any

from core.inside._desk import Desk
from core.inside._inputs import content
from core.readers.arrays import read_npz

RESULT = dict[str, Any]


def do(request: dict[str, Any], desk: Desk) -> dict[str, Any]:
    """`request`: {"file": bytes or Upload}. Raises BadTensor or TooLarge."""
    return dict(read_npz(content(request["file"], desk)))
