"""A mask of what is in front, as a cut-out or on another background.

Pictures are uint8 (H, W, 3), masks uint8 (H, W) with 255 for what is in front. The functions stand on their own, since
their source is copied into a user's script. `how` holds the facts by name (see `core.tasks.background_removal`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image, ImageFilter

from core.tasks._maps import channels_last
from core.tasks._pictures import by_shortest, in_colours, laid_out, numbers, placement, scaled, seen_box, taken_back

IMPORTS = ("from typing import Any", "from PIL import ImageFilter")
"""What the functions below need besides np and Image."""


def fed_to_cut(picture: np.ndarray, how: dict[str, Any]) -> np.ndarray:
    """What the model is fed: as any picture, or divided by its brightest value first (rembg, for U2Net)."""
    place = placement(picture.shape[1], picture.shape[0], how)
    pixels = laid_out(picture, place, how["resample"], how.get("pad", 114))
    factor = max(float(pixels.max()), 1e-6) / 255 if how["scale_by"] == "brightest" else 1.0
    mean, std = ([factor * number for number in how[name]] for name in ("mean", "std"))
    return numbers(in_colours(pixels, how["colour"]), mean, std, how["layout"], how["dtype"])


def mask_of(values: np.ndarray, width: int, height: int, how: dict[str, Any]) -> np.ndarray:
    """What is in front in a picture of that size: uint8 (height, width). What the model wasn't shown counts as behind.

    First channel; sigmoid where a value lies outside 0 to 1; enlarged by Lanczos as rembg does.
    """
    whole = values.dtype.kind in "iub"
    one: np.ndarray = channels_last(values, 1)[:, :, 0].astype(np.float32)
    if values.dtype.kind in "iu" and one.max() > 1:
        one /= 255
    outside = not whole and bool(one.min() < -1e-5 or one.max() > 1 + 1e-5)
    if how["activation"] == "sigmoid" or (how["activation"] == "detect" and outside):
        one = 1 / (1 + np.exp(-np.clip(one, -80, 80)))
    if how["min_max"] and one.max() > one.min():
        one = (one - one.min()) / (one.max() - one.min())
    place = placement(width, height, how)
    small = Image.fromarray((taken_back(one, place).clip(0, 1) * 255 + 0.5).astype(np.uint8))
    left, top, right, bottom = (round(side) for side in seen_box(width, height, place))
    seen = np.asarray(small.resize((max(1, right - left), max(1, bottom - top)), Image.Resampling.LANCZOS))
    if seen.shape == (height, width):
        return seen
    mask = np.zeros((height, width), np.uint8)
    mask[top : top + len(seen), left : left + seen.shape[1]] = seen[: height - top, : width - left]
    return mask


def softened(mask: np.ndarray, soften_px: float) -> np.ndarray:
    """The mask with its edges blurred over about that many pixels."""
    if soften_px <= 0:
        return mask
    return np.asarray(Image.fromarray(mask).filter(ImageFilter.GaussianBlur(soften_px)))


def blurred(picture: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The background alone, out of focus: what is in front doesn't bleed into it. Computed small, then enlarged."""
    height, width = mask.shape
    scale = min(1.0, 512 / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    pixels = np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BOX), np.float32)
    behind = 1 - np.asarray(Image.fromarray(mask).resize(size, Image.Resampling.BOX), np.float32) / 255
    haze = ImageFilter.GaussianBlur(max(1.0, max(size) / 40))
    share = np.asarray(Image.fromarray((behind * 255).astype(np.uint8)).filter(haze), np.float32) / 255
    mixed = np.asarray(Image.fromarray((pixels * behind[:, :, None]).astype(np.uint8)).filter(haze), np.float32)
    around = mixed / np.maximum(share, 0.02)[:, :, None]
    plain = np.average(pixels.reshape(-1, 3), axis=0, weights=behind.reshape(-1) + 1e-6)
    sure = np.minimum(share / 0.1, 1)[:, :, None]  # deep inside what is in front there is nothing to blur
    small = (around * sure + plain * (1 - sure)).clip(0, 255).astype(np.uint8)
    return np.asarray(Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC))


def covering(picture: np.ndarray, width: int, height: int) -> np.ndarray:
    """The middle of a picture, as large as it takes to fill that size."""
    own_height, own_width = picture.shape[:2]
    scale = max(width / own_width, height / own_height)
    x, y = (own_width - width / scale) / 2, (own_height - height / scale) / 2
    box = (max(0.0, x), max(0.0, y), min(own_width, x + width / scale), min(own_height, y + height / scale))
    return np.asarray(Image.fromarray(picture).resize((width, height), Image.Resampling.BICUBIC, box=box))


def cut_out(picture: np.ndarray, mask: np.ndarray, colour: Any, behind: Any = None) -> np.ndarray:
    """What is in front, alone: uint8 (H, W, 4); or on a picture `behind` it, or a `colour`: uint8 (H, W, 3)."""
    if behind is None and colour is None:
        return np.dstack([picture, mask])
    under = Image.fromarray(behind) if behind is not None else Image.new("RGB", mask.shape[::-1], tuple(colour))
    return np.asarray(Image.composite(Image.fromarray(picture), under, Image.fromarray(mask)))


FUNCTIONS = (placement, scaled, by_shortest, laid_out, in_colours, numbers, taken_back, seen_box, channels_last)
OWN = (fed_to_cut, mask_of, softened, blurred, covering, cut_out)
