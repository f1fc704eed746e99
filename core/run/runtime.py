"""The door to onnxruntime: silent, and without reports to its maker."""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from types import ModuleType

SILENT = 4
"""Only what ends the process is printed; errors reach us as exceptions."""


@cache
def runtime() -> ModuleType:
    """The onnxruntime module, imported on first use. It would report usage to its maker unless told not to."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    onnxruntime = import_module("onnxruntime")
    onnxruntime.set_default_logger_severity(SILENT)
    return onnxruntime


@cache
def failures() -> tuple[type[Exception], ...]:
    """What onnxruntime raises: its own exceptions share no ancestor, and some problems come as Python's."""
    runtime()
    native = import_module("onnxruntime.capi.onnxruntime_pybind11_state")
    found = [thing for thing in vars(native).values() if isinstance(thing, type)]
    own = [thing for thing in found if issubclass(thing, Exception)]
    return (*own, RuntimeError, ValueError, TypeError, MemoryError, OverflowError, NotImplementedError)
