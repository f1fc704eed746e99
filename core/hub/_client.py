"""The hub's own client, set up once per process so that no call of it can wait for ever."""

from __future__ import annotations

import functools
import os
import re
import time
from collections.abc import Iterator, Mapping
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx2
import huggingface_hub
from huggingface_hub import HfApi, constants
from huggingface_hub.utils._headers import build_hf_headers
from huggingface_hub.utils._http import get_session, hf_raise_for_status, hf_request_event_hook

from core import settings
from core.errors import HubUnreachable, NeedsPermission

_TOKEN = re.compile(r"[\x21-\x7e]{1,500}")


def endpoint() -> str:
    """`https://huggingface.co`, or the mirror that the environment names. Raises HubUnreachable when that is none."""
    address = (os.environ.get("HF_ENDPOINT") or "https://huggingface.co").rstrip("/")
    try:
        parts = urlsplit(address)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_one = False
    if not is_one:
        raise HubUnreachable(
            "The address of the hub is none.",
            f"The environment variable HF_ENDPOINT says “{address[:100]}”.",
            "Start the app without it, or set it to an address that begins with https://.",
        )
    return address


def api(token: str) -> HfApi:
    """To ask the hub. An empty token asks as a stranger, whatever lies on this computer."""
    set_up()
    return HfApi(endpoint(), token=sendable(token), library_name=settings.APP_NAME, library_version=settings.VERSION)


def ask(path: str, questions: Mapping[str, str | list[str]], token: str) -> httpx2.Response:
    """The answer to one plain question, such as `/api/models`, asked once.

    Raises what the client raises: see `core.hub._words`.
    """
    set_up()
    headers = build_hf_headers(token=sendable(token), library_name=settings.APP_NAME, library_version=settings.VERSION)
    answer = get_session().get(f"{endpoint()}{path}", params=questions, headers=headers)
    hf_raise_for_status(answer)
    return answer


def sendable(token: str) -> str | Literal[False]:
    """False for none. Raises NeedsPermission for what no header can carry: the client would print it in its error."""
    if token and not _TOKEN.fullmatch(token):
        raise NeedsPermission(
            "This is no token of the hub.",
            "A token is one word of letters, digits and _ and begins with hf_.",
            "Copy it once more from the page where you made it, without spaces.",
        )
    return token or False


@functools.cache
def set_up() -> None:
    """Before anything else of the client is used."""
    constants.DOWNLOAD_CHUNK_SIZE = settings.HUB_PIECE_BYTES  # 10 MiB otherwise: one tick, one chance to stop per piece
    huggingface_hub.set_client_factory(_bounded)


def _bounded() -> httpx2.Client:
    return Bounded(follow_redirects=True, timeout=None, event_hooks={"request": [hf_request_event_hook]})


class Bounded(httpx2.Client):
    """The client passes `timeout=None`, which means for ever and overrides any default: bounds go on each request.

    A subclass and no transport of our own, with which the proxies of a company or school would be ignored.
    """

    def send(self, request: httpx2.Request, *, stream: bool = False, **more: Any) -> httpx2.Response:
        until = time.monotonic() + settings.HUB_ANSWER_S
        asked = request.extensions.get("timeout") or {}
        bounds = dict.fromkeys(("read", "write", "pool"), settings.HUB_SILENT_S) | {"connect": settings.HUB_CONNECT_S}
        timeout = {name: asked.get(name) or bound for name, bound in bounds.items()}
        request.extensions = {**request.extensions, "timeout": timeout}
        answer = super().send(request, stream=True, **more)
        if stream:
            return answer
        answer.stream = _Whole(answer, until)
        try:
            answer.read()
        finally:
            answer.close()
        return answer


class _Whole(httpx2.SyncByteStream):
    """An answer that is read in one go, given up when it doesn't end: it comes in drops, or it is endless."""

    def __init__(self, answer: httpx2.Response, until: float) -> None:
        self._answer, self._stream, self._until = answer, answer.stream, until

    def __iter__(self) -> Iterator[bytes]:
        size_bytes = 0
        for piece in self._stream:  # type: ignore[union-attr]
            size_bytes += len(piece)
            if time.monotonic() > self._until:
                raise httpx2.ReadTimeout("the answer doesn't end", request=self._answer.request)
            if size_bytes > settings.MAX_HUB_ANSWER_BYTES:
                raise httpx2.DecodingError("the answer is too long", request=self._answer.request)
            yield piece

    def close(self) -> None:
        self._stream.close()  # type: ignore[union-attr]
