"""Files that somebody names on the command line."""

from __future__ import annotations

from pathlib import Path

from core.errors import InputError


def read(path: str | None) -> bytes | None:
    """Its bytes; None for no path. Raises InputError."""
    if path is None:
        return None
    try:
        return Path(path).expanduser().read_bytes()
    except OSError as error:
        raise InputError(
            f"{path} can't be read.", f"The system says: {error.strerror}.", "Check the path and its rights."
        ) from error


def write(path: str, data: bytes) -> str:
    """Where it lies now, in full. Raises InputError."""
    target = Path(path).expanduser().resolve()
    try:
        target.write_bytes(data)
    except OSError as error:
        raise InputError(
            f"{path} can't be written.", f"The system says: {error.strerror}.", "Check the path and its rights."
        ) from error
    return str(target)
