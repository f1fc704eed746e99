"""Paints a picture in another style.

Needs a graph with the inputs `image` float32 (1, 3, H, W) in [0, 1] and `style_weights` float32 (26), which sum to 1,
and the output `stylized`. With the parts `predict` and `transform` any picture can be the style: `predict` makes 100
numbers of a picture of 256 x 256, `transform` paints 384 x 384 with them. There are no facts to change.
"""

from __future__ import annotations

from collections.abc import Mapping

from core.fields import Field
from core.results import Picture
from core.script import Script
from core.tasks import _painting, _pictures
from core.tasks._contract import Thumbnails
from core.types import Fact, Graph, Inputs, ModelInfo, Say

TITLE = "Paint in another style"
SUMMARY = "Repaints your picture in the style of a painting."
RESULT = "picture"

STYLES = (
    "Honey and sky",
    "Yellow comic",
    "Pale ink",
    "Stained glass",
    "Gold and crimson",
    "Autumn oils",
    "Midnight dots",
    "Bold blocks",
    "Neon sketch",
    "Brush dashes",
    "Red chalk",
    "Gold engraving",
    "Soft lilac",
    "Lime and teal",
    "Frosted glass",
    "White mosaic",
    "Blue crayon",
    "Woven lattice",
    "Woodcut",
    "Starry swirls",
    "Ember",
    "Paper cut-out",
    "Ink and slate",
    "Dusk",
    "Blue wave print",
    "Rough impasto",
)
"""In the order of the model's weights. The names are ours, given after looking at what each one paints."""

NONE = "None"
LONGEST_PX = {"Quick": 512, "Fine": 1024, "Finest": 1600}
"""The longest side of the result; a smaller picture keeps its size."""
_SHORTEST_PX = 32
_THUMBNAIL_PX = 192
_ALWAYS = (_pictures.no_longer_than, _pictures.picture_from)


def fits(info: ModelInfo) -> float:
    """Certain when a graph has the two inputs by name, else not at all."""
    return 1.0 if _styles_role(info) else 0.0


def assume(info: ModelInfo) -> dict[str, Fact]:
    """Nothing is open."""
    del info
    return {}


def fields(info: ModelInfo) -> tuple[Field, ...]:
    """The picture, the style, how strongly, and how large."""
    any_style = Field(
        "style_picture", "picture", "Or any picture as the style", "Used instead of the styles above.", required=False
    )
    return (
        Field("picture", "picture", "Your picture", many=True),
        Field("style", "choice", "Style", default="Starry swirls", choices=STYLES, pictured=True),
        Field("second_style", "choice", "Mixed with", default=NONE, choices=(NONE, *STYLES), required=False),
        Field("blend", "number", "Share of the second style", default=0.5),
        *([any_style] if {"predict", "transform"} <= set(info.parts) else []),
        Field("strength", "number", "Strength", "0 leaves the picture nearly as it was.", default=1.0),
        Field("size", "choice", "Size", "Larger takes longer.", default="Quick", choices=tuple(LONGEST_PX)),
    )


def answer(inputs: Inputs, parts: Mapping[str, Graph], info: ModelInfo, say: Say) -> Picture:
    """The painted picture, as large as the chosen size says; its proportions are those of the original."""
    del say
    small = _pictures.no_longer_than(inputs["picture"], LONGEST_PX[inputs["size"]], _SHORTEST_PX)
    style_picture = inputs.get("style_picture")
    if style_picture is not None:
        return Picture(
            _painting.painted_like(small, style_picture, inputs["strength"], parts["predict"], parts["transform"])
        )
    weights = _painting.style_weights(list(STYLES), inputs["style"], inputs["second_style"], inputs["blend"])
    painting = _painting.painted(small, weights, parts[_styles_role(info)])
    return Picture(_painting.mixed(small, painting, inputs["strength"]))


def preview(inputs: Inputs, parts: Mapping[str, Graph], info: ModelInfo, say: Say) -> Thumbnails:
    """The user's picture in each of the styles, small: uint8, at most 192 pixels long."""
    small = _pictures.no_longer_than(inputs["picture"], _THUMBNAIL_PX, _SHORTEST_PX)
    graph, names, made = parts[_styles_role(info)], list(STYLES), {}
    for number, name in enumerate(names):
        say(number / len(names), name)
        made[name] = _painting.painted(small, _painting.style_weights(names, name, NONE, 0.0), graph)
    return made


def explain(inputs: Inputs, info: ModelInfo) -> tuple[str, ...]:
    """Which style at which size, and what strength means here."""
    del info
    longest_px, strength = LONGEST_PX[inputs["size"]], inputs["strength"]
    size = f"The picture was made smaller where its longest side passed {longest_px} pixels; the result has that size."
    if inputs.get("style_picture") is not None:
        return (
            size,
            "The middle of your style picture became 100 numbers that describe its style.",
            "This model paints at 384 × 384 pixels; the result was enlarged, so it is softer than the fixed styles.",
            f"Strength {strength:.0%}: between the style of the photograph itself (0 %) and that of the other (100 %).",
        )
    second = inputs["second_style"]
    share = f", mixed with {inputs['blend']:.0%} of “{second}”" if second != NONE else ""
    return (
        size,
        f"It was painted in the style “{inputs['style']}”{share}.",
        f"Strength {strength:.0%}: the painting was laid over the photograph with this opacity.",
    )


def code(inputs: Inputs, info: ModelInfo) -> Script:
    """Shrink, paint, mix: the app's own functions."""
    small = f"small = no_longer_than(picture, LONGEST_PX[size], {_SHORTEST_PX})\n"
    if inputs.get("style_picture") is not None:
        main = 'result = painted_like(small, style_picture, strength, parts["predict"], parts["transform"])'
        functions = (*_ALWAYS, _painting.style_numbers, _painting.painted_like)
        return Script(small + main, functions, {"LONGEST_PX": LONGEST_PX}, _painting.IMPORTS)
    main = (
        "weights = style_weights(STYLES, style, second_style, blend)\n"
        f"result = mixed(small, painted(small, weights, parts[{_styles_role(info)!r}]), strength)"
    )
    chosen = (*_ALWAYS, _painting.style_weights, _painting.painted, _painting.mixed)
    constants = {"LONGEST_PX": LONGEST_PX, "STYLES": list(STYLES)}
    return Script(small + main, chosen, constants, _painting.IMPORTS)


def _styles_role(info: ModelInfo) -> str:
    """The part with the fixed styles; empty when there is none."""
    wanted = {"image", "style_weights"}
    return next((role for role, graph in info.parts.items() if {port.name for port in graph.inputs} == wanted), "")
