"""Loads everything a worker will need: once its doors are closed, no file can be opened and nothing imported."""

from __future__ import annotations

import importlib

from core import registry

_LIBRARIES = ("onnx", "onnx.helper", "ml_dtypes", "numpy.random", "core.run.session")
_ENCODINGS = ("utf_8", "utf_8_sig", "utf_16", "utf_16_le", "utf_16_be", "latin_1", "ascii", "cp437", "cp1252", "idna")


def warm_up() -> None:
    """Takes a few tenths of a second, which nobody waits for: a spare worker does it ahead."""
    from core.graph.operators import lookup
    from core.run.operators import known_steps

    for name in (*(f"encodings.{name}" for name in _ENCODINGS), *_LIBRARIES):
        importlib.import_module(name)
    registry.load("core.inside")
    registry.load("core.guard")
    registry.load("core.evidence")
    for module in (*registry.load("core.tasks").values(), *registry.load("core.readers").values()):
        if hasattr(module, "warm_up"):
            module.warm_up()
    known_steps()
    lookup("", "")  # reads its words
