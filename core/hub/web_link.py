"""A link to an .onnx file anywhere on the web."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from core import settings
from core.errors import NotFetched, TooLarge
from core.hub import _names, _web
from core.hub._words import in_words
from core.listings import Detail, Listing, ListingPage, Query, RemoteFile, Variant

TITLE = "Web link"


def search(query: Query, token: str) -> ListingPage:
    """The link itself, when the words are one; nothing is asked of anybody."""
    del token
    words = query.words.strip()
    return ListingPage((_listing(words),) if _is_link(words) else ())


def look_up(id_: str, token: str) -> Detail:
    """Asks for the first byte, to learn the size. Raises NotFetched."""
    del token
    url = id_.strip()
    if not _is_link(url):
        raise NotFetched(
            "This is no link to a model.",
            "It has to begin with https:// and lead to a file ending in .onnx.",
            "Copy the link once more.",
        )
    with in_words():
        size_bytes = _web.look(url).size_bytes
    if (size_bytes or 0) > settings.MAX_MODEL_BYTES:
        raise TooLarge("This file is too large.", f"It has {(size_bytes or 0) / 1e9:.1f} GB.", "Choose a smaller one.")
    name = _name(url)
    file = RemoteFile(name, url, size_bytes)
    variant = Variant("unknown", "As it is", "unknown", {"model": name}, (file,), size_bytes or 0)
    return Detail(_listing(url, size_bytes), "", (variant,), page=url)


def _listing(url: str, size_bytes: int | None = None) -> Listing:
    title, place = _name(url).removesuffix(".onnx"), f"A file on {urlsplit(url).hostname}."
    note = "A file from the web: nobody has said what it is for, what licence it has, or who made it."
    return Listing("web_link", url, title, place, size_bytes=size_bytes, note=note)


def _is_link(words: str) -> bool:
    schemes = ("https", "http") if settings.ALLOW_PRIVATE_LINKS else ("https",)
    try:
        parts = urlsplit(words)
    except ValueError:
        return False
    return parts.scheme in schemes and bool(parts.hostname) and parts.path.lower().endswith(".onnx")


def _name(url: str) -> str:
    """Of the file; another one when it can't be used as a name."""
    name = PurePosixPath(unquote(urlsplit(url).path)).name
    return name if _names.is_safe(name) else "model.onnx"
