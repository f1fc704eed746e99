"""Remember, for this very file, what a table tells about its columns: names, ranges for sliders, words to choose from.

Of the rows themselves nothing is kept but the smallest and largest number of a column, and its words where they are
few.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from core.actions import _library, _workers
from core.actions._forms import filled, uploads
from core.caller import Caller
from core.errors import InputError
from core.types import Fact, ModelInfo

LEARNED = ("columns", "ranges", "words")
"""Names of the facts that come from a table."""
_TABLE = "your table"


@dataclass(frozen=True)
class Request:
    model: str
    table: Any
    """Bytes of a CSV file, `Upload`, or text."""
    task: str = ""


def do(request: Request, caller: Caller) -> dict[str, Fact]:
    """The facts that are remembered. Raises InputError."""
    known = _library.with_task(_library.find(request.model, caller), request.task, caller)
    fields = known.task.fields(known.info)
    if not hasattr(known.task, "learn") or fields[0].kind != "table":
        raise InputError("This model takes no table.", "So there is nothing to learn from one.", "Choose another task.")
    given = filled(fields, {fields[0].name: request.table})
    asked = {"task": known.task_id, "given": given}
    facts: dict[str, Fact] = _workers.ask_model("learn_columns", known.info, caller, asked, uploads(given))
    sha256, library = _library.key(known.info), _library.library()
    decision = library.decision(sha256, caller.visitor)
    library.decide(sha256, replace(decision, facts={**decision.facts, **facts}), caller.visitor)
    return facts


def has_learned(info: ModelInfo) -> bool:
    """Whether something about the columns comes from a table that was given."""
    facts = (info.preparation.get(name) for name in LEARNED)
    return any(fact is not None and fact.source.endswith(_TABLE) for fact in facts)
