"""Who may come in: only pages of this computer, under a name of this computer.

In a classroom it is also everybody in the network who was given the link, which carries a key.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import re
import secrets
from functools import cache
from typing import Literal
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core import settings
from core.server import addresses, visitor

KEY = "key"
KEY_COOKIE = "onnx_playground_key"
SAME_SITE: Literal["lax"] = "lax"
"""Not "strict": a browser holds strict cookies back when a link is clicked on another site, such as a school's
learning platform, and the class would stand before the door. What a lax cookie lets another site do is open a page;
everything that changes something is checked by OwnOrigin."""
_VISITOR_RULES = f"; HttpOnly; Max-Age={visitor.COOKIE_AGE_S}; Path=/; SameSite={SAME_SITE}"
_HEALTH = ("/healthz", "/_stcore/health")
_HEADERS = [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin")]
_READS = ("GET", "HEAD", "OPTIONS")
_KEY_IN_ADDRESS = re.compile(rf"(?<=[?&]{KEY}=)[^&\s\"']+")
_CLOSED = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>ONNX Playground: the link is missing its key</title>
<body style="font: 1.1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 4rem auto; padding: 0 1rem">
<h1>You can't come in with this link.</h1>
<p>This ONNX Playground is open to one class, and only to people who have its whole link. Yours has no key, or the
key of an earlier lesson: a new one is made each time the app is started.</p>
<p><b>What to do:</b> ask the person who started it for the whole link, which ends in <code>?key=…</code>, and open
that. Your browser must accept cookies from this address.</p>
</body>
</html>
"""


class SafeHeaders:
    """Adds headers that stop a browser from guessing content types and from telling other sites where you were."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *_HEADERS]
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


class OwnOrigin:
    """Refuses what another site's page sends here: Streamlit checks only its own addresses.

    Programs such as curl send no Origin and come in; a browser always says where a page came from.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if _is_foreign(scope):
            await _refuse(scope, receive, send, PlainTextResponse("This comes from the page of another site.", 403))
            return
        await self.app(scope, receive, send)


class ClassroomKey:
    """Lets in whoever has the key: once in the address, from then on in a cookie.

    The cookie holds a hash, so that it isn't the link to hand on. Health checks from this computer need no key.
    """

    def __init__(self, app: ASGIApp, secret: str) -> None:
        self.app = app
        self.secret = secret
        self.cookie = hmac.new(secret.encode(), KEY_COOKIE.encode(), hashlib.sha256).hexdigest()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or (scope["path"] in _HEALTH and _is_from_here(scope)):
            await self.app(scope, receive, send)
            return
        request = HTTPConnection(scope)
        given = request.query_params.get(KEY)
        if scope["type"] == "http" and given is not None and _is_same(given, self.secret):
            await self._welcome(scope)(scope, receive, send)
        elif _is_same(request.cookies.get(KEY_COOKIE, ""), self.cookie):
            await self.app(scope, receive, send)
        else:
            await _refuse(scope, receive, send, HTMLResponse(_CLOSED, 403, {"cache-control": "no-store"}))

    def _welcome(self, scope: Scope) -> Response:
        """To the same page without the key, so that it stays in no bookmark and on no photo of the screen."""
        pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        rest = urlencode([(name, value) for name, value in pairs if name != KEY])
        path = "/" + quote(scope["path"].lstrip("/"))  # two slashes at the front would lead to another site
        answer = RedirectResponse(path + (f"?{rest}" if rest else ""), 303, {"cache-control": "no-store"})
        answer.set_cookie(KEY_COOKIE, self.cookie, httponly=True, samesite=SAME_SITE)
        return answer


class VisitorCookie:
    """Gives every browser a cookie of its own with the first page; pages read it with `visitor.visitor_of`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or visitor.is_visitor_id(HTTPConnection(scope).cookies.get(visitor.COOKIE, "")):
            await self.app(scope, receive, send)
            return

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                if headers.get("content-type", "").startswith("text/html"):
                    headers.append("set-cookie", f"{visitor.COOKIE}={visitor.new_visitor_id()}{_VISITOR_RULES}")
            await send(message)

        await self.app(scope, receive, with_cookie)


class _WithoutKeys(logging.Filter):
    """Takes keys out of addresses before the web server prints them."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(without_keys(part) if isinstance(part, str) else part for part in record.args)
        record.msg = without_keys(record.msg) if isinstance(record.msg, str) else record.msg
        return True


def middleware() -> list[Middleware]:
    """Given to st.App by app.py. A foreign Host header means DNS rebinding: another site posing as this one."""
    hosts = settings.allowed_hosts()
    inner = [Middleware(OwnOrigin), Middleware(VisitorCookie)]
    if settings.is_classroom():
        hosts = [*hosts, *addresses.names(), *addresses.in_network()]
        inner.insert(1, Middleware(ClassroomKey, secret=_secret()))
    for name in ("uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).addFilter(_without_keys)
    return [Middleware(SafeHeaders), Middleware(TrustedHostMiddleware, allowed_hosts=hosts), *inner]


_without_keys = _WithoutKeys()


def without_keys(text: str) -> str:
    """The text with the value of every `?key=` left out."""
    return _KEY_IN_ADDRESS.sub("…", text)


@cache
def _secret() -> str:
    """The key the launcher handed over. It is taken out of the environment, so no process started here inherits it.

    Somebody who switches the classroom on without the launcher has no key: then one is made that nobody knows.
    """
    return os.environ.pop(settings.CLASSROOM_SECRET_VARIABLE, "") or secrets.token_urlsafe(24)


def _is_foreign(scope: Scope) -> bool:
    if (scope["type"] == "http" and scope["method"] in _READS) or scope["type"] not in ("http", "websocket"):
        return False
    headers = Headers(scope=scope)
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc.lower() != headers.get("host", "").lower()


def _is_from_here(scope: Scope) -> bool:
    """From the loopback address, or from the very address it came to: both ends of the line are this computer."""
    client, server = scope.get("client"), scope.get("server")
    if not client:
        return False
    return client[0] in ("127.0.0.1", "::1") or (server is not None and client[0] == server[0])


def _is_same(given: str, wanted: str) -> bool:
    """Compared in constant time, so that the time an answer takes tells nothing."""
    return secrets.compare_digest(given.encode(), wanted.encode())


async def _refuse(scope: Scope, receive: Receive, send: Send, answer: Response) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": "refused"})  # before accept: a plain 403
    else:
        await answer(scope, receive, send)
