"""Reads the text in a picture.

Needs two parts: `detect` makes float32 (1, 1, H, W) in [0, 1] of a picture, `recognise` makes float32 (1, steps,
letters) of a line. A third, `classify`, may say of a line whether it is upside down: float32 (1, 2) for 0 and 180
degrees. A recogniser alone reads a picture of a single line.

Facts (`info.preparation`): `alphabet` letters in the order of the scores, the first one for none · `colour`, `mean`,
`std` on the scale 0 to 255 · `shortest_px`: a smaller picture is enlarged until its shortest side has that many, while
its longest stays within `longest_px`; a larger one is reduced to as many pixels as a square of `longest_px` ·
`line_height_px` of a line as it is fed, `piece_px` the longest part of one · `turn_above` the score from which the
classifier is believed that a line is upside down · `turn_below` the score under which a line is also read the other way
up · `drop_below` the score under which it is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.errors import RunFailed
from core.fields import Field
from core.results import TextLine, TextLines
from core.script import Script
from core.tasks import _letters, _picture_input, _pictures, _text_boxes, _text_lines
from core.types import Fact, Graph, GraphInfo, Inputs, ModelInfo, Say

TITLE = "Read the text in a picture"
SUMMARY = "Finds printed lines in a photograph, a scan or a screenshot and reads them."
RESULT = "text_lines"
SAMPLES = ("sign", "receipt", "page", "chart")
"""Those that show it at its best."""

_ROLES = ("detect", "recognise")
_TURNS = "classify"
_LINE_HEIGHTS = (32, 48)
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
    _text_lines.widened,
    _text_lines.upside_down,
    _text_lines.pieces,
    _text_lines.read_line,
    _text_lines.outline,
    _text_lines.text_lines,
    _text_lines.one_line,
)


def fits(info: ModelInfo) -> float:
    """High for a model with both parts; a recogniser alone is known by its letters, or guessed by its flat input."""
    if set(_ROLES) <= set(info.parts):
        return 0.95 if all(_takes_picture(info.parts[role]) for role in _ROLES) else 0.0
    graph = _recogniser(info)
    if len(info.parts) > 1 or not _takes_picture(graph) or len(graph.outputs) != 1:
        return 0.0
    wide, high = _size(graph)
    if graph.metadata.get(_letters.NOTE):
        return 0.9
    steps = len(graph.outputs[0].shape or ()) in (0, 3)
    return 0.3 if steps and high in _LINE_HEIGHTS and wide != high else 0.0


def assume(info: ModelInfo) -> dict[str, Fact]:
    """What models of the PP-OCR family take, and sizes found by measuring on pages, signs and screenshots."""
    family, measured = "the preparation of the PP-OCR family", "measured on pages, signs and screenshots"
    recogniser = _recogniser(info)
    high, grey = _size(recogniser)[1], _picture_input.layout(recogniser.inputs[0])[1] == 1
    return {
        "alphabet": _letters.alphabet(info, recogniser),
        "colour": Fact("grey", "the shape of the input") if grey else Fact("BGR", family),
        "mean": Fact([127.5] * (1 if grey else 3), family),
        "std": Fact([127.5] * (1 if grey else 3), family),
        "line_height_px": Fact(high, "the shape of the input") if high else Fact(48, family),
        "shortest_px": Fact(320, measured),
        "longest_px": Fact(1280, measured),
        "piece_px": Fact(2400, measured),
        **({"turn_above": Fact(0.9, family)} if _TURNS in info.parts else {}),
        "turn_below": Fact(0.9, measured),
        "drop_below": Fact(0.5, family),
    }


def fields(info: ModelInfo) -> tuple[Field, ...]:
    """One picture, or many at once."""
    words = "Printed text works; handwriting mostly doesn't."
    if _is_alone(info):
        words = "This model reads one line: cut the picture so that it shows nothing else."
    return (Field("picture", "picture", "Your picture", words, many=True),)


def answer(inputs: Inputs, parts: Mapping[str, Graph], info: ModelInfo, say: Say) -> TextLines:
    """The lines in reading order; none at all is an answer too. Raises RunFailed when a part answers oddly."""
    how = _how(info)
    if not how["alphabet"]:
        raise _no_letters()
    known = {role: _checked(graph, role, how) for role, graph in parts.items()}
    if _is_alone(info):
        found = _text_lines.one_line(inputs["picture"], known, how)
    else:
        found = _text_lines.text_lines(inputs["picture"], known, how, say)
    lines = tuple(TextLine(line["text"], line["score"], tuple(line["box"])) for line in found["lines"])
    return TextLines(lines, found["width_px"], found["height_px"])


def explain(inputs: Inputs, info: ModelInfo) -> tuple[str, ...]:
    """How lines are found and read, and what is left out."""
    del inputs
    facts = {name: fact.value for name, fact in info.preparation.items()}
    shortest_px, longest_px, high = facts["shortest_px"], facts["longest_px"], facts["line_height_px"]
    source = info.preparation["alphabet"].source
    letters = f"It knows {max(len(facts['alphabet']) - 1, 0):,} letters and signs, according to {source}."
    if _is_alone(info):
        return (f"The whole picture was read as one line, at a height of {high} pixels.", letters)
    turned = f"A line of which the model is {facts.get('turn_above', 1):.0%} sure that it is upside down was turned."
    return (
        f"To find lines, a picture of more than {longest_px} × {longest_px} pixels is looked at smaller.",
        f"One with a side below {shortest_px} pixels is looked at larger.",
        "Very small print in a large picture can be missed.",
        f"Each line was cut out, bent straight and read at a height of {high} pixels.",
        letters,
        *((turned,) if _TURNS in info.parts else ()),
        f"A line that scored below {facts['turn_below']:.0%} was also read turned, and the better reading kept.",
        f"A line below {facts['drop_below']:.0%} was left out.",
    )


def verified(info: ModelInfo) -> str:
    """What the numbers were compared with: words read, the classifier's scores, and single lines."""
    return "RapidOCR 3.10" if fits(info) else ""


def code(inputs: Inputs, info: ModelInfo) -> Script:
    """Find, straighten, read: the app's own functions."""
    del inputs
    main = "result = text_lines(picture, parts, HOW, lambda share, words: None)"
    if _is_alone(info):
        main = "result = one_line(picture, parts, HOW)"
    return Script(main, _FUNCTIONS, {"HOW": _how(info)}, _text_lines.IMPORTS)


def _is_alone(info: ModelInfo) -> bool:
    return not set(_ROLES) <= set(info.parts)


def _recogniser(info: ModelInfo) -> GraphInfo:
    return info.parts.get("recognise") or next(iter(info.parts.values()))


def _takes_picture(graph: GraphInfo) -> bool:
    return len(graph.inputs) == 1 and bool(graph.outputs) and _picture_input.takes_picture(graph.inputs[0])


def _size(graph: GraphInfo) -> tuple[int, int]:
    """Width and height of what a graph is fed, 0 where these are open."""
    _, _, high, wide = _picture_input.layout(graph.inputs[0]) if graph.inputs else ("", 0, 0, 0)
    return tuple(side if isinstance(side, int) and side > 0 else 0 for side in (wide, high))  # type: ignore[return-value]


def _how(info: ModelInfo) -> dict[str, Any]:
    """Everything the functions of `_text_lines` go by, as plain data."""
    alone = _is_alone(info)
    roles = {role: "recognise" if alone else role for role in info.parts if alone or role in (*_ROLES, _TURNS)}
    graphs = {role: info.parts[own] for own, role in roles.items()}
    return {
        **{name: fact.value for name, fact in info.preparation.items()},
        "recognise": next(own for own, role in roles.items() if role == "recognise"),
        "ports": {
            role: [graph.inputs[0].name, graph.outputs[0].name, graph.inputs[0].dtype] for role, graph in graphs.items()
        },
        "sizes": {role: list(_size(graph)) for role, graph in graphs.items()},
    }


def _checked(graph: Graph, role: str, how: dict[str, Any]) -> Graph:
    """The same graph, which fails in words when it answers something else than a part of its role should."""
    role = role if role in how["ports"] else "recognise"
    output, letters = how["ports"][role][1], len(how["alphabet"])

    def run(feeds: Mapping[str, Any]) -> dict[str, Any]:
        found = graph(feeds)
        values = np.asarray(found[output])
        fits = {
            "detect": values.ndim == 4 and values.shape[:2] == (1, 1),
            "classify": values.shape == (1, 2),
            "recognise": values.ndim == 3 and values.shape[0] == 1 and abs(values.shape[2] - letters) < 2,
        }[role]
        if not fits:
            raise _out_of_role(role, values.shape, letters)
        if not np.isfinite(values).all():
            raise RunFailed(
                "The model's answer isn't made of numbers.",
                "Some values are infinite or missing, which means it was fed something it wasn't made for.",
                "Change how pictures are prepared under “How it is fed”, or try another picture.",
            )
        return found

    return run


def _out_of_role(role: str, shape: tuple[int, ...], letters: int) -> RunFailed:
    wanted = {
        "detect": "a map of where text is",
        "classify": "two scores, for upright and upside down",
        "recognise": f"scores for {letters:,} letters at each step of a line",
    }[role]
    size = " × ".join(map(str, shape)) or "a single number"
    return RunFailed(
        "A part of this model gives something else than expected.",
        f"The part “{role}” should give {wanted}, but gave {size}.",
        "Check that the parts, and the list of letters, belong to the same model.",
    )


def _no_letters() -> RunFailed:
    return RunFailed(
        "The letters this model knows are missing.",
        "It answers with numbers of letters, and the list of them is neither in its file nor beside it.",
        "Add the model together with its list of letters, a file such as ppocr_keys_v1.txt or dict.txt.",
    )
