"""Addresses that aren't pages. A REST interface has its place here."""

from __future__ import annotations

import time

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from core import settings

_started = time.monotonic()


async def health(_request: Request) -> JSONResponse:
    """Says that the server answers. An unknown address gives a page with status 200, so check the JSON."""
    uptime_s = round(time.monotonic() - _started, 1)
    return JSONResponse({"status": "ok", "app": settings.APP_NAME, "version": settings.VERSION, "uptime_s": uptime_s})


def routes() -> list[Route]:
    """Given to st.App by app.py."""
    return [Route("/healthz", health)]
