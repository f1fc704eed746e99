"""Which steps the installed runtime has, asked of the runtime itself."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from core.run.runtime import runtime


@cache
def known_steps() -> frozenset[tuple[str, str]]:
    """Domain and name of every step it knows, its own and preview domains included; the standard domain is empty."""
    runtime()
    native = import_module("onnxruntime.capi.onnxruntime_pybind11_state")
    return frozenset((schema.domain, schema.name) for schema in native.get_all_operator_schema())
