"""Reads the answers of detectors that ask a fixed number of questions: DETR and all that came from it.

What goes in and comes out is said in `core.tasks._detect_yolo`; `known` also has `labels`, how many names are known,
and `most` boxes wanted. Boxes are parts of what was fed, 0 to 1. The rules are those of
`post_process_object_detection` in Hugging Face's transformers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from core.tasks._boxes import corners


def detr_softmax(values: list[np.ndarray], known: dict[str, Any]) -> dict[str, Any]:
    """Logits (1, Q, C + 1) and boxes (1, Q, 4) middle x, y, width, height; the last class means "nothing here".

    DETR, YOLOS, Table Transformer.
    """
    del known
    logits, boxes = np.asarray(values[0][0], np.float64), values[1][0]
    likely = np.exp(logits - logits.max(1, keepdims=True))
    likely = (likely / likely.sum(1, keepdims=True))[:, :-1]
    found = {"scores": likely.max(1), "classes": likely.argmax(1)}
    return {"boxes": corners(boxes), **found, "count": likely.shape[1]}


def detr_sigmoid(values: list[np.ndarray], known: dict[str, Any]) -> dict[str, Any]:
    """Logits (1, Q, C) and boxes (1, Q, 4): each class is judged on its own, and the best of all Q x C are taken.

    RT-DETR, D-FINE, RF-DETR, Deformable and Conditional DETR.
    """
    logits, boxes = np.asarray(values[0][0], np.float64), values[1][0]
    flat = logits.ravel()
    best = np.argsort(-flat, kind="stable")[: known["most"]]
    question, classes = np.divmod(best, logits.shape[1])
    scores = np.exp(-np.logaddexp(0, -flat[best]))  # sigmoid, without overflow
    return {"boxes": corners(boxes[question]), "scores": scores, "classes": classes, "count": logits.shape[1]}


def detr(values: list[np.ndarray], known: dict[str, Any]) -> dict[str, Any]:
    """One of the two: one number more than there are names means that the last stands for "nothing here".

    Without names: DETR asks 100 questions about COCO's 91 names, and the others ask 300 or more.
    """
    questions, numbers = values[0].shape[1:]
    names = known["labels"]
    nothing = numbers == names + 1 if names and numbers in (names, names + 1) else questions < 300 and numbers != 91
    return detr_softmax(values, known) if nothing else detr_sigmoid(values, known)


def rt_detr(values: list[np.ndarray], known: dict[str, Any]) -> dict[str, Any]:
    """(1, Q, 4 + C): middle x, y, width, height, and a score for each class, as Ultralytics exports RT-DETR."""
    del known
    rows = values[0][0]
    scores = rows[:, 4:]
    found = {"scores": scores.max(1), "classes": scores.argmax(1)}
    return {"boxes": corners(rows[:, :4]), **found, "count": scores.shape[1]}
