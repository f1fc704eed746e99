"""Names as people paste them, and names of files as strangers choose them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

_ID = re.compile(r"(?:\b[\w.-]{1,96}\b/)?\b[\w.-]{1,96}\b", re.ASCII)
_REVISION = re.compile(r"[\w.-][\w./-]{0,99}", re.ASCII)
_PUBLIC = ("huggingface.co", "www.huggingface.co", "hf.co")
_NO_MODELS = ("datasets", "spaces", "docs", "blog", "papers", "tasks", "collections", "settings", "join", "learn")
_VIEWS = ("tree", "blob", "resolve", "raw", "commit")
MAX_PATH_CHARACTERS = 200
_FORBIDDEN = frozenset('\\:*?"<>|')
"""Signs that lead elsewhere on one system or another, or can't be in a name there."""
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(\..*)?", re.IGNORECASE)
"""Names that Windows keeps for devices, whatever comes after the dot."""


@dataclass(frozen=True)
class Pasted:
    id: str
    revision: str = ""
    """Branch, tag or commit; empty for what is newest."""
    path: str = ""
    """Of the file the address pointed at."""


def pasted(text: str, endpoint: str) -> Pasted | None:
    """The model that is meant by `owner/model`, `owner/model@version` or an address of the hub; None for anything else.

    >>> pasted("https://huggingface.co/a/b/blob/main/onnx/model.onnx", "")
    Pasted(id='a/b', revision='', path='onnx/model.onnx')
    """
    text = text.strip().rstrip("/")
    if "/" not in text or any(sign.isspace() for sign in text):
        return None
    try:
        address = urlsplit(text if "://" in text else f"https://{text}")
    except ValueError:
        return None
    hosts = {*_PUBLIC, urlsplit(endpoint).netloc.lower()} - {""}
    if address.netloc.lower() in hosts:
        return _of_address([unquote(part) for part in address.path.split("/") if part])
    return None if "://" in text else _of_id(text)


def is_address(text: str) -> bool:
    """Whether it can only be meant as an address."""
    return "://" in text or text.strip().lower().startswith(tuple(f"{name}/" for name in _PUBLIC))


def is_id(text: object) -> bool:
    """Whether the hub would take it as the name of a model."""
    if not isinstance(text, str) or not _ID.fullmatch(text):
        return False
    return "--" not in text and ".." not in text and not text.endswith(".git")


def _of_id(text: str) -> Pasted | None:
    id_, _, revision = text.partition("@")
    return _checked(id_, revision, "") if id_.count("/") == 1 else None


def _of_address(parts: list[str]) -> Pasted | None:
    if parts[:2] == ["api", "models"]:
        parts = parts[2:]
    elif parts and (parts[0] in _NO_MODELS or parts[0] == "models"):
        return None
    length = 1 if len(parts) < 2 or parts[1] in _VIEWS else 2
    id_, view = "/".join(parts[:length]), parts[length : length + 1]
    revision = parts[length + 1] if view and view[0] in _VIEWS and len(parts) > length + 1 else ""
    return _checked(id_, revision, "/".join(parts[length + 2 :]) if revision else "")


def _checked(id_: str, revision: str, path: str) -> Pasted | None:
    if not is_id(id_) or (revision and not _REVISION.fullmatch(revision)):
        return None
    return Pasted(id_, "" if revision == "main" else revision, path)


def is_safe(path: str) -> bool:
    """Whether this can be a file inside a folder on every system, and leads nowhere else."""
    if not path or len(path) > MAX_PATH_CHARACTERS or _FORBIDDEN & set(path):
        return False
    if any(unicodedata.category(sign).startswith(("C", "Zl", "Zp")) for sign in path):  # control and invisible signs
        return False
    return all(_is_plain(part) for part in path.split("/"))


def _is_plain(part: str) -> bool:
    return bool(part.strip(". ")) and part == part.rstrip(". ").lstrip() and not _DEVICES.fullmatch(part)


def alike(path: str) -> str:
    """The same for names that are one file where capital letters or kinds of accents make no difference."""
    return unicodedata.normalize("NFC", path).casefold()
