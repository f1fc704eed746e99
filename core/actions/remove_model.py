"""Remove: take a model of your own out of the library and delete its files."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from core import settings
from core.actions import _library
from core.caller import Caller
from core.errors import ModelNotFound
from core.workers.pool import pool


@dataclass(frozen=True)
class Request:
    model: str
    """The id."""


def do(request: Request, caller: Caller) -> None:
    """The files were copies; the user's original is untouched. Starters can't be removed."""
    info = _library.library().model(request.model, caller.visitor)
    if info is None:
        raise ModelNotFound(
            "This model isn't in the library any more.", "It may have been removed in another tab.", "Reload the page."
        )
    _library.library().remove_model(info.id, caller.visitor)
    models = (settings.data_folder() / "models" / caller.visitor).resolve()
    older = (settings.data_folder() / "models").resolve()  # where the first version put them
    for graph in info.parts.values():
        pool().forget(graph.sha256)
        folder = Path(graph.path).resolve().parent
        if folder.parent in (models, older):
            shutil.rmtree(folder, ignore_errors=True)
