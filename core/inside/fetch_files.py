"""Fetches the files of a model into a folder. Runs in a download process, which looks into none of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from core.inside._desk import Desk
from core.listings import Fetched, RemoteFile

RESULT = tuple[Fetched, ...]


def do(request: dict[str, Any], desk: Desk) -> tuple[Fetched, ...]:
    """`request`: {"files": as `RemoteFile`, "folder", "token": "" for none, "source"}. Raises NotFetched or Full."""
    from core.hub._transfer import fetch  # the app looks at RESULT; the client of the hub is for this process alone

    files = msgspec.convert(request["files"], type=list[RemoteFile])
    return fetch(files, Path(request["folder"]), request["token"], request["source"], desk.say)
