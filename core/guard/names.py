"""Every class has a name: as many names are known as the model gives scores."""

from __future__ import annotations

from typing import Any

from core.guard._arrays import scores
from core.guard._contract import Seen

TITLE = "Every class has a name"


def judge(seen: Seen) -> str:
    """Models without any names are let through: their classes are numbered, and the answer says so."""
    known = seen.info.preparation.get("labels")
    labels = known.value if known is not None else None
    if not isinstance(labels, list | tuple) or not labels:
        return ""
    if seen.result.kind == "ranking":
        raw = scores(seen.result, seen.outputs)
        return _differ(len(raw), len(labels)) if raw is not None and len(raw) - len(labels) not in (0, 1) else ""
    if seen.result.kind in ("boxes", "areas"):
        classes: Any = seen.result.classes
        highest = int(classes.max()) if classes.size else 0
        if highest > len(labels):  # one more than there are: a background that nobody names
            return _differ(highest + 1, len(labels))
    return ""


def _differ(classes: int, names: int) -> str:
    return f"The model tells {classes:,} classes apart but {names:,} names are known, so the names may be wrong."
