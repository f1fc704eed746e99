"""Boxes around things: from one way of writing them to another, and one box per thing.

Each function stands on its own (`np` and each other aside): their source is copied into a user's script. Boxes are
float (N, 4), `size` is width and height of the user's picture.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from core.tasks._pictures import boxes_back


def corners(boxes: np.ndarray) -> np.ndarray:
    """Left, top, right, bottom of boxes given as middle x, middle y, width, height."""
    middle, half = np.asarray(boxes[:, :2], np.float64), np.asarray(boxes[:, 2:4], np.float64) / 2
    return np.concatenate([middle - half, middle + half], axis=1)


def one_per_thing(boxes: np.ndarray, scores: np.ndarray, classes: np.ndarray, overlap: float, most: int) -> np.ndarray:
    """Places of the boxes that stay, the highest score first: int64 (K,), at most `most`.

    Greedy non-maximum suppression, each class for itself: the best box stays, and those of its class that share more
    than `overlap` of the area both cover together (intersection over union) go. 1 or more keeps all.
    """
    left = np.argsort(-scores, kind="stable")[:30_000]
    if overlap >= 1:
        return left[:most]
    kept: list[int] = []
    low, high = boxes[:, :2], boxes[:, 2:]
    areas = (high - low).clip(0).prod(1)
    while len(left) and len(kept) < most:
        best, rest = left[0], left[1:]
        kept.append(int(best))
        shared = (np.minimum(high[best], high[rest]) - np.maximum(low[best], low[rest])).clip(0).prod(1)
        both = areas[best] + areas[rest] - shared
        left = rest[(shared <= overlap * both) | (classes[rest] != classes[best])]
    return np.array(kept, np.int64)


def strongest(found: dict[str, Any], how: dict[str, Any]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Boxes, scores and classes of what scores above `kept_above`, one per thing, the best first."""
    scores = np.asarray(found["scores"], np.result_type(found["scores"], np.float32))
    likely = np.flatnonzero(scores > how["kept_above"])
    boxes = np.asarray(found["boxes"], np.float64)[likely]
    scores, classes = scores[likely], found["classes"][likely].astype(np.int64)
    kept = one_per_thing(boxes, scores, classes, how["overlap"], how["most"])
    return boxes[kept], scores[kept].astype(np.float32), classes[kept]


def in_picture(boxes: np.ndarray, unit: str, size: tuple[int, int], place: dict[str, int]) -> np.ndarray:
    """Boxes as pixels of the user's picture, inside it: float32 (N, 4).

    `unit` says what they are given in. `fed`: pixels of what was fed · `part`: 0 to 1 of what was fed · `told`: pixels
    of the picture, as if it filled all that was fed · `scaled`: pixels of what was fed over the scale of resizing ·
    `own`: pixels of the picture.
    """
    (width, height), (across, down) = size, (place["width_px"], place["height_px"])
    scales: dict[str, list[float]] = {
        "part": [across, down],
        "told": [across / width, down / height],
        "scaled": [place["wide_px"] / width, place["high_px"] / height],
    }
    if unit == "own":
        inside: np.ndarray = boxes.clip(0, [width, height] * 2).astype(np.float32)
        return inside
    return boxes_back(boxes * np.array(scales.get(unit, [1, 1]) * 2), width, height, place)


def class_names(labels: list[str], first_class: int, count: int, highest: int) -> tuple[list[str], str]:
    """A name for every class, and a sentence where names are missing.

    `first_class`: 1 when the model counts from 1, so that the first name is that of class 1. `count` of the classes the
    model knows, 0 when its answer doesn't show it; `highest` that occurs, -1 when none does.
    """
    names, note = list(labels), "" if labels else "The file doesn't name its classes, so they are numbered."
    nothing = ("", "background", "__background__", "n/a", "none")
    if names and first_class == 1 and names[0].casefold() not in nothing:
        names = ["background", *names]
    if names and count and count != len(names):
        note = f"The model knows {count} classes but {len(names)} names are known, so numbers are shown."
        names = []
    elif names and highest >= len(names):
        note = f"The model found class {highest}, but the names known end at {len(names) - 1}."
    every = range(max(count, highest + 1, len(names)))
    return [names[i] if i < len(names) and names[i] else f"Class {i}" for i in every], note


def things(
    found: dict[str, Any], labels: list[str], how: dict[str, Any], size: tuple[int, int], place: dict[str, int]
) -> dict[str, Any]:
    """What was read from the model's answer, as boxes in pixels of the user's picture with the best first.

    `found`: `boxes` (N, 4) left, top, right, bottom in what `how["unit"]` names (see `in_picture`), `scores` (N,),
    `classes` (N,), and the `count` of classes, 0 when unknown.
    """
    boxes, scores, classes = strongest(found, how)
    names, note = class_names(labels, how["first_class"], found["count"], int(classes.max(initial=-1)))
    return {
        "names": names,
        "boxes": in_picture(boxes, how["unit"], size, place).tolist(),
        "scores": scores.tolist(),
        "classes": classes.tolist(),
        "width_px": size[0],
        "height_px": size[1],
        "shown_above": how["score_above"],
        "kept_above": how["kept_above"],
        "note": note,
        "kind": "boxes",
    }


def made_inputs(extras: list[dict[str, Any]], size: tuple[int, int], place: dict[str, int]) -> dict[str, np.ndarray]:
    """What a detector wants besides the picture: sizes, and which part of what is fed is picture.

    `extras`: `name`, `dtype` and `shape` as the model declares them. `pixel_mask` (1, H, W) is all ones;
    `orig_target_sizes` is width, height; `im_shape` (of what is fed) and `image_shape` are height, width;
    `scale_factor` is how much was resized down and across.
    """
    (width, height), fed = size, [place["height_px"], place["width_px"]]
    numbers = {
        "orig_target_sizes": [width, height],
        "image_shape": [height, width],
        "im_shape": fed,
        "scale_factor": [place["high_px"] / height, place["wide_px"] / width],
    }
    made = {}
    for extra in extras:
        name, sizes = extra["name"], zip(extra["shape"], [1, *fed], strict=False)
        if name == "pixel_mask":
            made[name] = np.ones([size if isinstance(size, int) else own for size, own in sizes], extra["dtype"])
        else:
            made[name] = np.array([numbers[name]], extra["dtype"])
    return made


FUNCTIONS = (boxes_back, corners, one_per_thing, strongest, in_picture, class_names, things, made_inputs)
"""What a script needs to read boxes, decoders aside."""
