"""Makes a picture into what a model is fed, and back.

Each function stands on its own (`np` and Pillow's `Image` aside): their source is copied into a user's script.
Pictures are uint8 (H, W, 3), red green blue.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image


def cut_from_middle(picture: np.ndarray, resize_px: int, width_px: int, height_px: int, resample: str) -> np.ndarray:
    """The middle of a picture whose shortest side was made `resize_px` long: uint8 (height_px, width_px, 3).

    Only the part that is kept is computed, which gives the same pixels in about half the time.
    """
    height, width = picture.shape[:2]
    scale = max(resize_px / min(width, height), width_px / width, height_px / height)
    whole_width, whole_height = round(width * scale), round(height * scale)
    left, top = (whole_width - width_px) // 2, (whole_height - height_px) // 2
    across, down = width / whole_width, height / whole_height
    box = (left * across, top * down, (left + width_px) * across, (top + height_px) * down)
    how = Image.Resampling[resample.upper()]
    return np.asarray(Image.fromarray(picture).resize((width_px, height_px), how, box=box))


def stretched(picture: np.ndarray, width_px: int, height_px: int, resample: str) -> np.ndarray:
    """The whole picture at another size, its proportions given up: uint8 (height_px, width_px, 3)."""
    return np.asarray(Image.fromarray(picture).resize((width_px, height_px), Image.Resampling[resample.upper()]))


def fitted(picture: np.ndarray, width_px: int, height_px: int, resample: str, grey: int = 114) -> np.ndarray:
    """The whole picture with its proportions, in the middle of a grey frame: uint8 (height_px, width_px, 3)."""
    height, width = picture.shape[:2]
    scale = min(width_px / width, height_px / height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    frame = Image.new("RGB", (width_px, height_px), (grey, grey, grey))
    inside = Image.fromarray(picture).resize(size, Image.Resampling[resample.upper()])
    frame.paste(inside, ((width_px - size[0]) // 2, (height_px - size[1]) // 2))
    return np.asarray(frame)


def no_longer_than(picture: np.ndarray, longest_px: int, shortest_px: int = 1) -> np.ndarray:
    """The picture made smaller where its longest side passes `longest_px`; no side ends below `shortest_px`."""
    height, width = picture.shape[:2]
    scale = min(1.0, longest_px / max(height, width))
    size = (max(shortest_px, round(width * scale)), max(shortest_px, round(height * scale)))
    if size == (width, height):
        return picture
    return np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.LANCZOS))


def in_colours(pixels: np.ndarray, colour: str) -> np.ndarray:
    """The same picture with its channels in another order: RGB, BGR, or one channel for grey (ITU-R 601)."""
    if colour == "BGR":
        return pixels[:, :, ::-1]
    if colour == "grey":
        return np.asarray(Image.fromarray(pixels).convert("L"))[:, :, None]
    return pixels


def numbers(pixels: np.ndarray, mean: list[float], std: list[float], layout: str, dtype: str) -> np.ndarray:
    """(pixel - mean) / std per channel, as (1, C, H, W) for NCHW or (1, H, W, C) for NHWC.

    `mean` and `std` are on the scale of the pixels, 0 to 255. Whole-number types are fed the pixels as they are.
    """
    if layout == "NCHW":
        pixels = np.ascontiguousarray(pixels.transpose(2, 0, 1))
    if dtype not in ("float16", "float32", "float64"):
        return pixels[None].astype(np.dtype(dtype))
    shape = (-1, 1, 1) if layout == "NCHW" else (1, 1, -1)
    scale = np.reshape(1 / np.asarray(std, np.float64), shape)
    shift = -np.reshape(np.asarray(mean, np.float64), shape) * scale
    values: np.ndarray = np.multiply(pixels, scale.astype(np.float32), dtype=np.float32)
    values += shift.astype(np.float32)
    return values[None] if dtype == "float32" else values[None].astype(np.dtype(dtype))


def picture_from(values: np.ndarray) -> np.ndarray:
    """Pixels from float (H, W, 3) in [0, 1]: uint8 (H, W, 3)."""
    pixels: np.ndarray = (np.clip(values, 0, 1) * 255 + 0.5).astype(np.uint8)
    return pixels


def prepared(picture: np.ndarray, how: dict[str, Any]) -> np.ndarray:
    """What the model is fed: resized, cut, in the right colours and scale. `how` holds the facts by name."""
    width_px, height_px, resample = how["width_px"], how["height_px"], how["resample"]
    if how["resize"] == "crop":
        pixels = cut_from_middle(picture, how["resize_px"], width_px, height_px, resample)
    elif how["resize"] == "fit":
        pixels = fitted(picture, width_px, height_px, resample)
    else:
        pixels = stretched(picture, width_px, height_px, resample)
    return numbers(in_colours(pixels, how["colour"]), how["mean"], how["std"], how["layout"], how["dtype"])
