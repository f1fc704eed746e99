"""What the buttons around fetching share: tokens, what was looked up lately, and where fetched files lie."""

from __future__ import annotations

import hashlib
import os
import re
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from core import settings
from core.actions import _workers
from core.caller import Caller
from core.errors import ModelNotFound
from core.listings import Detail, Variant

_LATELY_S = 300.0
_MOST_LATELY = 200
_tokens: dict[str, str] = {}
"""By visitor; in memory only, so that a token is never written down anywhere."""
_lately: dict[tuple[str, ...], tuple[float, Detail]] = {}
_lock = threading.Lock()


def token(caller: Caller) -> str:
    """The caller's token for the hub, or "": what was typed on the page, or HF_TOKEN at one's own computer."""
    return _tokens.get(caller.visitor) or (os.environ.get("HF_TOKEN", "") if caller.is_owner else "")


def keep_token(text: str, caller: Caller) -> None:
    """Until the app is closed; an empty text forgets it."""
    with _lock:
        _tokens[caller.visitor] = text.strip()
        for key in [key for key in _lately if key[0] == caller.visitor]:
            del _lately[key]


def detail(source: str, id_: str, caller: Caller, *, again: bool = False) -> Detail:
    """What a source says about one model; looked up once in five minutes."""
    key = (caller.visitor, source, id_)
    with _lock:
        known = _lately.get(key)
    if known and not again and time.monotonic() - known[0] < _LATELY_S:
        return known[1]
    asked = {"source": source, "id": id_, "token": token(caller)}
    found: Detail = _workers.ask_hub("look_up", caller, asked)
    with _lock:
        _lately[key] = time.monotonic(), found
        while len(_lately) > _MOST_LATELY:
            _lately.pop(next(iter(_lately)))
    return found


def variant_of(found: Detail, wanted: str) -> Variant:
    """The variant with this id; an empty one means the recommended, or the first. Raises ModelNotFound."""
    for variant in found.variants:
        if variant.id == (wanted or found.recommended or found.variants[0].id):
            return variant
    raise ModelNotFound(
        f"“{found.listing.title}” has no variant “{wanted[:60]}”.",
        "It has: " + ", ".join(variant.id for variant in found.variants) + ".",
        "Choose one of these.",
    )


@dataclass(frozen=True)
class Place:
    """Where the files of one model lie on this computer."""

    folder: Path
    missing_bytes: int
    """What isn't there yet of the files whose size is known."""


def place(found: Detail, variant: Variant, caller: Caller) -> Place:
    """Everybody who fetches the same public files uses the same ones; what needs a token is its owner's alone."""
    whose = caller.visitor if token(caller) else ""
    words = f"{found.listing.source}\n{found.listing.id}\n{found.commit}\n{whose}"
    plain = re.sub(r"[^A-Za-z0-9.-]+", "-", found.listing.id).strip("-.")[-40:]
    folder = settings.data_folder() / "hub" / f"{plain}-{hashlib.sha256(words.encode()).hexdigest()[:12]}"
    missing = [file.size_bytes or 0 for file in variant.files if not (folder / file.path).is_file()]
    return Place(folder, sum(missing))
