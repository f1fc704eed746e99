"""Turns a picture into the tensor a model's input asks for, when nobody said more about it than its shape."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.errors import BadTensor
from core.readers.arrays import dtype_of
from core.readers.picture import read_picture
from core.shapes import in_words
from core.types import Port

_CHANNELS = (3, 1, 4)
"""Most telling first: a 1 may also be a batch or a single line."""


def from_picture(data: bytes, port: Port, shape: tuple[int, ...]) -> NDArray[Any]:
    """The picture resized to `shape`: (N, C, H, W), (N, H, W, C), (C, H, W) or (H, W, C), as its sizes say.

    Floats hold 0 to 1, whole numbers 0 to 255 (int8: -128 to 127), bool is true where it is bright.
    """
    first = _channels_first(port, shape)
    channels, height, width = shape[-3:] if first else (shape[-1], *shape[-3:-1])
    pixels = _coloured(_resized(read_picture(data), width, height), channels)
    laid_out = pixels.transpose(2, 0, 1) if first else pixels
    return np.ascontiguousarray(np.broadcast_to(_scaled(laid_out, port.dtype), shape))


def _channels_first(port: Port, shape: tuple[int, ...]) -> bool:
    declared = port.shape or shape
    if len(shape) in (3, 4) and len(declared) == len(shape) and port.dtype != "string" and 0 not in shape:
        for sizes in (declared, shape):  # what is fixed in the file counts more than what was filled in
            for channels in _CHANNELS:
                if channels in (sizes[-3], sizes[-1]):
                    return sizes[-3] == channels
    raise BadTensor(
        f"A picture doesn't fit the input “{port.name[:60]}”.",
        f"Its size is {in_words(shape)} of {port.dtype}; a picture needs three or four sizes, one of them 1, 3 or 4.",
        "Choose another way to fill it.",
    )


def _resized(pixels: NDArray[np.uint8], width_px: int, height_px: int) -> NDArray[np.uint8]:
    if pixels.shape[:2] == (height_px, width_px):
        return pixels
    return np.asarray(Image.fromarray(pixels).resize((width_px, height_px), Image.Resampling.BILINEAR))


def _coloured(pixels: NDArray[np.uint8], channels: int) -> NDArray[np.uint8]:
    if channels == 3:
        return pixels
    if channels == 4:
        return np.concatenate([pixels, np.full_like(pixels[..., :1], 255)], axis=2)
    return np.asarray(Image.fromarray(pixels).convert("L"))[..., None]


def _scaled(pixels: NDArray[np.uint8], dtype: str) -> NDArray[Any]:
    if dtype == "bool":
        return pixels > 127
    if dtype == "int8":
        return (pixels.astype(np.int16) - 128).astype(np.int8)
    if "int" in dtype:
        return pixels.astype(dtype_of(dtype))
    return (pixels.astype(np.float32) / 255).astype(dtype_of(dtype))
