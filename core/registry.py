"""Finds the plugins on a shelf: a plugin is a file, and nobody else names it."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from functools import cache
from types import ModuleType


@cache
def load(package: str) -> dict[str, ModuleType]:
    """The modules of `package` by file name, sorted; names that begin with an underscore are not plugins.

    >>> "image_classification" in load("core.tasks")
    True
    """
    path = importlib.import_module(package).__path__
    names = sorted(found.name for found in pkgutil.iter_modules(path) if not found.name.startswith("_"))
    return {name: importlib.import_module(f"{package}.{name}") for name in names}


@cache
def plugin(package: str, name: str) -> ModuleType:
    """One plugin alone: its neighbours, and the libraries they need, aren't imported. Raises KeyError for another name.

    >>> plugin("core.tasks", "tensors").RESULT
    'tensors'
    """
    if not name.isidentifier() or name.startswith("_"):
        raise KeyError(name)
    try:
        return importlib.import_module(f"{package}.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"{package}.{name}":
            raise  # a library it needs is missing
        raise KeyError(name) from error


@cache
def installed(package: str) -> bool:
    """Whether a package could be imported; it isn't."""
    return importlib.util.find_spec(package) is not None
