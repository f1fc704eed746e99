"""Keeps the last used graphs open, so a second answer doesn't wait for the model to load."""

from __future__ import annotations

import threading
from collections import OrderedDict

from core import settings
from core.run.session import OpenGraph, open_graph
from core.types import GraphInfo

_open: OrderedDict[tuple[str, str], OpenGraph] = OrderedDict()
_lock = threading.Lock()


def warm_graph(info: GraphInfo) -> OpenGraph:
    """The open graph of this file; the least recently used one is let go when too many are open."""
    key = (info.sha256, info.path)
    with _lock:
        graph = _open.get(key)
        if graph is None:
            graph = _open[key] = open_graph(info)
        _open.move_to_end(key)
        while len(_open) > settings.MAX_OPEN_GRAPHS:
            _open.popitem(last=False)
        return graph


def is_warm(info: GraphInfo) -> bool:
    """Whether the graph is already open."""
    return (info.sha256, info.path) in _open
