"""Brings one file from an address to a folder, piece by piece."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from core.errors import NotFetched, TooLarge
from core.types import Say

PIECE_BYTES = 2**18
SILENT_S = 30.0
"""A server that says nothing for so long has gone."""


def fetch(address: str, path: Path, most_bytes: int, say: Say) -> int:
    """How many bytes were written to `path`; it appears only when all of them are there.

    http and https only. Raises NotFetched, or TooLarge as soon as that is known.
    """
    if urlsplit(address).scheme not in ("http", "https"):
        raise NotFetched("This is no web address.", "It must begin with https://.", "Copy the address once more.")
    partial = path.with_name(f"{path.name}.part")
    try:
        with urllib.request.urlopen(address, timeout=SILENT_S) as answer, partial.open("wb") as file:  # noqa: S310
            announced = int(answer.headers.get("content-length") or 0)
            done = 0
            while piece := answer.read(PIECE_BYTES):
                done += len(piece)
                if max(done, announced) > most_bytes:
                    raise _too_large(max(done, announced), most_bytes)
                file.write(piece)
                say(done / announced if announced else None, f"{done / 1e6:.1f} MB")
    except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError) as error:
        partial.unlink(missing_ok=True)
        raise _not_fetched(error) from error
    except TooLarge:
        partial.unlink(missing_ok=True)
        raise
    if announced and done != announced:
        partial.unlink(missing_ok=True)
        raise NotFetched(
            "The connection broke off.", f"{done:,} of {announced:,} bytes arrived.", "Start the download once more."
        )
    partial.replace(path)
    return done


def _too_large(size_bytes: int, most_bytes: int) -> TooLarge:
    return TooLarge(
        "This file is too large.",
        f"It has {size_bytes / 1e6:.0f} MB or more; the limit is {most_bytes / 1e6:.0f} MB.",
        "Choose a smaller version.",
    )


def _not_fetched(error: Exception) -> NotFetched:
    if isinstance(error, urllib.error.HTTPError):
        detail = f"The server answered {error.code} ({error.reason})."
    else:
        detail = f"The server can't be reached, or stopped answering ({type(error).__name__})."
    return NotFetched(
        "This file couldn't be fetched.", detail, "Check the address and the connection, then try again.", str(error)
    )
