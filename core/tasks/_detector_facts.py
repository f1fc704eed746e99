"""How a detector is fed and read when nothing but its file is known."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import msgspec

from core import notes, settings
from core.tasks import _detector_signs, _picture_input
from core.tasks._detectors import KINDS, Kind
from core.types import Fact, GraphInfo, ModelInfo, Port

_COCO = {80: "coco-80", 91: "coco-91"}
_VOC = {20: "voc-20"}


def load() -> None:
    """Reads the usual names: later a worker can open no file."""
    for name in (*_COCO.values(), *_VOC.values()):
        _listed(name)


def facts(info: ModelInfo) -> dict[str, Fact]:
    """How to read the answer, from names, shapes and notes; the rest as that kind of detector usually wants it."""
    graph, habit = next(iter(info.parts.values())), "what models of this kind usually want"
    known = recognised(info)
    guess = Fact(known.decoder or "yolo_v8", known.source or "what most detectors do", certain=known.certain)
    decoder = replace(info.preparation.get("decoder", guess), choices=tuple(KINDS))
    kind = KINDS.get(decoder.value, KINDS["yolo_v8"])
    return {
        **_picture_facts(graph, kind, habit),
        "decoder": decoder,
        "labels": _labels(graph, decoder.value),
        "first_class": Fact(kind.first_class, habit, certain=False),
        "score_above": Fact(kind.score_above, "the usual limit for models of this kind", certain=False),
        "overlap": Fact(kind.overlap, habit, certain=False),
        "most": Fact(300, habit, certain=False),
    }


def recognised(info: ModelInfo) -> _detector_signs.Known:
    """Which kind of detector the model is; the names that files beside it give tell some kinds apart."""
    names = info.preparation.get("labels")
    count = len(names.value) if names is not None and names.certain else 0
    return _detector_signs.recognised(next(iter(info.parts.values())), count)


def _picture_facts(graph: GraphInfo, kind: Kind, habit: str) -> dict[str, Fact]:
    """As the kind usually wants it; what the file says comes first."""
    port = _detector_signs.picture_port(graph) or graph.inputs[0]
    if port.shape is not None and len(port.shape) == 3:
        port = Port(port.name, port.kind, port.type, port.dtype, (1, *port.shape))
    found = _picture_input.facts(graph, port, kind.resize, kind.side_px, habit)
    sure = graph.metadata.get("author") == "Ultralytics"
    source = "the usual preparation of Ultralytics models" if sure else habit
    fixed = found["width_px"].certain
    resize = "stretch" if fixed and kind.resize in ("own", "shortest") else kind.resize
    usual = {
        "resize": resize,
        "resize_px": kind.side_px,
        "longest_px": kind.longest_px,
        "multiple_px": 1,
        "pad": kind.pad,
        "resample": kind.resample,
    }
    found |= {name: Fact(value, source, certain=sure) for name, value in usual.items()}
    if found["colour"].source != "the model's own notes" and found["colour"].value != "grey":
        found["colour"] = Fact(kind.colour, source, certain=sure)
    if not found["mean"].certain:
        count = len(found["mean"].value)
        found["mean"], found["std"] = (Fact(numbers[:count], habit, certain=False) for numbers in kind.mean_std)
    return found | ({} if fixed else _size_in_notes(graph))


def _size_in_notes(graph: GraphInfo) -> dict[str, Fact]:
    """Height and width that Ultralytics writes down as `imgsz`, up to a multiple of `stride`."""
    sides, step = _whole(graph, "imgsz"), _whole(graph, "stride")
    if len(sides) not in (1, 2) or not all(32 <= side <= 4096 for side in sides):
        return {}
    multiple = step[0] if step and 1 <= step[0] <= 128 else 32
    height, width = (-(-side // multiple) * multiple for side in (sides[0], sides[-1]))
    return {"height_px": Fact(height, "the model's own notes"), "width_px": Fact(width, "the model's own notes")}


def _whole(graph: GraphInfo, key: str) -> list[int]:
    """One or several whole numbers in the notes; empty when there are none."""
    found = notes.value(graph.metadata.get(key, ""))
    given = found if isinstance(found, list | tuple) else [found]
    return [int(one) for one in given if type(one) is int or (isinstance(one, float) and one.is_integer())]


def _labels(graph: GraphInfo, decoder: str) -> Fact:
    names = notes.labels(graph.metadata)
    if names:
        return Fact(names, "the model's own notes")
    if decoder == "ultraface":
        return Fact(["face"], "what UltraFace looks for", certain=False)
    count = _detector_signs.class_count(decoder, graph)
    if decoder == "yolo_v2" and count in _VOC:
        return Fact(_listed(_VOC[count]), "the usual 20 things of Pascal VOC", certain=False)
    if count in _COCO:
        return Fact(_listed(_COCO[count]), "the usual 80 things of COCO", certain=False)
    return Fact([], "the file doesn't name its classes", certain=False)


@cache
def _listed(name: str) -> list[str]:
    """A list of names that came with the app."""
    path = settings.ASSETS / "labels" / f"{name}.json"
    return msgspec.json.decode(path.read_bytes(), type=list[str])
