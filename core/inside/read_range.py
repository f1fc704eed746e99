"""A few bytes out of the middle of a remote file, to look into it before it is fetched. Runs in a look-up process."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from core.errors import NotFetched, TooLarge
from core.inside._desk import Desk
from core.listings import RemoteFile

RESULT = bytes
MAX_BYTES = 4 * 2**20


def do(request: dict[str, Any], desk: Desk) -> bytes:
    """`request`: {"url", "start", "end": the first byte not wanted, "token", "source"}."""
    from core.hub._remote import model_of, stream  # the app looks at RESULT; the client is for this process alone
    from core.hub._words import in_words

    start, end = request["start"], request["end"]
    if not 0 <= start < end <= start + MAX_BYTES:
        raise TooLarge("That is no piece of a file.", f"{start} to {end}", "Ask for less at once.")
    with in_words(model_of(request["url"])):
        place = _place(request, desk)
        with stream(place, start, end) as answer:
            if answer.status_code != HTTPStatus.PARTIAL_CONTENT:
                raise NotFetched(
                    "This model can't be looked into before it is fetched.",
                    "Its server gives whole files only.",
                    "Get it, then look at it.",
                )
            found = bytearray()
            for piece in answer.iter_bytes(2**16):
                found += piece
                if len(found) > end - start:
                    break
    if len(found) != end - start:
        raise NotFetched("The server sent another piece.", f"{len(found):,} bytes came.", "Try again.")
    return bytes(found)


def _place(request: dict[str, Any], desk: Desk) -> Any:
    """Where it really lies is asked once."""
    from core.hub._remote import remote

    key = f"remote {request['url']} {bool(request['token'])}"
    if key not in desk.kept:
        desk.kept[key] = remote(RemoteFile("piece", request["url"]), request["token"], request["source"])
    return desk.kept[key]
