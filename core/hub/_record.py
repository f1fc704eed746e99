"""Which files of a folder have arrived whole: a note beside them, so that nothing is fetched or hashed twice."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from core.listings import Fetched, RemoteFile

NAME = ".fetched.json"


class Record:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / NAME
        try:
            self._known: dict[str, list[object]] = dict(json.loads(self._path.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            self._known = {}

    def have(self, file: RemoteFile) -> Fetched | None:
        """The file as it was measured, when it is there and is what is announced; hashed again when in doubt."""
        path = self._folder / file.path
        try:
            state = path.stat()
        except OSError:
            return None
        size_bytes, mtime_ns, sha256 = (*self._known.get(file.path, ()), None, None, None)[:3]
        if (size_bytes, mtime_ns) != (state.st_size, state.st_mtime_ns):
            sha256 = sha256_of(path)
        announced = bool(file.sha256)
        if (file.size_bytes not in (None, state.st_size)) or (announced and sha256 != file.sha256):
            path.unlink()  # damaged, or of another version: it is fetched anew
            return None
        return Fetched(file.path, state.st_size, str(sha256), announced)

    def keep(self, fetched: Fetched) -> None:
        state = (self._folder / fetched.path).stat()
        self._known[fetched.path] = [state.st_size, state.st_mtime_ns, fetched.sha256]
        partial = self._path.with_suffix(".new")
        partial.write_text(json.dumps(self._known), "utf-8")
        partial.replace(self._path)


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
