"""Loads what answers will need while the person is still looking at the first page."""

from __future__ import annotations

import gc
import importlib
import logging
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import anyio

from core.jobs.board import board
from core.server import log
from core.store import uploads
from core.workers.pool import pool

WAIT_S = 1.5
"""The first page is drawn before the heavy libraries compete with it for the processor."""
_LIBRARIES = ("PIL.Image", "plotly.graph_objects", "pandas")
_ACTIONS = ("core.actions.try_model", "core.actions.open_model", "core.actions.show_code")


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Given to st.App by app.py."""
    with log.to_file(), workers_at_hand():
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_later)
            yield
            tasks.cancel_scope.cancel()


@contextmanager
def workers_at_hand() -> Iterator[None]:
    """Starts the spare worker at once: it gets ready in a process of its own. Ends all workers with the server."""
    uploads.sweep(board().needed_uploads())
    pool().warm_up()
    try:
        yield
    finally:
        pool().close()


async def _later() -> None:
    await anyio.sleep(WAIT_S)
    await anyio.to_thread.run_sync(load, abandon_on_cancel=True)


def load() -> None:
    """Import the heavy libraries, then tell the garbage collector to leave them alone.

    Streamlit can collect garbage after every click; with a few hundred thousand library objects in sight that takes
    30 to 100 ms with the interpreter locked. Frozen objects are skipped.
    """
    for name in (*_LIBRARIES, *_ACTIONS):
        try:
            importlib.import_module(name)
        except ImportError:  # the action that needs it will say so in words
            logging.getLogger(__name__).warning("could not load %s", name)
    gc.collect()
    gc.freeze()


def send_at_once() -> None:
    """Let small messages go out without waiting for more (TCP_NODELAY), where uvloop doesn't do that already.

    Streamlit binds its socket without naming the protocol, so asyncio doesn't see that it is TCP and every click
    waits about 40 ms for an acknowledgement. Only needed on Windows, where there is no uvloop.
    """
    if "uvloop" in sys.modules:
        return
    import asyncio.base_events

    def nodelay(sock: socket.socket) -> None:
        if sock.family in (socket.AF_INET, socket.AF_INET6) and sock.type == socket.SOCK_STREAM:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    asyncio.base_events._set_nodelay = nodelay  # type: ignore[attr-defined]  # noqa: SLF001  there is no public way
