"""Show a picture somebody gave: small, upright, on white."""

from __future__ import annotations

from dataclasses import dataclass

from core.actions import _workers
from core.caller import Caller
from core.results import Picture
from core.types import Upload


@dataclass(frozen=True)
class Request:
    picture: bytes | Upload
    side_px: int
    """Longest side of what comes back."""


def do(request: Request, caller: Caller) -> Picture:
    """Raises BadPicture in words when it is none, or too large."""
    given = request.picture
    uploads = {given.path: given.path} if isinstance(given, Upload) else {}
    asked = {"picture": given, "side_px": request.side_px}
    picture: Picture = _workers.ask_reader("shrink_picture", caller, asked, uploads)
    return picture
