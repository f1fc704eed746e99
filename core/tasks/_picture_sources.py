"""Which output of a model turns a picture into numbers to compare it by; see `core.tasks._picture_vectors`."""

from __future__ import annotations

from dataclasses import dataclass

from core.tasks import _notes, _picture_input, _tower_ports
from core.types import GraphInfo, ModelInfo, Port

SCORES = "scores"
_NAMES = ("image_embeds", "image_embeddings", "pooler_output", "last_hidden_state")
"""Outputs of models made for this, the best one first. The first two also lie in one space with words."""
_SOUNDS = ("embed", "feature", "descriptor", "clstoken")
_CLASSES = (1000, 1001)
_FEWEST_SCORES = 10
_WIDEST = 16_384


@dataclass(frozen=True)
class Source:
    """Where the numbers of a picture come from."""

    role: str
    picture: Port
    output: Port
    pooling: str
    """As the fact of that name, or `SCORES`."""
    fit: float
    """How good a source it is, 0 to 1."""
    certain: bool


def source(info: ModelInfo) -> Source | None:
    """The output to take the numbers from; None when no part turns one picture into numbers."""
    towers = _tower_ports.find(info)
    if towers and towers.image_out:
        ports = {port.name: port for port in info.parts[towers.vision].outputs}
        return Source(towers.vision, towers.picture, ports[towers.image_out], "none", 0.8, certain=True)
    graph = next(iter(info.parts.values()))
    if len(info.parts) > 1 or len(graph.inputs) != 1 or not _is_picture(graph.inputs[0]):
        return None
    found = _named(graph) or _unnamed(graph, named="labels" in info.preparation)
    return Source(next(iter(info.parts)), graph.inputs[0], *found) if found else None


def _is_picture(port: Port) -> bool:
    """A picture, and not the picture of a sound that models for listening take."""
    heard = any(word in port.name.casefold() for word in ("input_features", "audio", "mel"))
    at_once = (port.shape or (None,))[0]
    single = at_once == 1 or not isinstance(at_once, int)
    return single and not heard and _picture_input.takes_picture(port)


def _named(graph: GraphInfo) -> tuple[Port, str, float, bool] | None:
    """An output whose name says that it is meant for comparing."""
    known = {port.name.casefold(): port for port in graph.outputs}
    for name in _NAMES:
        rank = len(known[name].shape or ()) if name in known else 0
        if rank == 2 or (rank in (3, 4) and not name.startswith("image_embed")):
            return known[name], ("first" if rank == 3 else "mean" if rank == 4 else "none"), 0.95, True
    sounding = (port for port in graph.outputs if any(word in port.name.casefold() for word in _SOUNDS))
    port = next((port for port in sounding if _is_row(port)), None)
    return (port, "none", 0.9, True) if port else None


def _unnamed(graph: GraphInfo, *, named: bool) -> tuple[Port, str, float, bool] | None:
    """One row of numbers that could be anything: a classifier's scores, certainly so when its classes have names."""
    if len(graph.outputs) != 1 or not _is_row(graph.outputs[0]):
        return None
    port = graph.outputs[0]
    width = (port.shape or (None, None))[1]
    if named or _notes.labels(graph.metadata) or graph.class_names or width in _CLASSES:
        return port, SCORES, 0.2, False
    if not isinstance(width, int) or width < _FEWEST_SCORES:
        return (port, SCORES, 0.1, False) if width != 1 else None
    power = width % 64 == 0
    return port, ("none" if power else SCORES), (0.3 if power else 0.15), False


def _is_row(port: Port) -> bool:
    shape = port.shape or ()
    flat = len(shape) == 2 or (len(shape) == 4 and shape[2:] == (1, 1))
    narrow = flat and (not isinstance(shape[1], int) or shape[1] <= _WIDEST)
    return port.kind == "tensor" and port.dtype.startswith("float") and flat and narrow
