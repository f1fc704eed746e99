"""How a model is fed and read, for people: what each fact is called, what it may be, and how a change is checked."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.errors import InputError
from core.types import Fact

MOST_NAMES = 100_000
_LONGEST = 2_000
_LARGEST = 1e9

TITLES: dict[str, tuple[str, str]] = {
    "labels": ("Names of the classes", "In the order of the model's scores, one per line."),
    "resize": ("How the picture is made to fit", ""),
    "resize_px": ("Size before cutting, in pixels", "The shortest side of the picture before its middle is cut out."),
    "longest_px": ("Longest side, in pixels", "0 for no limit."),
    "multiple_px": ("Sides are multiples of, in pixels", ""),
    "middle": ("Half a pixel at the middle", "Cut off, or rounded as torchvision does."),
    "pad": ("Grey of the frame", "0 is black, 255 white. Fills what the picture leaves free."),
    "width_px": ("Width that is fed, in pixels", ""),
    "height_px": ("Height that is fed, in pixels", ""),
    "resample": ("How pixels are blended when resizing", ""),
    "colour": ("Order of the colours", "Some models were taught with blue first."),
    "mean": ("Subtracted from each colour", "Red, green, blue, on the scale 0 to 255."),
    "std": ("Then divided by", "Red, green, blue, on the scale 0 to 255. 255 gives numbers from 0 to 1."),
    "layout": ("Order of what is fed", "N pictures, C colours, H rows, W columns."),
    "dtype": ("Type of the numbers", ""),
    "sure_above": ("Counts as sure from", "Below this the answer is called “not sure”."),
    "unsure_note": ("What is said when it isn't sure", ""),
    "problem_type": ("What the scores mean", ""),
    "pooling": ("How the numbers of all pieces become those of the text", ""),
    "tokenizer": ("File that cuts the text into pieces", ""),
    "vocabulary": ("File with the pieces of words it knows", ""),
    "lower_case": ("Capitals and accents are ignored", ""),
    "max_tokens": ("Pieces of words it reads at once", ""),
    "score_above": ("Shown from this score on", ""),
    "overlap": ("Two boxes are one from this overlap on", "Shared area over joint area, 0 to 1."),
    "decoder": ("How its numbers are read", "The family of models it belongs to."),
    "unit": ("What its depth means", "Nearness has no unit; metres are a distance."),
    "columns": ("Names of the columns", "In the order the model was taught with, one per line."),
    "ranges": ("Smallest and largest value of each column", ""),
    "words": ("Words each column may hold", ""),
    "reads": ("What its outputs are", ""),
    "missing_fed": ("A missing number is left to the model", "Off: a row that lacks a number gets no answer."),
    "scores": ("How its numbers become percentages", ""),
    "logit_scale": ("Likeness is multiplied by", "Unless the model does that itself."),
    "logit_bias": ("Then added", ""),
    "pad_to": ("Texts are filled up to, in pieces of words", "0 for the longest one."),
    "compared_by": ("What is compared", ""),
    "alphabet": ("Letters it knows", "In the order of its scores; the first one stands for none."),
    "line_height_px": ("Height of a line that is read, in pixels", ""),
    "piece_px": ("Longest part of a line that is read, in pixels", ""),
    "shortest_px": ("Shortest side of a picture that is searched, in pixels", ""),
    "turn_above": ("A line is turned from this certainty on", ""),
    "turn_below": ("A line is also read turned below this score", ""),
    "drop_below": ("A line is left out below this score", ""),
    "stride_tokens": ("Two windows of a long text share, in pieces of words", ""),
    "window_tokens": ("Pieces of words in one window of a long text", ""),
    "max_answer_tokens": ("Longest answer, in pieces of words", ""),
    "scores_are": ("What its scores are", ""),
    "tokenizer_settings": ("File that says how text is cut", ""),
    "merges": ("File that says which pieces join", ""),
    "most": ("Boxes kept at most", ""),
    "first_class": ("Number of its first class", "1 where the model counts its classes from 1."),
    "mirror_edges": ("Edges are mirrored first", ""),
    "sure_lead": ("Counts as sure with a lead of", "Over the second best answer."),
    "activation": ("What is done to its numbers first", ""),
    "range_out": ("Scale of the colours it gives", ""),
    "tile_px": ("Large pictures are cut into squares of, in pixels", ""),
    "overlap_px": ("Squares overlap on each side by, in pixels", ""),
    "upscale": ("Enlarges each side", ""),
    "way": ("How large pictures are worked on", ""),
    "output": ("Which of its outputs is read", ""),
    "scale_by": ("Colours are divided by", ""),
    "min_max": ("The mask is stretched from none to all", ""),
    "background": ("Names that mean background", "One per line."),
    "query_prefix": ("Put before a question", ""),
    "passage_prefix": ("Put before a text", ""),
}
CHOICES: dict[str, dict[str, str]] = {
    "resize": {
        "crop": "its middle is cut out",
        "stretch": "the whole picture, stretched",
        "stretch_crop": "stretched, then its middle is cut out",
        "fit": "the whole picture in a grey frame",
        "fit_corner": "the whole picture in the left top of a frame",
        "shortest": "by its shortest side",
        "shortest_down": "by its shortest side, down to multiples",
        "near": "whole, proportions kept",
        "own": "at its own size",
    },
    "colour": {"RGB": "red first (RGB)", "BGR": "blue first (BGR)", "grey": "grey"},
    "resample": {name: name for name in ("nearest", "bilinear", "bicubic", "lanczos", "box", "hamming")},
    "layout": {"NCHW": "colour by colour (NCHW)", "NHWC": "pixel by pixel (NHWC)"},
    "problem_type": {
        "single_label_classification": "exactly one name is right",
        "multi_label_classification": "each name may be right or not",
        "regression": "numbers, not names",
    },
    "middle": {"rounded": "rounded", "cut": "cut off"},
    "pooling": {
        "mean": "their average",
        "first": "the first",
        "last": "the last",
        "max": "the largest",
        "none": "none",
    },
    "reads": {
        "classes": "classes, with a score each",
        "numbers": "numbers",
        "outliers": "ordinary or an outlier",
        "groups": "the nearest group",
    },
    "scores": {"softmax": "shares among the labels", "sigmoid": "each label on its own"},
    "compared_by": {"numbers": "the model's numbers", "scores": "which names it finds likely"},
    "unit": {"nearness": "nearness, without a unit", "metres": "metres"},
}
FIXED = ("dtype", "output", "tokenizer", "tokenizer_settings", "vocabulary", "merges")
"""What the file itself decides, or where a change could only break something."""


def title(name: str) -> str:
    """What a person calls a fact."""
    return TITLES[name][0] if name in TITLES else name.replace("_", " ").capitalize()


def in_words(name: str, fact: Fact) -> str:
    """The value of a fact on one line."""
    is_path = fact.is_file and Path(str(fact.value)).is_absolute()  # of a file that came with the app
    value = Path(str(fact.value)).name if is_path else fact.value
    if name in CHOICES and value in CHOICES[name]:
        return CHOICES[name][value]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and len(value) > 6:
        return f"{len(value):,}: {', '.join(str(one)[:30] for one in value[:3])}, …"
    if isinstance(value, list):
        return ", ".join(f"{one:g}" if isinstance(one, float) else str(one)[:60] for one in value) or "none"
    if isinstance(value, Mapping):
        return f"{len(value):,} entries"
    return f"{value:g}" if isinstance(value, float) else str(value)[:200] or "none"


def choices(name: str, fact: Fact) -> dict[str, str]:
    """All a fact may be, with words for each; empty where it may be anything of its kind."""
    return {one: one.replace("_", " ") for one in fact.choices} or CHOICES.get(name, {})


def may_change(name: str, fact: Fact) -> bool:
    """Whether a person can say otherwise."""
    return name not in FIXED and not fact.is_file and not isinstance(fact.value, Mapping)


def changed(name: str, before: Fact, value: Any) -> Fact:
    """The fact as a person wants it: of the same type as before, within bounds. Raises InputError."""
    if not may_change(name, before):
        raise _refused(name, "it is settled by the model's own file")
    if before.choices and value not in before.choices:
        raise _refused(name, f"it can be {', '.join(before.choices)}")
    return Fact(_like(name, before.value, value), "you", choices=before.choices)


def read(name: str, before: Fact, text: str) -> Fact:
    """The same from words, as on the command line: JSON, or one value, or several with commas between them."""
    try:
        value = json.loads(text)
    except ValueError:
        value = text
    if isinstance(before.value, list) and not isinstance(value, list):
        value = [part.strip() for part in str(value).replace("\n", ",").split(",") if part.strip()]
    return changed(name, before, value)


def _like(name: str, before: Any, value: Any) -> Any:
    if name in CHOICES:
        if value not in CHOICES[name]:
            raise _refused(name, f"it can be {', '.join(CHOICES[name])}")
        return value
    if isinstance(before, bool):
        if not isinstance(value, bool):
            raise _refused(name, "it is true or false")
        return value
    if isinstance(before, int | float):
        return _number(name, value, whole=isinstance(before, int))
    if isinstance(before, list):
        return _list(name, before, value)
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise _refused(name, f"it is a text of at most {_LONGEST:,} letters")
    return value


def _list(name: str, before: list[Any], value: Any) -> list[Any]:
    if not isinstance(value, list) or len(value) > MOST_NAMES:
        raise _refused(name, f"it is a list of at most {MOST_NAMES:,}")
    if name not in ("mean", "std"):
        return [str(one)[:_LONGEST] for one in value]
    numbers = [float(_number(name, one, whole=False)) for one in value]
    if len(numbers) != len(before):
        raise _refused(name, f"it takes {len(before)} numbers")
    if name == "std" and min(numbers) <= 0:
        raise _refused(name, "it must be above 0")
    return numbers


def _number(name: str, value: Any, *, whole: bool) -> float | int:
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise _refused(name, "it is a number") from None
    if not math.isfinite(number) or abs(number) > _LARGEST or (whole and not number.is_integer()):
        raise _refused(name, "it is a whole number" if whole else "it is a number")
    if name.endswith("_px") and number < (name in ("width_px", "height_px", "resize_px")):
        raise _refused(name, "it is a number of pixels above 0")
    return int(number) if whole else number


def _refused(name: str, why: str) -> InputError:
    return InputError(f"“{title(name)}” can't be changed to that.", f"Because {why}.", "Give another value.")
