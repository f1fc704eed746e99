"""The sources of models, by the names of their files in `core/hub/`."""

from __future__ import annotations

from types import ModuleType

from core import registry
from core.errors import NoSuchModel

_SHELF = "core.hub"


def source(name: str) -> ModuleType:
    """One source alone (see `core.hub._contract`): the others aren't imported. Raises NoSuchModel for another name."""
    try:
        found = registry.plugin(_SHELF, name)
    except KeyError:
        raise _no_source(name) from None
    if not hasattr(found, "look_up"):  # it lies on the shelf to help the sources
        raise _no_source(name)
    return found


def _no_source(name: str) -> NoSuchModel:
    return NoSuchModel(f"There is no source “{name[:60]}”.", "Models are found on the page Find.", "Choose one there.")
