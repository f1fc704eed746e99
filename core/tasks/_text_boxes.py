"""Where the text is: slanted boxes around lines, found in the map that a text detector makes.

The map says for each pixel how likely it is the core of a text line (DB, Liao et al. 2019). The functions stand on
their own, since their source is copied into a user's script. A box is a dict: middle `x`, `y`, `length` along the
line, `height` across it, `angle` in degrees (positive runs down to the right), and `score` 0 to 1.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def runs_of(mask: np.ndarray) -> np.ndarray:
    """The stretches of True in each row of a mask: int (N, 3) with row, first column, column after the last."""
    height, width = mask.shape
    edges = np.zeros((height, width + 2), np.int8)
    edges[:, 1:-1] = mask
    steps = np.diff(edges, axis=1)
    rows, starts = np.nonzero(steps == 1)
    ends = np.nonzero(steps == -1)[1]
    return np.stack([rows, starts, ends], axis=1)


def joined_runs(runs: np.ndarray) -> list[np.ndarray]:
    """The runs of each connected patch, corners counting as touching: a list of int (N, 3)."""
    owner = list(range(len(runs)))

    def root(number: int) -> int:
        while owner[number] != number:
            owner[number] = owner[owner[number]]
            number = owner[number]
        return number

    plain, above = runs.tolist(), 0
    for number, (row, start, end) in enumerate(plain):
        while plain[above][0] < row - 1 or (plain[above][0] == row - 1 and plain[above][2] < start):
            above += 1
        candidate = above
        while candidate < number and plain[candidate][0] == row - 1 and plain[candidate][1] <= end:
            owner[root(candidate)] = root(number)
            candidate += 1
    roots = np.array([root(number) for number in range(len(plain))], dtype=int)
    order = np.argsort(roots, kind="stable")
    cuts = np.nonzero(np.diff(roots[order]))[0] + 1
    return np.split(runs[order], cuts) if len(runs) else []


def middle_line(runs: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Along a patch: its columns, the middle row in each, and how many rows it is high (the median)."""
    left, top = runs[:, 1].min(), runs[:, 0].min()
    patch = np.zeros((np.ptp(runs[:, 0]) + 1, runs[:, 2].max() - left), bool)
    for row, start, end in runs.tolist():
        patch[row - top, start - left : end - left] = True
    columns = np.nonzero(patch.any(axis=0))[0]
    first = patch[:, columns].argmax(axis=0)
    last = len(patch) - patch[::-1, columns].argmax(axis=0)
    return columns + left + 0.5, (first + last) / 2 + top, float(np.median(last - first))


def steps_between(one: dict[str, Any], other: dict[str, Any]) -> tuple[float, float]:
    """How far two boxes are apart along the line (negative where they overlap) and across it, where they are nearest.

    Each curve is asked only where its own box is: beyond that it may bend away.
    """
    left, right = sorted((one, other), key=lambda box: box["left"])
    gap = right["left"] - left["right"]
    shared = (right["left"] + min(left["right"], right["right"])) / 2
    here, there = (left["right"], right["left"]) if gap > 0 else (shared, shared)
    return gap, float(abs(np.polyval(left["curve"], here) - np.polyval(right["curve"], there)))


def same_line(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two boxes stand side by side as parts of one line: level, and less than a letter's width apart."""
    thin, thick = sorted((one["height"], other["height"]))
    gap, step = steps_between(one, other)
    return bool(gap < 0.6 * thick and step < 0.4 * thin and thick < 2.5 * thin)


def line_box(runs: np.ndarray, heat: np.ndarray, across: float, down: float) -> dict[str, Any]:
    """A box that bends with its line, in pixels of the picture; `across` and `down` are those of one map pixel.

    The map shows only the cores of letters, so the box is grown as in DB: by 1.6 times area over outline.
    """
    columns, rows, thickness = middle_line(runs)
    x, y, core = columns * across, rows * down, thickness * down
    length = float(np.ptp(x)) + across
    degree = 0 if length < 3 * core else 1 if length < 8 * core else 2
    grown = 1.6 * length * core / (2 * (length + core))
    inside = np.concatenate([heat[row, start:end] for row, start, end in runs.tolist()])
    return {
        "left": float(x.min()) - across / 2 - grown,
        "right": float(x.max()) + across / 2 + grown,
        "curve": np.polyfit(x, y, degree).tolist(),
        "height": core + 2 * grown,
        "score": float(inside.mean()),
        "runs": runs,
    }


def line_boxes(heat: np.ndarray, width_px: int, height_px: int) -> list[dict[str, Any]]:
    """The boxes of all lines in a detector's map, in a picture of that size."""
    across, down = width_px / heat.shape[1], height_px / heat.shape[0]
    patches = joined_runs(runs_of(heat > 0.3))
    solid = [runs for runs in patches if np.ptp(runs[:, 0]) >= 2 and runs[:, 2].max() - runs[:, 1].min() >= 3]
    boxes = [line_box(runs, heat, across, down) for runs in solid]
    boxes = sorted((box for box in boxes if box["score"] >= 0.6), key=lambda box: box["left"])
    whole: list[dict[str, Any]] = []
    for box in boxes:
        start = next((other for other in reversed(whole) if same_line(other, box)), None)
        if start is None:
            whole.append(box)
            continue
        both = np.concatenate([start["runs"], box["runs"]])
        whole = [*(other for other in whole if other is not start), line_box(both, heat, across, down)]
    return whole


def in_reading_order(boxes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Row by row from the top, each row from the left."""
    rows: list[list[dict[str, Any]]] = []
    for box in sorted(boxes, key=lambda box: np.polyval(box["curve"], (box["left"] + box["right"]) / 2)):
        before = rows[-1][-1] if rows else box
        gap, step = steps_between(before, box)
        if rows and gap > 0 and step < 0.4 * min(before["height"], box["height"]):
            rows[-1].append(box)
        else:
            rows.append([box])
    return [box for row in rows for box in sorted(row, key=lambda box: box["left"])]


def straightened(picture: np.ndarray, box: dict[str, Any]) -> np.ndarray:
    """The line cut out and bent straight: uint8 (about the box's height, its width, 3)."""
    x = np.arange(np.floor(box["left"]), np.ceil(box["right"])).clip(0, picture.shape[1] - 1)
    height = max(1, round(box["height"]))
    offsets = (np.arange(height) + 0.5) / height * box["height"] - box["height"] / 2
    y = (np.polyval(box["curve"], x)[None] + offsets[:, None] - 0.5).clip(0, picture.shape[0] - 1)
    above = np.floor(y).astype(int)
    below, columns = np.minimum(above + 1, picture.shape[0] - 1), x.astype(int)[None]
    share = (y - above)[:, :, None]
    mixed = picture[above, columns] * (1 - share) + picture[below, columns] * share
    pixels: np.ndarray = (mixed + 0.5).astype(np.uint8)
    return pixels
