"""Fetches one file from the network into a folder. Runs in a download process, which looks into nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.hub.transfer import fetch
from core.inside._desk import Desk

RESULT = int


def do(request: dict[str, Any], desk: Desk) -> int:
    """`request`: {"address", "path", "most_bytes"}; gives the size in bytes."""
    return fetch(request["address"], Path(request["path"]), request["most_bytes"], desk.say)
