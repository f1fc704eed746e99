"""What a graph's picture input wants, read from its shape, its type and the file's notes."""

from __future__ import annotations

from typing import Any

from core.tasks import _notes
from core.types import Fact, GraphInfo, Port

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


def colour_order(graph: GraphInfo) -> Fact:
    """RGB, or what ONNX's own notes on pictures (`Image.BitmapPixelFormat`) say."""
    said = {key.casefold(): value.casefold() for key, value in graph.metadata.items()}.get(
        "image.bitmappixelformat", ""
    )
    if said:
        return Fact("BGR" if said.startswith("bgr") else "RGB", "the model's own notes")
    return Fact("RGB", "what most classifiers do", certain=False)


def scaling(graph: GraphInfo, channels: Any) -> dict[str, Fact]:
    """Facts `mean` and `std`, on the scale of pixels, 0 to 255."""
    count = 1 if channels == 1 else 3
    if not graph.inputs[0].dtype.startswith("float"):
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
