"""Who may come in: only pages of this computer, under a name of this computer."""

from __future__ import annotations

from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core import settings

_HEADERS = [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin")]


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


def middleware() -> list[Middleware]:
    """Given to st.App by app.py. A foreign Host header means DNS rebinding: another site posing as this one."""
    return [Middleware(TrustedHostMiddleware, allowed_hosts=settings.allowed_hosts()), Middleware(SafeHeaders)]
