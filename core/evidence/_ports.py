"""What the graphs themselves say about a picture input: evidence must not contradict a shape that is fixed."""

from __future__ import annotations

from core.evidence._contract import Parts
from core.types import Port

_COLOURS = {1, 3}


def picture(parts: Parts) -> Port | None:
    """The input that takes a picture: four dimensions, one of them with 1 or 3 colours or of an open size."""
    ports = [port for graph in parts.values() for port in graph.inputs if port.shape and len(port.shape) == 4]
    return next((port for port in ports if port.shape and {port.shape[1], port.shape[3]} & _COLOURS), None) or next(
        iter(ports), None
    )


def size(port: Port | None) -> tuple[int, int] | None:
    """Width and height the input is fixed to; None when they are open."""
    if port is None or port.shape is None or len(port.shape) != 4:
        return None
    last = port.shape[1] not in _COLOURS and port.shape[3] in _COLOURS
    height, width = port.shape[1:3] if last else port.shape[2:4]
    fixed = isinstance(height, int) and isinstance(width, int) and height > 0 and width > 0
    return (int(width or 0), int(height or 0)) if fixed else None


def is_grey(port: Port | None) -> bool:
    """Whether the input has one channel only."""
    if port is None or port.shape is None or len(port.shape) != 4:
        return False
    return port.shape[1] == 1 or (port.shape[3] == 1 and port.shape[1] not in _COLOURS)


def takes_words(parts: Parts) -> bool:
    return any("input_ids" in port.name for graph in parts.values() for port in graph.inputs)
