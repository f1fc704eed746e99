"""Unpacks a model that was packed by this app. Runs as a file job: it may write into one folder and nowhere else."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import msgspec

from core.errors import BadFile
from core.inside._desk import Desk
from core.packed import CARD, FORMAT, NAME, Packed, check, not_usable
from core.readers.archive import unpack_to

RESULT = Packed
_MOST_ABOUT_BYTES = 16 * 2**20


def do(request: dict[str, Any], desk: Desk) -> Packed:
    """`request`: {"zip": the name of the file handed in, "folder": where it may write, "most_bytes"}.

    Raises BadFile when the zip isn't one of ours, or a file isn't what is said about it.
    """
    folder = Path(request["folder"])
    zipped = io.BufferedReader(_View(desk.files[request["zip"]]))
    found = unpack_to(zipped, folder, request["most_bytes"], desk.say)
    about = _about(folder)
    check(about)
    wanted = {file.path: (file.size_bytes, file.sha256) for file in about.files}
    for name in found.keys() - wanted.keys() - {NAME, CARD}:
        raise not_usable(f"“{name[:80]}” is in it, and nothing is said about that file.")
    for name, is_ in wanted.items():
        if found.get(name) != is_:
            raise not_usable(f"“{name[:80]}” is missing, or was changed since it was packed.")
    for name in (NAME, CARD):
        (folder / name).unlink(missing_ok=True)
    return about


def _about(folder: Path) -> Packed:
    path = folder / NAME
    if not path.is_file() or path.stat().st_size > _MOST_ABOUT_BYTES:
        raise BadFile(
            "This zip wasn't packed by this app.",
            f"There is no {NAME} in it.",
            "To add an ordinary model, unpack the zip and give its .onnx file.",
        )
    content = path.read_bytes()
    try:
        version = msgspec.json.decode(content, type=dict[str, Any]).get("format")
        if isinstance(version, int) and version > FORMAT:
            raise BadFile(
                "This was packed by a newer version of this app.",
                f"Its format is {version}; this app knows {FORMAT}.",
                "Update this app, then try again.",
            )
        return msgspec.json.decode(content, type=Packed)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise not_usable("What it says about the model can't be read.", str(error)) from error


class _View(io.RawIOBase):
    """A file that was handed in, without a copy of it in memory."""

    def __init__(self, content: memoryview) -> None:
        self._content, self._at = content, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: len(self._content)}[whence]
        if start + offset < 0:
            raise ValueError("before the beginning")
        self._at = start + offset
        return self._at

    def readinto(self, target: Any) -> int:
        piece = self._content[self._at : self._at + len(target)]
        target[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)
