"""A picture that a network makes of a picture, in pieces or at once, as pixels again.

Pictures are uint8 (H, W, 3). The functions stand on their own, since their source is copied into a user's script.
`how` holds the facts by name (see `core.tasks.image_to_image`), `input` and `output` of the graph, and the size of what
is fed: `tile_height_px`, `tile_width_px`, and `fixed` when the model takes nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from core.tasks._pictures import in_colours, numbers
from core.tasks._tiles import as_picture, padded, shares, starts, tiled

IMPORTS = ("import sys", "from collections.abc import Callable", "from typing import Any")
"""What a script needs besides np and Image."""


def remade(
    picture: np.ndarray, graph: Callable[..., Any], how: dict[str, Any], say: Callable[[float, str], None]
) -> np.ndarray:
    """What the network makes of the picture: uint8 (H * scale, W * scale, 3)."""

    def run(pixels: np.ndarray) -> np.ndarray:
        fed = numbers(in_colours(pixels, how["colour"]), how["mean"], how["std"], how["layout"], how["dtype"])
        return as_picture(graph({how["input"]: fed})[how["output"]])

    if how["way"] == "tiles":
        return coloured(as_pixels(tiled(picture, run, how, say), picture, how), picture, how)
    height, width = picture.shape[:2]
    if how["fixed"]:
        size = (how["tile_width_px"], how["tile_height_px"])
        whole = np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BICUBIC))
    else:
        whole = padded(picture, how)
    made = coloured(as_pixels(run(whole), picture, how), picture, how)
    scale = max(1, round(made.shape[0] / whole.shape[0]))
    if not how["fixed"] and made.shape[:2] == (whole.shape[0] * scale, whole.shape[1] * scale):
        return made[: height * scale, : width * scale]
    return np.asarray(Image.fromarray(made).resize((width * scale, height * scale), Image.Resampling.BICUBIC))


def as_pixels(values: np.ndarray, picture: np.ndarray, how: dict[str, Any]) -> np.ndarray:
    """Values in whatever range the network uses as uint8 of the same shape; `picture` is what it was made of.

    `detect` takes the range that the values leave least and in which the result is about as bright as the picture.
    """
    ranges = {"0 to 1": (255.0, 0.0), "-1 to 1": (127.5, 127.5), "0 to 255": (1.0, 0.0)}
    chosen = how["range_out"]
    if chosen not in ranges:
        step = max(1, int((values.size / 1_000_000) ** 0.5))
        seen, costs = np.asarray(values[::step, ::step], np.float64), {}
        signed, raw = min(how["mean"]) > 0, max(how["std"]) <= 2
        for name, (scale, shift) in ranges.items():
            if (name == "-1 to 1" and seen.min() > -0.05 and not signed) or (
                name == "0 to 255" and seen.max() < 2 and not raw
            ):
                continue
            decoded = seen * scale + shift
            outside = np.mean((decoded < -25) | (decoded > 280))
            costs[name] = 255 * outside + abs(decoded.clip(0, 255).mean() - picture.mean())
        chosen = min(costs, key=lambda name: costs[name])
    scale, shift = ranges[chosen]
    pixels = np.empty(values.shape, np.uint8)
    for top in range(0, len(values), 256):  # a band at a time: a large result would need its size again in memory
        pixels[top : top + 256] = np.clip(values[top : top + 256] * scale + shift + 0.5, 0, 255.5).astype(np.uint8)
    return pixels


def coloured(pixels: np.ndarray, picture: np.ndarray, how: dict[str, Any]) -> np.ndarray:
    """uint8 (H, W, 1, 3 or 4) as red, green, blue; brightness alone gets the colours of the picture."""
    if pixels.shape[2] == 1 and how["colour"] == "grey":
        size = (pixels.shape[1], pixels.shape[0])
        colours = Image.fromarray(picture).convert("YCbCr").resize(size, Image.Resampling.BICUBIC).split()
        merged = Image.merge("YCbCr", (Image.fromarray(pixels[:, :, 0]), colours[1], colours[2]))
        return np.asarray(merged.convert("RGB"))
    if pixels.shape[2] == 1:
        return np.repeat(pixels, 3, axis=2)
    return np.ascontiguousarray(pixels[:, :, 2::-1] if how["colour"] == "BGR" else pixels[:, :, :3])


FUNCTIONS = (
    in_colours,
    numbers,
    starts,
    shares,
    padded,
    as_picture,
    tiled,
    as_pixels,
    coloured,
    remade,
)
