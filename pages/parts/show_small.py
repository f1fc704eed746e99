"""Draws an answer as a thumbnail, for a gallery of many."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from pages.parts import palette, pictures
from pages.parts.show_map import nearness, thinned
from pages.parts.show_picture import box_data

_Given = dict[str, Any]


def small(found: Any, given: _Given, side_px: int = 320) -> bytes | None:
    """A thumbnail of the answer for a gallery; None when the answer is no picture and none was given."""
    if found.kind == "picture":
        return pictures.jpeg(found.pixels, side_px)
    if found.kind == "depth":
        levels = nearness(found, thinned(found.values, side_px)).round().astype(np.uint8)
        return pictures.jpeg(palette.scale("cividis")[levels], side_px)
    if found.kind == "matches":
        pool = given.get(found.field) or ()
        best = found.rows[0].place if found.rows else len(pool)
        return pictures.shown(pool[best], side_px) if best < len(pool) else None
    one = pictures.given(given)
    if one is None:
        return None
    return _over(found, pictures.shown(one, side_px))


def _over(found: Any, ground: bytes) -> bytes:
    from PIL import Image, ImageDraw

    if found.kind not in ("areas", "boxes"):
        return ground
    image = Image.open(io.BytesIO(ground)).convert("RGB")
    if found.kind == "areas":
        colours = palette.colours(len(found.names))[found.classes]
        clear = np.isin(found.classes, found.background) * np.uint8(255)
        mask = Image.fromarray((255 - clear) // 2).resize(image.size, Image.Resampling.NEAREST)
        image.paste(Image.fromarray(colours).resize(image.size, Image.Resampling.NEAREST), mask=mask)
    else:
        data, draw = box_data(found), ImageDraw.Draw(image)
        for *sides, score, place in data["boxes"]:
            if score >= found.shown_above:
                at = [side * image.width / data["width"] for side in sides]
                draw.rectangle(at, outline="black", width=4)
                draw.rectangle(at, outline=data["labels"][place]["colour"], width=2)
    return pictures.jpeg(np.asarray(image))
