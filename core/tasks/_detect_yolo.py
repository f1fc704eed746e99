"""Reads the answers of the YOLO family, and of what is exported like it.

Each function takes the model's outputs in the order of `core.tasks._detectors`, and what is known: `width_px` and
`height_px` of what was fed. It gives `boxes` (N, 4) left, top, right, bottom, `scores` (N,), `classes` (N,) and the
`count` of classes, 0 when the answer doesn't show it. Only the first picture of a batch is read. Each stands on its own
(`np` and `corners` aside): their source is copied into a user's script.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from core.tasks._boxes import corners


def yolo_v5(values: list[np.ndarray], known: dict[str, Any]) -> dict[str, Any]:
    """(1, A, 5 + C): middle x, y, width, height in pixels of what was fed, "something is here", and C scores.

    A score is the product of "something is here" with that of the best class.
    """
    del known
    rows = np.asarray(values[0][0], np.float32)
    best = rows[:, 5:].argmax(1)
    scores = rows[:, 4] * rows[np.arange(len(rows)), 5 + best]
    return {"boxes": corners(rows[:, :4]), "scores": scores, "classes": best, "count": rows.shape[1] - 5}


def yolo_v8(values: list[np.ndarray], known: dict[str, Any]) -> dict[str, Any]:
    """(1, 4 + C, A): middle x, y, width, height in pixels of what was fed, and C scores."""
    del known
    columns = values[0][0]
    scores = columns[4:]
    found = {"scores": scores.max(0), "classes": scores.argmax(0)}
    return {"boxes": corners(columns[:4].T), **found, "count": len(scores)}


def yolo_v8_more(values: list[np.ndarray], known: dict[str, Any]) -> dict[str, Any]:
    """The same with M numbers for outlines or points of the body behind them, not read: (1, 4 + C + M, A).

    `known["labels"]` says how many classes there are.
    """
    return yolo_v8([values[0][:, : 4 + known["labels"]]], known)


def yolo_ends(values: list[np.ndarray], known: dict[str, Any]) -> dict[str, Any]:
    """(1, N, 6 or more): left, top, right, bottom in pixels of what was fed, score, class. One box per thing."""
    del known
    rows = values[0][0]
    return {"boxes": rows[:, :4], "scores": rows[:, 4], "classes": rows[:, 5], "count": 0}


def yolo_v7_ends(values: list[np.ndarray], known: dict[str, Any]) -> dict[str, Any]:
    """(N, 7): which picture, left, top, right, bottom in pixels of what was fed, class, score."""
    del known
    rows = values[0][values[0][:, 0] == 0]
    return {"boxes": rows[:, 1:5], "scores": rows[:, 6], "classes": rows[:, 5], "count": 0}


def yolox(values: list[np.ndarray], known: dict[str, Any]) -> dict[str, Any]:
    """(1, A, 5 + C) as YOLOv5, but places count in cells of three grids, and sizes are logarithms.

    Cells are 8, 16 and 32 pixels wide: x = (value + column) * 8, width = exp(value) * 8.
    """
    rows, cells = np.asarray(values[0][0], np.float32), []
    for side in (8, 16, 32):
        y, x = np.mgrid[: known["height_px"] // side, : known["width_px"] // side]
        cells.append(np.stack([x.ravel(), y.ravel(), np.full(x.size, side)], axis=1))
    grid = np.concatenate(cells)
    middle = (rows[:, :2] + grid[:, :2]) * grid[:, 2:]
    size = np.exp(rows[:, 2:4]) * grid[:, 2:]
    best = rows[:, 5:].argmax(1)
    scores = rows[:, 4] * rows[np.arange(len(rows)), 5 + best]
    boxes = corners(np.concatenate([middle, size], axis=1))
    return {"boxes": boxes, "scores": scores, "classes": best, "count": rows.shape[1] - 5}


def yolo_v2(values: list[np.ndarray], known: dict[str, Any]) -> dict[str, Any]:
    """(1, 5 * (5 + C), h, w): five boxes in each cell, as Tiny YOLOv2 for VOC gives them.

    x = (sigmoid(value) + column) cells, width = exp(value) * usual width; a score is sigmoid("something is here") times
    the softmax of the classes. The usual sizes are in cells (Darknet's yolov2-tiny-voc.cfg).
    """
    usual = np.array([[1.08, 1.19], [3.42, 4.41], [6.63, 11.38], [9.42, 5.11], [16.62, 10.52]])
    maps = np.asarray(values[0][0], np.float64)
    high, wide = maps.shape[1:]
    rows = maps.reshape(5, -1, high, wide).transpose(2, 3, 0, 1)
    y, x = np.mgrid[:high, :wide]
    cell = np.array([known["width_px"] / wide, known["height_px"] / high])
    middle = (1 / (1 + np.exp(-rows[..., :2])) + np.stack([x, y], axis=-1)[:, :, None]) * cell
    size = np.exp(rows[..., 2:4]) * usual * cell
    likely = np.exp(rows[..., 5:] - rows[..., 5:].max(-1, keepdims=True))
    likely /= likely.sum(-1, keepdims=True)
    scores = (likely.max(-1) / (1 + np.exp(-rows[..., 4]))).ravel()
    boxes = corners(np.concatenate([middle, size], axis=-1).reshape(-1, 4))
    return {"boxes": boxes, "scores": scores, "classes": likely.argmax(-1).ravel(), "count": rows.shape[-1] - 5}


def yolo_v3(values: list[np.ndarray], known: dict[str, Any]) -> dict[str, Any]:
    """Boxes (1, N, 4) top, left, bottom, right in pixels of the picture, scores (1, C, N), and which to take.

    Those to take are rows of (picture, class, box), already one per thing (ONNX Model Zoo, yolov3).
    """
    del known
    boxes, scores, taken = values[0][0], values[1][0], values[2].reshape(-1, 3).astype(np.int64)
    taken = taken[(taken >= 0).all(1)]
    chosen = boxes[taken[:, 2]][:, [1, 0, 3, 2]]
    return {"boxes": chosen, "scores": scores[taken[:, 1], taken[:, 2]], "classes": taken[:, 1], "count": len(scores)}


def yolo_v4(values: list[np.ndarray], known: dict[str, Any]) -> dict[str, Any]:
    """Three maps (1, h, w, 3, 5 + C) for cells of 8, 16 and 32 pixels (ONNX Model Zoo, yolov4).

    x = (sigmoid(value) * s - (s - 1) / 2 + column) * cell, width = exp(value) * usual width. The scores of classes and
    "something is here" are probabilities; a score is their product.
    """
    usual = [[12, 16, 19, 36, 40, 28], [36, 75, 76, 55, 72, 146], [142, 110, 192, 243, 459, 401]]
    boxes, scores, classes, count = [], [], [], 0
    for one, sizes, spread in zip(sorted(values, key=np.size, reverse=True), usual, (1.2, 1.1, 1.05), strict=True):
        rows = np.asarray(one[0], np.float64)
        cell = known["width_px"] / rows.shape[1]
        y, x = np.mgrid[: rows.shape[0], : rows.shape[1]]
        grid = np.stack([x, y], axis=-1)[:, :, None]
        middle = (spread / (1 + np.exp(-rows[..., :2])) - (spread - 1) / 2 + grid) * cell
        size = np.exp(rows[..., 2:4]) * np.reshape(sizes, (3, 2))
        boxes.append(corners(np.concatenate([middle, size], axis=-1).reshape(-1, 4)))
        scores.append((rows[..., 4] * rows[..., 5:].max(-1)).ravel())
        classes.append(rows[..., 5:].argmax(-1).ravel())
        count = rows.shape[-1] - 5
    return {
        "boxes": np.concatenate(boxes),
        "scores": np.concatenate(scores),
        "classes": np.concatenate(classes),
        "count": count,
    }
