"""The names of the 1,000 things most classifiers of pictures know, in the usual order (ImageNet, ILSVRC 2012)."""

from __future__ import annotations

import json
from functools import cache

from core import settings


@cache
def names() -> list[str]:
    """Read once; a worker does it before it closes its doors. Empty when the list isn't there."""
    try:
        found: list[str] = json.loads((settings.ASSETS / "labels" / "imagenet-1k.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return found
