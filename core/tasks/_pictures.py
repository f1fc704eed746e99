"""Makes a picture into what a model is fed, and back.

Each function stands on its own (`np` and Pillow's `Image` aside): their source is copied into a user's script.
Pictures are uint8 (H, W, 3), red green blue.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image


def placement(width: int, height: int, how: dict[str, Any]) -> dict[str, int]:
    """Where a picture of that size ends up in what the model is fed.

    `width_px`, `height_px`: of what is fed. `wide_px`, `high_px`: of the picture after resizing. `left`, `top`: where
    its corner lies in what is fed; below 0 where its edges are cut off. A place (x, y) of the picture is fed at
    (x * wide_px / width + left, y * high_px / height + top).

    `how["resize"]`: `crop` shortest side to `resize_px`, then the middle · `stretch` to width_px x height_px ·
    `stretch_crop` to `resize_px` squared, then the middle · `fit` whole, in the middle of a frame · `fit_corner` whole,
    at the frame's left top · `shortest` shortest side to `resize_px`, the longest at most `longest_px` ·
    `shortest_down` the same, then each side down to a multiple of `multiple_px` (YOLOS) · `near` each side a multiple
    of `multiple_px`, proportions kept, the scale nearest to 1 that reaches width_px or height_px (DPT) · `own` its own
    size, down to a multiple of `multiple_px` and to `longest_px`.

    `how["middle"]`: `rounded` where half a pixel is rounded to the even one, as torchvision does; else it is cut off.
    """
    kind, across, down = how["resize"], how["width_px"], how["height_px"]
    wide, high = scaled(width, height, how)
    if kind in ("shortest", "shortest_down", "near", "own"):
        across, down = wide, high
    if kind == "fit_corner":
        left = top = 0
    elif kind == "fit":  # as Ultralytics rounds it
        left, top = round((across - wide) / 2 - 0.1), round((down - high) / 2 - 0.1)
    elif how.get("middle") == "rounded":
        left, top = -round((wide - across) / 2), -round((high - down) / 2)
    else:
        left, top = -((wide - across) // 2), -((high - down) // 2)
    return {"width_px": across, "height_px": down, "wide_px": wide, "high_px": high, "left": left, "top": top}


def scaled(width: int, height: int, how: dict[str, Any]) -> tuple[int, int]:
    """Width and height of the whole picture after resizing."""
    kind, across, down = how["resize"], how["width_px"], how["height_px"]
    longest, step = max(width, height), how.get("multiple_px") or 1
    if kind in ("crop", "shortest", "shortest_down"):
        wide, high = by_shortest(width, height, how["resize_px"], 0 if kind == "crop" else how.get("longest_px"))
        step = step if kind == "shortest_down" else 1
        return max(step, wide // step * step), max(step, high // step * step)
    if kind in ("fit", "fit_corner"):
        scale = min(across / width, down / height)
        return max(1, round(width * scale)), max(1, round(height * scale))
    if kind == "near":
        scale = min(across / width, down / height, key=lambda one: abs(1 - one))
        return max(step, round(width * scale / step) * step), max(step, round(height * scale / step) * step)
    if kind == "own":
        scale = min(1.0, (how.get("longest_px") or longest) / longest)
        return max(step, int(width * scale) // step * step), max(step, int(height * scale) // step * step)
    return (how["resize_px"], how["resize_px"]) if kind == "stretch_crop" else (across, down)


def by_shortest(width: int, height: int, shortest_px: int, longest_px: int | None) -> tuple[int, int]:
    """The shortest side made so long, unless the longest would pass its limit; cut off, as torchvision does it.

    As `get_resize_output_image_size` and `get_size_with_aspect_ratio` in transformers 5, to the last pixel.
    """
    shortest, longest = min(width, height), max(width, height)
    exact: float = shortest_px
    if longest_px and longest / shortest * shortest_px > longest_px:
        exact = longest_px * shortest / longest
    one, other = max(1, round(exact)), max(1, int(exact * longest / shortest))
    return (one, other) if width <= height else (other, one)


def laid_out(picture: np.ndarray, place: dict[str, int], resample: str, pad: int = 114) -> np.ndarray:
    """The picture resized and put where `placement` says, the rest filled with the grey `pad`: uint8 (H, W, 3).

    Of a picture that gets smaller only the part that is kept is computed, in about half the time: about one value in
    ten thousand then differs by 1 from resizing the whole and cutting it, as the references do.
    """
    height, width = picture.shape[:2]
    across, down, wide, high = place["width_px"], place["height_px"], place["wide_px"], place["high_px"]
    left, top = max(0, -place["left"]), max(0, -place["top"])  # first pixel that is kept
    right, bottom = min(wide, across - place["left"]), min(high, down - place["top"])
    how, whole = Image.Resampling[resample.upper()], (wide, high) == (width, height)
    if whole:
        kept = picture[top:bottom, left:right]
    elif width < wide and wide * high <= 16_000_000:  # where it grows, the edges of a part would make more difference
        kept = np.asarray(Image.fromarray(picture).resize((wide, high), how))[top:bottom, left:right]
    else:
        box = (left * width / wide, top * height / high, right * width / wide, bottom * height / high)
        kept = np.asarray(Image.fromarray(picture).resize((right - left, bottom - top), how, box=box))
    if kept.shape[:2] == (down, across):
        return kept
    frame = np.full((down, across, 3), pad, np.uint8)
    x, y = max(0, place["left"]), max(0, place["top"])
    frame[y : y + kept.shape[0], x : x + kept.shape[1]] = kept
    return frame


def taken_back(values: np.ndarray, place: dict[str, int]) -> np.ndarray:
    """The part of a map over what was fed that belongs to the picture: (h, w) of (H, W), any size in proportion.

    What was cut off before feeding isn't in it: then it is the whole map, and covers `seen_box` of the picture.
    """
    across, down = values.shape[1] / place["width_px"], values.shape[0] / place["height_px"]
    left, top = max(0, round(place["left"] * across)), max(0, round(place["top"] * down))
    right = min(values.shape[1], round((place["left"] + place["wide_px"]) * across))
    bottom = min(values.shape[0], round((place["top"] + place["high_px"]) * down))
    return values[top : max(bottom, top + 1), left : max(right, left + 1)]


def seen_box(width: int, height: int, place: dict[str, int]) -> tuple[float, float, float, float]:
    """Left, top, right, bottom, in pixels of the picture, of what the model is shown of it."""
    x, y = width / place["wide_px"], height / place["high_px"]
    left, top = max(0, -place["left"]), max(0, -place["top"])
    right = min(place["wide_px"], place["width_px"] - place["left"])
    bottom = min(place["high_px"], place["height_px"] - place["top"])
    return left * x, top * y, right * x, bottom * y


def boxes_back(boxes: np.ndarray, width: int, height: int, place: dict[str, int]) -> np.ndarray:
    """Boxes (N, 4) left, top, right, bottom in pixels of what was fed, as pixels of the picture and inside it."""
    scale = [width / place["wide_px"], height / place["high_px"]] * 2
    moved = (np.asarray(boxes, np.float64) - [place["left"], place["top"]] * 2) * scale
    inside: np.ndarray = moved.clip(0, [width, height] * 2).astype(np.float32)
    return inside


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
    place = placement(picture.shape[1], picture.shape[0], how)
    pixels = laid_out(picture, place, how["resample"], how.get("pad", 114))
    return numbers(in_colours(pixels, how["colour"]), how["mean"], how["std"], how["layout"], how["dtype"])


FUNCTIONS = (placement, scaled, by_shortest, laid_out, in_colours, numbers, prepared)
"""What a script needs to prepare a picture."""
