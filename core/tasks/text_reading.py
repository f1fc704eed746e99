"""Reads the text in a picture.

Needs two parts: `detect` makes float32 (1, 1, H, W) in [0, 1] of a picture, `recognise` makes float32 (1, steps,
letters) of a line. Facts (`info.preparation`): `alphabet` letters in the order of the scores, the first one for none ·
`colour`, `mean`, `std` on the scale 0 to 255 · `shortest_px`: a smaller picture is enlarged until its shortest side has
that many, while its longest stays within `longest_px`; a larger one is reduced to as many pixels as a square of
`longest_px` · `line_height_px` of a line as it is fed, `piece_px` the longest part of one · `turn_below` the score
under which a line is also read upside down · `drop_below` the score under which it is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.fields import Field
from core.results import TextLine, TextLines
from core.script import Script
from core.tasks import _pictures, _text_boxes, _text_lines
from core.types import Fact, Graph, Inputs, ModelInfo, Say

TITLE = "Read the text in a picture"
SUMMARY = "Finds printed lines in a photograph, a scan or a screenshot and reads them."
RESULT = "text_lines"
SAMPLES = ("sign", "receipt", "page", "chart")
"""Those that show it at its best."""

_ROLES = ("detect", "recognise")
_FUNCTIONS = (
    _pictures.in_colours,
    _pictures.numbers,
    _text_boxes.runs_of,
    _text_boxes.joined_runs,
    _text_boxes.middle_line,
    _text_boxes.steps_between,
    _text_boxes.same_line,
    _text_boxes.line_box,
    _text_boxes.line_boxes,
    _text_boxes.in_reading_order,
    _text_boxes.straightened,
    _text_lines.fed_and_read,
    _text_lines.heat_map,
    _text_lines.is_sideways,
    _text_lines.pieces,
    _text_lines.read_line,
    _text_lines.outline,
    _text_lines.text_lines,
)


def fits(info: ModelInfo) -> float:
    """Only for a model with both parts."""
    return 0.95 if set(_ROLES) <= set(info.parts) else 0.0


def assume(info: ModelInfo) -> dict[str, Fact]:
    """What models of the PP-OCR family take, and sizes found by measuring on pages, signs and screenshots."""
    del info
    family, measured = "the preparation of the PP-OCR family", "measured on pages, signs and screenshots"
    return {
        "alphabet": Fact([], "the model doesn't name its letters", certain=False),
        "colour": Fact("BGR", family),
        "mean": Fact([127.5] * 3, family),
        "std": Fact([127.5] * 3, family),
        "line_height_px": Fact(48, family),
        "shortest_px": Fact(320, measured),
        "longest_px": Fact(1280, measured),
        "piece_px": Fact(2400, measured),
        "turn_below": Fact(0.9, measured),
        "drop_below": Fact(0.5, family),
    }


def fields(info: ModelInfo) -> tuple[Field, ...]:
    """One picture, or many at once."""
    del info
    return (Field("picture", "picture", "Your picture", "Printed text works; handwriting mostly doesn't.", many=True),)


def answer(inputs: Inputs, parts: Mapping[str, Graph], info: ModelInfo, say: Say) -> TextLines:
    """The lines in reading order; none at all is an answer too."""
    found = _text_lines.text_lines(inputs["picture"], parts["detect"], parts["recognise"], _how(info), say)
    lines = tuple(TextLine(line["text"], line["score"], tuple(line["box"])) for line in found["lines"])
    return TextLines(lines, found["width_px"], found["height_px"])


def explain(inputs: Inputs, info: ModelInfo) -> tuple[str, ...]:
    """How lines are found and read, and what is left out."""
    del inputs
    facts = {name: fact.value for name, fact in info.preparation.items()}
    shortest_px, longest_px = facts["shortest_px"], facts["longest_px"]
    return (
        f"To find lines, a picture of more than {longest_px} × {longest_px} pixels is looked at smaller.",
        f"One with a side below {shortest_px} pixels is looked at larger.",
        "Very small print in a large picture can be missed.",
        f"Each line was cut out, bent straight and read at a height of {facts['line_height_px']} pixels.",
        f"It knows {len(facts['alphabet']) - 1:,} letters and signs."
        if facts["alphabet"]
        else "Its letters are unknown.",
        f"A line that scored below {facts['turn_below']:.0%} was also read upside down, and the better reading kept.",
        f"A line below {facts['drop_below']:.0%} was left out.",
    )


def code(inputs: Inputs, info: ModelInfo) -> Script:
    """Find, straighten, read: the app's own functions."""
    del inputs
    main = 'result = text_lines(picture, parts["detect"], parts["recognise"], HOW, lambda share, words: None)'
    return Script(main, _FUNCTIONS, {"HOW": _how(info)}, _text_lines.IMPORTS)


def _how(info: ModelInfo) -> dict[str, Any]:
    ports = {role: [info.parts[role].inputs[0].name, info.parts[role].outputs[0].name] for role in _ROLES}
    return {**{name: fact.value for name, fact in info.preparation.items()}, "ports": ports}
