"""Where one file really lies, how large it is, and by which hash it can be told that it arrived whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx2
from huggingface_hub import get_hf_file_metadata
from huggingface_hub.errors import FileMetadataError
from huggingface_hub.utils._headers import build_hf_headers
from huggingface_hub.utils._http import _is_same_or_hub_host, get_session, hf_raise_for_status

from core import settings
from core.errors import NotFetched
from core.hub import _web
from core.hub._client import endpoint, sendable, set_up
from core.listings import RemoteFile

_SHA256, _SHA1 = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class Remote:
    location: str
    headers: dict[str, str] = field(repr=False)
    size_bytes: int | None
    sha256: str = ""
    git_sha1: str = ""
    """Small files on the hub have the hash that git gives them: of `blob <size>\\\\0` and the content."""
    is_web: bool = False

    @property
    def version(self) -> str:
        """The same for the same content, as far as the other side says."""
        return self.sha256 or self.git_sha1


def remote(file: RemoteFile, token: str, source: str) -> Remote:
    """Asks for it without fetching it. Raises what the hub's client raises, or NotFetched."""
    if source == "web_link":
        found = _web.look(file.url)
        return Remote(found.url, {}, found.size_bytes, file.sha256, is_web=True)
    if _origin(file.url) != _origin(endpoint()):
        raise NotFetched(
            "This file isn't on the hub.",
            f"It is said to lie on {urlsplit(file.url).hostname}.",
            "Look the model up once more.",
        )
    set_up()
    said = get_hf_file_metadata(file.url, token=sendable(token), timeout=settings.HUB_SILENT_S)
    if not said.etag or not said.location:
        raise FileMetadataError("no etag: this is no hub")
    headers = build_hf_headers(token=sendable(token), library_name=settings.APP_NAME, library_version=settings.VERSION)
    if not _is_same_or_hub_host(file.url, said.location):
        headers.pop("authorization", None)  # the token is for the hub alone
    announced = said.etag if _SHA256.fullmatch(said.etag) else ""
    if file.sha256 and announced and file.sha256 != announced:
        raise FileMetadataError("the hub announces another SHA-256 than before")
    sha1 = said.etag if _SHA1.fullmatch(said.etag) else ""
    return Remote(said.location, headers, said.size, file.sha256 or announced, sha1)


def model_of(url: str) -> str:
    """The model that a file of the hub belongs to, as people know it; empty elsewhere."""
    found = re.match(r"/([^/]+/[^/]+)/resolve/", urlsplit(url).path)
    return found[1] if found else ""


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = httpx2.URL(url)
    return parts.scheme, parts.host, parts.port


@contextmanager
def stream(from_: Remote, start: int, end: int | None = None) -> Iterator[httpx2.Response]:
    """Its bytes from `start` up to (not including) `end`, as they come. Status 200 means: from the beginning."""
    headers = {**from_.headers, "accept-encoding": "identity"}
    if start or end is not None:
        headers["range"] = f"bytes={start}-{'' if end is None else end - 1}"
    if from_.is_web:
        with _web.stream(from_.location, headers) as answer:
            yield answer
        return
    with get_session().stream("GET", from_.location, headers=headers, follow_redirects=True) as answer:
        hf_raise_for_status(answer)
        yield answer
