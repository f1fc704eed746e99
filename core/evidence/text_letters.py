"""Models that read text: known by the roles of their parts; lists of letters lie beside them under many names."""

from __future__ import annotations

from core.evidence._contract import NOTHING, Evidence, Parts, Said

RANK = 57
FILES = ("*dict*.txt", "*keys*.txt", "*charset*.txt", "*alphabet*.txt")
"""Read by the task itself, which knows how many letters its model tells apart."""
_ROLES = {"detect", "recognise"}
_NOTE = "character"


def read(said: Said, parts: Parts) -> Evidence:
    """The task, for a detector and a recogniser, or for a recogniser whose notes name its letters."""
    del said
    noted = len(parts) == 1 and next(iter(parts.values())).metadata.get(_NOTE)
    return Evidence(("text_reading",), {}) if set(parts) >= _ROLES or noted else NOTHING
