"""Files that people gave, on disk until they are no longer needed. They are kept and measured here, never read."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Collection
from pathlib import Path, PurePath, PureWindowsPath
from typing import BinaryIO

from core import settings
from core.errors import Full
from core.types import Upload


def keep(content: bytes | BinaryIO, name: str, visitor: str) -> Upload:
    """Write the content into a file of its own, readable by nobody else. Raises Full when the visitor's share is used.

    The name is remembered for showing; the file is called something nobody chose.
    """
    folder = _folder(visitor)
    size_bytes = len(content) if isinstance(content, bytes) else _length(content)
    _check_share(folder, size_bytes)
    key = secrets.token_hex(12)
    path = folder / key
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        if isinstance(content, bytes):
            file.write(content)
        else:
            shutil.copyfileobj(content, file, 2**20)
    return Upload(str(path), plain_name(name), size_bytes, key)


def drop(upload: Upload) -> None:
    """Delete it; nothing happens when it is gone already."""
    Path(upload.path).unlink(missing_ok=True)


def sweep(needed: Collection[str] = (), older_than_s: float = 0.0) -> int:
    """Delete what an earlier run of the app left, except the paths still needed; says how many files that were."""
    root, gone = settings.data_folder() / "uploads", 0
    for path in root.glob("*/*"):
        if str(path) not in needed and time.time() - path.stat().st_mtime >= older_than_s:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def plain_name(name: str) -> str:
    """The last part of a file name from any system, without control characters."""
    last = PurePath(PureWindowsPath(name).name).name
    clean = "".join(letter for letter in last if letter.isprintable())[:200]
    return clean if clean.strip(". ") else "file"


def _folder(visitor: str) -> Path:
    folder = settings.data_folder() / "uploads" / visitor
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _length(content: BinaryIO) -> int:
    length = content.seek(0, os.SEEK_END)
    content.seek(0)
    return length


def _check_share(folder: Path, size_bytes: int) -> None:
    limit = settings.upload_share_bytes()
    taken = sum(path.stat().st_size for path in folder.iterdir())
    free = shutil.disk_usage(folder).free - settings.DISK_LEFT_BYTES
    if taken + size_bytes > limit or size_bytes > free:
        why = (
            f"Your open files take {taken / 1e6:.0f} of {limit / 1e6:.0f} MB"
            if taken + size_bytes > limit
            else f"The disk has {max(free, 0) / 1e6:.0f} MB to spare"
        )
        raise Full(
            "There is no room for this file.",
            f"{why}; this file needs {size_bytes / 1e6:.0f} MB more.",
            "Remove files you opened, or use a smaller one. The page Settings shows the limits.",
        )
