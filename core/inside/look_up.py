"""What there is to know about one model before it is fetched. Runs in a look-up process."""

from __future__ import annotations

from typing import Any

from core.inside._desk import Desk
from core.inside._sources import source
from core.listings import Detail

RESULT = Detail


def do(request: dict[str, Any], _desk: Desk) -> Detail:
    """`request`: {"source", "id": as people paste it, "token": "" for none}. Raises NotFetched."""
    found: Detail = source(request["source"]).look_up(request["id"], request["token"])
    return found
