"""`signature.json` of Lobe: the middle of the picture, red green blue, 0 to 1, channels last."""

from __future__ import annotations

from core.evidence import _ports, _scale
from core.evidence._contract import NOTHING, Evidence, Parts, Said
from core.evidence._plain import table, whole, words
from core.types import Fact

RANK = 54
NAME = "signature.json"
FILES = (NAME,)


def read(said: Said, parts: Parts) -> Evidence:
    """As Lobe's own example for ONNX does it: cut to a square, resized by Pillow's default, divided by 255."""
    signature = table(said.json(NAME))
    port = _ports.picture(parts)
    image = table(signature, "inputs", "Image")
    if port is None or not image:
        return NOTHING
    shape = image.get("shape")
    sides = [whole(side) for side in shape[1:3]] if isinstance(shape, list) and len(shape) == 4 else []
    width, height = _ports.size(port) or (tuple(sides[::-1]) if len(sides) == 2 and all(sides) else (None, None))
    facts = {"colour": Fact("RGB", NAME), **_scale.facts(NAME, [0.0], [1.0], grey=_ports.is_grey(port))}
    names = words(table(signature, "classes").get("Label"))
    if names:
        facts["labels"] = Fact(list(names), NAME)
    if width and height:
        facts |= {
            "resize": Fact("crop" if width == height else "stretch", NAME),
            "resize_px": Fact(min(width, height), NAME),
            "resample": Fact("bicubic", NAME),
            **({} if _ports.size(port) else {"width_px": Fact(width, NAME), "height_px": Fact(height, NAME)}),
        }
    return Evidence(("image_classification",), facts)
