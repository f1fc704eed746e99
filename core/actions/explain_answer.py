"""Why did it say that: which places of the picture, or which words of the text, an answer rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from core import results
from core.actions import _library, _workers
from core.actions._forms import filled, uploads
from core.caller import Caller
from core.fields import Field
from core.results import Heat, Influences
from core.workers import wire

EXPLAINED = ("ranking", "boxes")
"""Kinds of results that come with a score."""


@dataclass(frozen=True)
class Request:
    model: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    task: str = ""
    method: Literal["", "class_activation", "score_cam", "occlusion"] = ""
    """Of a picture: empty for the most exact that the model allows."""


def can_explain(fields: tuple[Field, ...], kind: str) -> bool:
    """Whether such an answer to such a form can be explained."""
    return kind in EXPLAINED and any(one.kind in ("picture", "text") for one in fields)


def do(request: Request, caller: Caller) -> Heat | Influences:
    """Takes up to a hundred runs of the model; says how far it is, and can be stopped."""
    known = _library.with_task(_library.find(request.model, caller), request.task, caller)
    given = filled(known.task.fields(known.info), request.inputs)
    asked = {"task": known.task_id, "given": given, "method": request.method}
    found = _workers.ask_model("explain_answer", known.info, caller, asked, uploads(given))
    if not isinstance(found, dict) or found.get("kind") not in ("heat", "influences"):
        raise wire.bad_message("an explanation was promised")
    believed: Heat | Influences = wire.convert(found, results.KINDS[found["kind"]])
    return believed
