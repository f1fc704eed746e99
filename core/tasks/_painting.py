"""The painting itself: pictures and graphs in, a painted picture out.

Pictures are uint8 (H, W, 3). The functions stand on their own, since their source is copied into a user's script.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from core.tasks._pictures import picture_from

IMPORTS = ("from collections.abc import Callable", "from typing import Any")
"""What the functions below need besides np and Image."""


def style_weights(names: list[str], style: str, second_style: str, blend: float) -> np.ndarray:
    """How much of each style, summing to 1: float32 (26)."""
    weights = np.zeros(len(names), np.float32)
    share = blend if second_style in names else 0.0
    weights[names.index(style)] += 1 - share
    if share:
        weights[names.index(second_style)] += share
    return weights


def painted(picture: np.ndarray, weights: np.ndarray, graph: Callable[..., Any]) -> np.ndarray:
    """The picture in a mix of the fixed styles. Sides are mirrored up to a multiple of 4 and cut again."""
    height, width = picture.shape[:2]
    padded = np.pad(picture, ((0, -height % 4), (0, -width % 4), (0, 0)), mode="reflect")
    fed = np.ascontiguousarray(padded.transpose(2, 0, 1)[None], np.float32) / np.float32(255)
    made = graph({"image": fed, "style_weights": weights})["stylized"][0]
    return picture_from(made.transpose(1, 2, 0)[:height, :width])


def mixed(picture: np.ndarray, painting: np.ndarray, strength: float) -> np.ndarray:
    """The painting laid over the picture with the opacity `strength`, 0 to 1."""
    return np.asarray(Image.blend(Image.fromarray(picture), Image.fromarray(painting), strength))


def style_numbers(picture: np.ndarray, predict: Callable[..., Any]) -> np.ndarray:
    """The style of any picture, taken from its middle: float32 (1, 1, 1, 100)."""
    height, width = picture.shape[:2]
    side = min(height, width)
    left, top = (width - side) / 2, (height - side) / 2
    box = (left, top, left + side, top + side)
    middle = Image.fromarray(picture).resize((256, 256), Image.Resampling.LANCZOS, box=box)
    fed = np.asarray(middle, np.float32)[None] / np.float32(255)
    found: np.ndarray = predict({"style_image": fed})["mobilenet_conv/Conv/BiasAdd"]
    return found


def painted_like(
    picture: np.ndarray,
    style_picture: np.ndarray,
    strength: float,
    predict: Callable[..., Any],
    transform: Callable[..., Any],
) -> np.ndarray:
    """The picture in the style of another one, at its own size. The rest of the 384 x 384 is mirrored and cut again."""
    height, width = picture.shape[:2]
    style = strength * style_numbers(style_picture, predict) + (1 - strength) * style_numbers(picture, predict)
    scale = 384 / max(height, width)
    across, down = max(1, round(width * scale)), max(1, round(height * scale))
    small = np.asarray(Image.fromarray(picture).resize((across, down), Image.Resampling.LANCZOS))
    padded = np.pad(small, ((0, 384 - down), (0, 384 - across), (0, 0)), mode="reflect")
    fed = {
        "content_image": np.asarray(padded, np.float32)[None] / np.float32(255),
        "mobilenet_conv/Conv/BiasAdd": style.astype(np.float32),
    }
    made = transform(fed)["transformer/expand/conv3/conv/Sigmoid"][0]
    large = Image.fromarray(picture_from(made[:down, :across])).resize((width, height), Image.Resampling.LANCZOS)
    return np.asarray(large)
