"""Answers to be judged, made from a few numbers."""

import numpy as np

from core.guard._contract import Look, Seen
from core.results import Boxes, RankedLabel, Ranking, TextLine, TextLines
from core.types import Fact, ModelInfo


def info(**facts):
    preparation = {name: Fact(value, "test") for name, value in facts.items()}
    return ModelInfo("test", "test", "", "upload", {}, preparation=preparation)


def row(values):
    """What a classifier gives."""
    return {"model": {"scores": np.float32([values])}}


def ranking(*scores, independent=False):
    rows = tuple(RankedLabel(f"thing {place}", float(score)) for place, score in enumerate(scores))
    return Ranking(rows, independent=independent)


def boxes(places, scores=None, classes=None, names=("cat", "dog")):
    scores = np.float32(scores if scores is not None else [0.9 - 0.1 * n for n in range(len(places))])
    classes = np.int64(classes if classes is not None else [0] * len(places))
    return Boxes(names, np.float32(places).reshape(-1, 4), scores, classes, 200, 100)


def text(*boxes):
    return TextLines(tuple(TextLine("word", 0.9, box) for box in boxes), 200, 100)


def seen(result, outputs=None, blank=None, sample=None, **facts):
    return Seen(result, outputs or {}, info(**facts), blank, sample)


def look(result, outputs=None):
    return Look(result, outputs or {})
