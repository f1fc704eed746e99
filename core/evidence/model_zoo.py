"""The ONNX Model Zoo: `ONNX_HUB_MANIFEST.json` beside a model, and graphs known by the names inside them.

How each is fed is from its page in the zoo (github.com/onnx/models, validated/vision). What its page doesn't say
clearly counts as a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.evidence import _ports, _scale
from core.evidence._contract import NOTHING, Evidence, Parts, Said
from core.evidence._plain import table, word, words
from core.types import Fact, GraphInfo

RANK = 52
MANIFEST = "ONNX_HUB_MANIFEST.json"
FILES = (MANIFEST,)
HABIT = "its page in the ONNX Model Zoo"

_TASKS = {
    "classification": ("image_classification",),
    "object detection segmentation": ("object_detection", "semantic_segmentation"),
    "object detection": ("object_detection",),
    "super resolution": ("image_to_image",),
    "style transfer": ("image_to_image", "style_transfer"),
    "body analysis": ("image_classification", "object_detection"),
}
"""By a word among its tags."""


@dataclass(frozen=True)
class _Known:
    inputs: str
    outputs: tuple[str, ...]
    tasks: tuple[str, ...]
    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)
    colour: str = "RGB"
    resize: str = "stretch"
    labels: tuple[str, ...] = ()
    certain: bool = True


_FEELINGS = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt")
_CAFFE = (104.0, 117.0, 123.0)
"""Of blue, green and red."""
_GRAPHS = (
    _Known("Input3", ("Plus692_Output_0",), ("image_classification",), colour="grey", labels=_FEELINGS),
    _Known(
        *("Input3", ("Plus214_Output_0",), ("image_classification",), (0.0,), (255.0,)),
        colour="grey",
        labels=tuple("0123456789"),
        certain=False,
    ),
    _Known("input1", ("output1",), ("image_to_image", "style_transfer")),
    _Known("data_0", ("prob_1",), ("image_classification",), _CAFFE, (1.0,), "BGR", "crop", certain=False),
    _Known("data_0", ("fc6_1",), ("image_classification",), _CAFFE, (1.0,), "BGR", "crop", certain=False),
)


def read(said: Said, parts: Parts) -> Evidence:
    """By the manifest's tags where this very file is in it, else by the names in the graph."""
    graph = next(iter(parts.values()))
    tasks = _tagged(said.json(MANIFEST), graph)
    known = next((one for one in _GRAPHS if _is(one, graph)), None)
    if known is None:
        return Evidence(tasks) if tasks else NOTHING
    return Evidence(tuple(dict.fromkeys([*tasks, *known.tasks])), _facts(known, parts))


def _is(known: _Known, graph: GraphInfo) -> bool:
    inputs, outputs = [port.name for port in graph.inputs], tuple(port.name for port in graph.outputs)
    return inputs == [known.inputs] and outputs == known.outputs and len(graph.inputs[0].shape or ()) == 4


def _facts(known: _Known, parts: Parts) -> dict[str, Fact]:
    grey = _ports.is_grey(_ports.picture(parts))
    if grey != (known.colour == "grey"):
        return {}
    scaled = _scale.facts(HABIT, known.mean, known.std, factor=1, grey=grey, certain=known.certain)
    facts = {"colour": Fact(known.colour, HABIT, known.certain), **scaled}
    if known.resize == "stretch":
        facts["resize"] = Fact("stretch", HABIT, known.certain)
    return {**facts, "labels": Fact(list(known.labels), HABIT)} if known.labels else facts


def _tagged(manifest: Any, graph: GraphInfo) -> tuple[str, ...]:
    entries = [table(entry) for entry in manifest[:5000]] if isinstance(manifest, list) else [table(manifest)]
    mine = next((entry for entry in entries if _hash(entry) == graph.sha256 or len(entries) == 1), {})
    tags = {tag.casefold() for tag in words(table(mine, "metadata").get("tags"))}
    return next((tasks for tag, tasks in _TASKS.items() if tag in tags), ())


def _hash(entry: Mapping[str, Any]) -> str:
    return word(table(entry, "metadata").get("model_sha"))
