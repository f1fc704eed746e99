"""Notes that Ultralytics writes into its exports (v8 to v12, 26, RT-DETR), and the two of YOLOv5, v7 and v9.

`task`, `names`, `imgsz`, `stride` and the like, each the text of a Python value, which is read as data and never run.
Pictures are fed whole in a grey frame (114), classifiers see the middle; colours are only divided by 255.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core import notes
from core.evidence import _ports, _scale
from core.evidence._contract import NOTHING, Evidence, Parts, Said
from core.evidence._plain import whole
from core.types import Fact, Port

RANK = 10
FILES: tuple[str, ...] = ()
SOURCE = "the model's own notes"
HABIT = "the usual preparation of Ultralytics models"
_TASKS = {
    "detect": ("object_detection",),
    "classify": ("image_classification",),
    "segment": ("object_detection",),
    "pose": ("object_detection",),
    "obb": ("object_detection",),
    "semantic": ("semantic_segmentation",),
}
_GREY = 114


def read(said: Said, parts: Parts) -> Evidence:
    """The task, the names of its classes, and how its pictures are fed."""
    del said
    graph = next(iter(parts.values()))
    port = _ports.picture(parts)
    if port is None:
        return NOTHING
    if graph.metadata.get("author") == "Ultralytics":
        return _of_ultralytics(graph.metadata, port)
    if {"names", "stride"} <= graph.metadata.keys():
        return Evidence(
            ("object_detection",), {**_names(graph.metadata), **_framed(graph.metadata, port, certain=False)}
        )
    return NOTHING


def _of_ultralytics(metadata: Mapping[str, str], port: Port) -> Evidence:
    task = metadata.get("task", "")
    if task == "classify":
        fed = _middle(metadata, port)
    elif "rtdetr" in metadata.get("description", "").casefold().replace("-", ""):
        fed = {**_framed(metadata, port), "resize": Fact("stretch", HABIT)}
    else:
        fed = _framed(metadata, port)
    return Evidence(_TASKS.get(task, ()), {**_names(metadata), **fed})


def _framed(metadata: Mapping[str, str], port: Port, *, certain: bool = True) -> dict[str, Fact]:
    stride = whole(notes.value(metadata.get("stride", "")), 1, 256) or 32
    return {
        "resize": Fact("fit", HABIT, certain),
        "pad": Fact(_GREY, HABIT, certain),
        "multiple_px": Fact(stride, SOURCE if "stride" in metadata else HABIT, certain),
        "resample": Fact("bilinear", HABIT, certain),
        **_size(metadata, port),
        **_colours(port, certain=certain),
    }


def _middle(metadata: Mapping[str, str], port: Port) -> dict[str, Fact]:
    size = _size(metadata, port)
    fixed = _ports.size(port)
    side = fixed[1] if fixed else size["height_px"].value if size else 224
    shortest = {"resize_px": Fact(side, HABIT), "resample": Fact("bilinear", HABIT)}
    return {"resize": Fact("crop", HABIT), **shortest, **size, **_colours(port)}


def _size(metadata: Mapping[str, str], port: Port) -> dict[str, Fact]:
    """Height comes first in `imgsz`. A size that is fixed in the graph needs no note."""
    given: Any = notes.value(metadata.get("imgsz", ""))
    sides = [whole(side) for side in (given if isinstance(given, list | tuple) else [given, given])]
    if _ports.size(port) or len(sides) != 2 or None in sides:
        return {}
    return {"height_px": Fact(sides[0], SOURCE), "width_px": Fact(sides[1], SOURCE)}


def _colours(port: Port, *, certain: bool = True) -> dict[str, Fact]:
    grey = _ports.is_grey(port)
    scaled = _scale.facts(HABIT, [0.0], [1.0], grey=grey, certain=certain)
    return {"colour": Fact("grey" if grey else "RGB", HABIT, certain), **scaled}


def _names(metadata: Mapping[str, str]) -> dict[str, Fact]:
    names = notes.labels(metadata)
    alone = notes.value(metadata.get("names", ""))
    if not names and isinstance(alone, list) and len(alone) == 1 and isinstance(alone[0], str):
        names = alone
    return {"labels": Fact(names, SOURCE)} if names else {}
