"""Files that lie beside a model: which of them it may have. Looked at from outside, never opened here."""

from __future__ import annotations

import stat
from pathlib import Path

from core.errors import DamagedModel, UnsafeModel


def check_name(name: str | bytes) -> None:
    """Raises UnsafeModel unless this is the plain name of a file in the model's own folder."""
    if isinstance(name, bytes) or any(part in name for part in ("/", "\\", ":", "\0", "*")) or name in ("", ".", ".."):
        raise UnsafeModel(
            "This model asks for a file outside its own folder.",
            f"Its weights are said to lie at “{str(name)[:80]}”. Only a plain file name beside the model is allowed.",
            "Don't use this file unless you trust who made it; a fresh export keeps its weights beside the model.",
        )


def size_bytes(folder: Path, name: str) -> int | None:
    """Of the file with this name; None when it isn't there. A link may lead anywhere, so it raises UnsafeModel."""
    check_name(name)
    try:
        found = (folder / name).lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:  # such as a name longer than the system allows
        raise DamagedModel(
            "This model's reference to its weights is broken.",
            f"The file “{name[:80]}” can't be looked at: {error.strerror}.",
            "Download or export the model once more.",
        ) from error
    if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
        raise UnsafeModel(
            "The weights of this model are behind a link.",
            f"“{name[:80]}” is not a plain file of its own, so it could lead anywhere on this computer.",
            "Put a real copy of the file beside the model.",
        )
    return found.st_size
