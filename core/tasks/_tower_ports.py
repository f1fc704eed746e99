"""Which inputs and outputs of a model are its half for words and its half for pictures; see `core.tasks._towers`."""

from __future__ import annotations

from dataclasses import dataclass

from core.tasks import _picture_input
from core.types import GraphInfo, ModelInfo, Port

LOGITS = "logits_per_image"
_PICTURES = ("image_embeds", "image_embeddings", "pooler_output", "embedding")
_WORDS = ("text_embeds", "text_embeddings", "pooler_output", "sentence_embedding", "embedding")
_OTHERS = {"pred_boxes", "pred_masks", "logits", "objectness_logits"}
"""Outputs of models that also take words and a picture, and look for something else (OWL-ViT, CLIPSeg)."""


@dataclass(frozen=True)
class Towers:
    """Names of parts, inputs and outputs; the parts are the same when one graph does both."""

    vision: str
    text: str
    picture: Port
    words: tuple[Port, ...]
    image_out: str
    text_out: str
    logits: str = ""


def find(info: ModelInfo) -> Towers | None:
    """The two halves, or None when the model has no such halves."""
    roles = list(info.parts)
    if len(roles) == 1:
        return _one_graph(roles[0], info.parts[roles[0]])
    if len(roles) == 2:
        pairs = (roles, roles[::-1])
        return next((found for one, other in pairs if (found := _two_graphs(info, one, other))), None)
    return None


def length(words: tuple[Port, ...]) -> int:
    """How many pieces the input holds when the file fixes it; 0 when any number goes."""
    sizes = [port.shape[1] for port in words if port.shape and isinstance(port.shape[1], int)]
    return next((size for size in sizes if size > 0), 0)


def _one_graph(role: str, graph: GraphInfo) -> Towers | None:
    pictures = [port for port in graph.inputs if _picture_input.takes_picture(port)]
    words = tuple(port for port in graph.inputs if _is_words(port))
    outputs = {port.name for port in graph.outputs}
    if len(pictures) != 1 or not words or len(words) + 1 != len(graph.inputs) or outputs & _OTHERS:
        return None
    image_out, text_out = _first(_PICTURES[:2], outputs), _first(_WORDS[:2], outputs)
    logits = LOGITS if LOGITS in outputs else ""
    if not logits and not (image_out and text_out):
        return None
    return Towers(role, role, pictures[0], words, image_out, text_out, logits)


def _two_graphs(info: ModelInfo, vision: str, text: str) -> Towers | None:
    one, other = info.parts[vision], info.parts[text]
    if len(one.inputs) != 1 or not _picture_input.takes_picture(one.inputs[0]):
        return None
    if not other.inputs or not all(_is_words(port) for port in other.inputs):
        return None
    image_out, text_out = _row(one, _PICTURES), _row(other, _WORDS)
    if not image_out or not text_out or "input_features" in one.inputs[0].name:
        return None
    return Towers(vision, text, one.inputs[0], other.inputs, image_out, text_out)


def _row(graph: GraphInfo, names: tuple[str, ...]) -> str:
    """The output with one row of numbers: by its name, or because there is only one."""
    rows = {port.name for port in graph.outputs if len(port.shape or (0, 0)) == 2}
    return _first(names, rows) or (next(iter(rows)) if len(rows) == len(graph.outputs) == 1 else "")


def _first(names: tuple[str, ...], known: set[str]) -> str:
    return next((name for name in names if name in known), "")


def _is_words(port: Port) -> bool:
    return port.kind == "tensor" and port.dtype in {"int64", "int32"} and len(port.shape or ()) == 2
