"""What a graph's picture input wants: read from its shape, its type and the file's notes, and said in sentences.

Facts about a picture input, of every task that has one: `resize` how the picture is made to fit, with `resize_px`,
`longest_px`, `multiple_px`, `pad` (see `core.tasks._pictures.placement`) · `width_px`, `height_px` · `resample`
bicubic, bilinear, nearest, lanczos, box, hamming · `colour` RGB, BGR, grey · `mean`, `std` on the scale of pixels, 0 to
255 · `layout` NCHW or NHWC · `dtype` of what is fed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from core.tasks import _notes, _pictures
from core.types import Fact, GraphInfo, Port

HOW = (
    *("resize", "resize_px", "longest_px", "multiple_px", "middle", "pad", "resample", "width_px", "height_px"),
    *("colour", "mean", "std", "layout", "dtype"),
)
"""Names of the facts that `core.tasks._pictures.prepared` goes by."""

_IMAGENET_MEAN = [123.675, 116.28, 103.53]
_IMAGENET_STD = [58.395, 57.12, 57.375]
"""Of the red, green and blue of the pictures most classifiers learned from (torchvision)."""


def takes_picture(port: Port) -> bool:
    """Whether an input can be one picture: four dimensions, one of them with 1 or 3 colours."""
    if port.kind != "tensor" or port.shape is None or len(port.shape) != 4:
        return False
    numeric = port.dtype in {"float32", "float16", "float64", "uint8", "int8", "int32"}
    return numeric and any(not isinstance(size, int) or size in {1, 3} for size in (port.shape[1], port.shape[3]))


def layout(port: Port) -> tuple[str, Any, Any, Any]:
    """Order, channels, height and width of a picture input, unknown sizes as the file has them."""
    shape = port.shape or (None, None, None, None)
    if len(shape) != 4:
        shape = (None, None, None, None)
    if shape[1] not in {1, 3} and shape[3] in {1, 3}:
        return "NHWC", shape[3], shape[1], shape[2]
    return "NCHW", shape[1], shape[2], shape[3]


def facts(graph: GraphInfo, port: Port, resize: str, side_px: int, habit: str) -> dict[str, Fact]:
    """All facts about a picture input when nothing but the file is known.

    `resize` and `side_px` are taken where the shape leaves them open; `habit` says whose habit that is, as in `what
    most classifiers do`.
    """
    order, channels, height, width = layout(port)
    known = all(isinstance(side, int) and side > 0 for side in (height, width))
    height_px, width_px = (height, width) if known else (side_px, side_px)
    shape = "the shape of the input"
    return {
        "colour": Fact("grey", shape) if channels == 1 else colour_order(graph),
        "layout": Fact(order, shape, certain=channels in {1, 3}),
        "resize": Fact("stretch" if resize == "crop" and height_px != width_px else resize, habit, certain=False),
        "resize_px": Fact(round(height_px * 256 / 224), habit, certain=False),
        "longest_px": Fact(0, habit, certain=False),
        "multiple_px": Fact(32, habit, certain=False),
        "pad": Fact(114, habit, certain=False),
        "resample": Fact("bicubic" if resize == "crop" else "bilinear", habit, certain=False),
        "width_px": Fact(width_px, shape if known else habit, certain=known),
        "height_px": Fact(height_px, shape if known else habit, certain=known),
        "dtype": Fact(port.dtype, "the type of the input"),
        **scaling(graph, port, channels),
    }


def how(preparation: Mapping[str, Fact]) -> dict[str, Any]:
    """The values of the facts that `core.tasks._pictures.prepared` goes by."""
    return {name: preparation[name].value for name in HOW if name in preparation}


def sentences(picture: Any, preparation: Mapping[str, Fact]) -> tuple[str, ...]:
    """What was done to the picture and why: two sentences. `picture` is uint8 (H, W, 3), or None when unknown."""
    return _size(picture, preparation), _colours(preparation)


def _because(fact: Fact, *, again: str = "") -> str:
    """Where a fact comes from, as the end of a sentence; nothing when that was just said."""
    if fact.source == again:
        return ""
    return f", because {fact.source} says so" if fact.certain else f"; this is a guess from {fact.source}"


def _size(picture: Any, preparation: Mapping[str, Fact]) -> str:
    facts = how(preparation)
    size, because = f"{facts['width_px']} × {facts['height_px']} pixels", _because(preparation["resize"])
    words = {
        "stretch": f"The whole picture was resized to {size}; its proportions were not kept",
        "fit": f"The whole picture was resized to fit into {size}; the rest is grey",
        "fit_corner": f"The whole picture was resized to fit into {size}; the rest, right or below, is grey",
        "shortest": f"The picture was resized to {facts['resize_px']} pixels on its shortest side",
        "shortest_down": f"The picture was resized to about {facts['resize_px']} pixels on its shortest side",
        "near": f"The picture was resized to about {size} with its proportions kept",
        "own": "The picture was kept at its own size as far as possible",
        "stretch_crop": f"It was resized to {facts['resize_px']} pixels square and the middle {size} were kept",
        "crop": f"The shortest side was resized to {facts['resize_px']} pixels and the middle {size} were kept",
    }[facts["resize"]]
    if facts["resize"] in ("crop", "stretch_crop") and isinstance(picture, np.ndarray):
        height, width = picture.shape[:2]
        left, top, right, bottom = _pictures.seen_box(width, height, _pictures.placement(width, height, facts))
        seen = math.floor(100 * (right - left) * (bottom - top) / (width * height))
        words += f", about {seen} % of your picture; it didn't see what is outside"
    return f"{words}{because}."


def _colours(preparation: Mapping[str, Fact]) -> str:
    if not preparation["dtype"].value.startswith("float"):
        return "The pixels were fed as they are, 0 to 255."
    mean, std = ([f"{number:g}" for number in preparation[name].value] for name in ("mean", "std"))
    each = [f"(value - {m}) / {s}" for m, s in zip(mean, std, strict=True)]
    formula = each[0] if len(set(each)) == 1 else ", ".join(each)
    why = _because(preparation["mean"], again=preparation["resize"].source)
    return f"Colours were fed in the order {preparation['colour'].value}, each as {formula}{why}."


def colour_order(graph: GraphInfo) -> Fact:
    """RGB, or what ONNX's own notes on pictures (`Image.BitmapPixelFormat`) say."""
    said = {key.casefold(): value.casefold() for key, value in graph.metadata.items()}.get(
        "image.bitmappixelformat", ""
    )
    if said:
        return Fact("BGR" if said.startswith("bgr") else "RGB", "the model's own notes")
    return Fact("RGB", "what most classifiers do", certain=False)


def scaling(graph: GraphInfo, port: Port, channels: Any) -> dict[str, Fact]:
    """Facts `mean` and `std`, on the scale of pixels, 0 to 255."""
    count = 1 if channels == 1 else 3
    if not port.dtype.startswith("float"):
        raw = "the type of the input: whole numbers are fed as they are"
        return {"mean": Fact([0.0] * count, raw), "std": Fact([1.0] * count, raw)}
    mean, std = _notes.colour_numbers(graph.metadata, "mean"), _notes.colour_numbers(graph.metadata, "std")
    if len(mean) == len(std) == count and min(std) > 0:
        return {"mean": Fact(mean, "the model's own notes"), "std": Fact(std, "the model's own notes")}
    if graph.metadata.get("author") == "Ultralytics":
        source = "the usual preparation of Ultralytics models"
        return {"mean": Fact([0.0] * count, source), "std": Fact([255.0] * count, source)}
    source = "the usual numbers for photographs (ImageNet)"
    mean, std = (_IMAGENET_MEAN, _IMAGENET_STD) if count == 3 else ([0.0], [255.0])
    return {"mean": Fact(mean, source, certain=False), "std": Fact(std, source, certain=False)}
