"""Check and describe the graphs of a model. Nothing in them is executed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.errors import UnsafeModel
from core.inside._desk import Desk
from core.model.describe import examine
from core.run.operators import known_steps
from core.types import GraphInfo

RESULT = dict[str, GraphInfo]


def do(request: dict[str, Any], desk: Desk) -> dict[str, GraphInfo]:
    """`request`: {"roles": [...]}. The content of each is the file `<role>/`; what it needs beside it is asked for."""
    return {role: examine(desk.files[f"{role}/"], _Beside(role, desk), known_steps()) for role in request["roles"]}


class _Beside:
    """Asks the app for the files beside one graph."""

    def __init__(self, role: str, desk: Desk) -> None:
        self._role, self._desk = role, desk

    def __call__(self, names: Sequence[str]) -> Mapping[str, int]:
        refused = self._desk.more([f"{self._role}/{name}" for name in names])
        if refused:
            raise UnsafeModel(
                "The weights of this model are behind a link.",
                f"“{refused[0].removeprefix(self._role + '/')[:80]}” is not a plain file of its own, so it could lead "
                "anywhere on this computer.",
                "Put a real copy of the file beside the model.",
            )
        found = self._desk.files
        return {name: len(found[f"{self._role}/{name}"]) for name in names if f"{self._role}/{name}" in found}
