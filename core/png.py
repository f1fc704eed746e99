"""Writes pixels as a PNG file. Reading pictures is a worker's business."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray


def write_png(pixels: NDArray[np.uint8]) -> bytes:
    """A PNG file from uint8 (H, W), (H, W, 3) or (H, W, 4)."""
    from PIL import Image

    target = io.BytesIO()
    Image.fromarray(pixels).save(target, "PNG", compress_level=3)  # near the smallest, at a third of the time
    return target.getvalue()
