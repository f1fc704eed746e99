"""Reads the answers of detectors that already give a list of things: SSD, Faster R-CNN, Paddle and others.

What goes in and comes out is said in `core.tasks._detect_yolo`.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def listed(values: list[np.ndarray], known: dict[str, Any]) -> dict[str, Any]:
    """Boxes (1, N, 4) left, top, right, bottom, scores (1, N) and classes (1, N); or all without the first 1.

    RT-DETR and D-FINE as their authors export them, torchvision, SSD of MLPerf.
    """
    del known
    boxes, scores, classes = values[0].reshape(-1, 4), values[1].ravel(), values[2].ravel()
    return {"boxes": boxes, "scores": scores, "classes": classes, "count": 0}


def counted(values: list[np.ndarray], known: dict[str, Any]) -> dict[str, Any]:
    """Boxes (1, N, 4) left, top, right, bottom, scores (1, N), classes (1, N), and how many of the N are meant."""
    del known
    number = int(values[3].ravel()[0])
    boxes, scores, classes = values[0][0][:number], values[1][0][:number], values[2][0][:number]
    return {"boxes": boxes, "scores": scores.ravel(), "classes": classes.ravel(), "count": 0}


def ssd_tf(values: list[np.ndarray], known: dict[str, Any]) -> dict[str, Any]:
    """Boxes (1, N, 4) top, left, bottom, right, scores (1, N), classes (1, N), perhaps how many of the N are meant."""
    del known
    number = int(values[3].ravel()[0]) if len(values) > 3 else len(values[0][0])
    boxes = values[0][0][:number][:, [1, 0, 3, 2]]
    return {"boxes": boxes, "scores": values[1][0][:number], "classes": values[2][0][:number], "count": 0}


def ssd_caffe(values: list[np.ndarray], known: dict[str, Any]) -> dict[str, Any]:
    """(1, 1, N, 7): which picture (below 0: nothing more comes), class, score, left, top, right, bottom."""
    del known
    rows = values[0].reshape(-1, 7)
    rows = rows[rows[:, 0] == 0]
    return {"boxes": rows[:, 3:], "scores": rows[:, 2], "classes": rows[:, 1], "count": 0}


def paddle(values: list[np.ndarray], known: dict[str, Any]) -> dict[str, Any]:
    """(N, 6): class, score, left, top, right, bottom; a class below 0 means nothing."""
    del known
    rows = values[0].reshape(-1, 6)
    rows = rows[rows[:, 0] >= 0]
    return {"boxes": rows[:, 2:], "scores": rows[:, 1], "classes": rows[:, 0], "count": 0}


def mmdeploy(values: list[np.ndarray], known: dict[str, Any]) -> dict[str, Any]:
    """(1, N, 5) left, top, right, bottom, score, and classes (1, N)."""
    del known
    rows = values[0][0]
    return {"boxes": rows[:, :4], "scores": rows[:, 4], "classes": values[1][0], "count": 0}


def scored(values: list[np.ndarray], known: dict[str, Any]) -> dict[str, Any]:
    """Boxes (1, A, 4) left, top, right, bottom and a score for each class (1, A, C): YOLO-NAS."""
    del known
    scores = values[1][0]
    found = {"scores": scores.max(1), "classes": scores.argmax(1)}
    return {"boxes": values[0][0], **found, "count": scores.shape[1]}


def scored_after_nothing(values: list[np.ndarray], known: dict[str, Any]) -> dict[str, Any]:
    """The same, but the first class means "nothing here" and isn't reported: UltraFace."""
    del known
    scores = values[1][0][:, 1:]
    found = {"scores": scores.max(1), "classes": scores.argmax(1) + 1}
    return {"boxes": values[0][0], **found, "count": scores.shape[1] + 1}
