"""Follow my picture: what an input becomes inside a model, at one box or at all main blocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.actions import _library, _workers
from core.actions._forms import filled, uploads
from core.actions.look_inside import part_of
from core.caller import Caller
from core.scenes import Followed


@dataclass(frozen=True)
class Request:
    model: str
    part: str = ""
    """The role of one of its graphs; empty for the first."""
    box_id: str = ""
    """Of a box in the picture; empty for the main blocks, in the order of work."""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    """By field name, as for `try_model`."""
    task: str = ""


def do(request: Request, caller: Caller) -> Followed:
    """The model's worker runs the task, then the graph once more with inner values as outputs; both are remembered."""
    known = _library.with_task(_library.find(request.model, caller), request.task, caller)
    given = filled(known.task.fields(known.info), request.inputs)
    part = part_of(known.info, request.part)
    asked = {"task": known.task_id, "given": given, "part": part, "box": request.box_id}
    found: Followed = _workers.ask_model("follow_input", known.info, caller, asked, uploads(given))
    return found
