"""Names the steps of a model that the installed runtime doesn't have, before it is asked to open it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, TypeAlias

from core.errors import UnknownOperator
from core.model.parse import Contents, key

if TYPE_CHECKING:
    from onnx import ModelProto

KnownSteps: TypeAlias = AbstractSet[tuple[str, str]]
"""Domain and name; the standard domain is empty."""
_SHOWN = 5


def unknown_steps(model: ModelProto, contents: Contents, known: KnownSteps) -> tuple[str, ...]:
    """Names of the steps that neither the runtime nor the model itself brings, sorted."""
    own = {key(function) for function in model.functions}
    unknown = {
        _name(node.domain, node.op_type)
        for _, node in contents.nodes
        if (node.domain, node.op_type, node.overload) not in own and (_home(node.domain), node.op_type) not in known
    }
    return tuple(sorted(unknown))


def check_steps(model: ModelProto, contents: Contents, known: KnownSteps) -> None:
    """Raises UnknownOperator for steps that neither the runtime nor the model itself brings."""
    shown = unknown_steps(model, contents, known)
    if not shown:
        return
    names = ", ".join(shown[:_SHOWN]) + (f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else "")
    raise UnknownOperator(
        "This model uses steps the installed runtime doesn't have."
        if len(shown) > 1
        else "This model uses a step the installed runtime doesn't have.",
        f"{'They are' if len(shown) > 1 else 'The step is'} called {names}.",
        "Export the model with standard ONNX steps only, or update the app.",
    )


def _home(domain: str) -> str:
    return "" if domain == "ai.onnx" else domain


def _name(domain: str, step: str) -> str:
    home = f" from “{domain[:60]}”" if _home(domain) else ""
    return f"{step[:60]}{home}"
