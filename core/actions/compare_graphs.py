"""Compare graphs: two models' pictures side by side, with what is the same, changed, added or removed. Runs nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from core.actions import _library, _workers
from core.actions.look_inside import part_of
from core.caller import Caller
from core.scenes import Compared
from core.types import GraphInfo, ModelInfo


@dataclass(frozen=True)
class Request:
    first: str
    second: str
    part: str = ""
    """The role of a graph, when a model has several; empty for the first. The second's first when it has no such."""
    opened_first: tuple[str, ...] | None = None
    """Ids of open groups; None for a first look."""
    opened_second: tuple[str, ...] | None = None
    """None: what belongs to those that are open in the first."""


def do(request: Request, caller: Caller) -> Compared:
    """Quick after the first time: the worker that has both keeps what it worked out."""
    first, second = _library.find(request.first, caller), _library.find(request.second, caller)
    one = first.parts[part_of(first, request.part)]
    other = second.parts[part_of(second, request.part if request.part in second.parts else "")]
    asked = {
        "opened_first": request.opened_first,
        "opened_second": request.opened_second,
        "sizes": (one.size_bytes, other.size_bytes),
    }
    found: Compared = _workers.ask_model("compare_graphs", _both(first, second, one, other), caller, asked)
    return found


def _both(first: ModelInfo, second: ModelInfo, one: GraphInfo, other: GraphInfo) -> ModelInfo:
    """One model with two graphs, for one worker. What only one visitor may see, others can't in this shape either."""
    origin = first.origin if first.origin == second.origin else "file"
    return ModelInfo(
        id="compared",
        title=f"{first.title} and {second.title}",
        summary="",
        origin=origin,
        parts={"first": _alone(one), "second": _alone(other)},
    )


def _alone(graph: GraphInfo) -> GraphInfo:
    """Without its weights in other files: they aren't looked at."""
    return replace(graph, external_files=(), size_bytes=Path(graph.path).stat().st_size)
