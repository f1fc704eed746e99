"""Remove: take a model of your own out of the library and delete its files."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from core import settings
from core.actions import _library
from core.errors import ModelNotFound
from core.types import Say


@dataclass(frozen=True)
class Request:
    model: str
    """The id."""


def do(request: Request, _say: Say) -> None:
    """The files were copies; the user's original is untouched. Starters can't be removed."""
    info = _library.library().model(request.model)
    if info is None:
        raise ModelNotFound(
            "This model isn't in the library any more.", "It may have been removed in another tab.", "Reload the page."
        )
    _library.library().remove_model(info.id)
    models = (settings.data_folder() / "models").resolve()
    for graph in info.parts.values():
        folder = Path(graph.path).resolve().parent
        if folder.parent == models:
            shutil.rmtree(folder, ignore_errors=True)
