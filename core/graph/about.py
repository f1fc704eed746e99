"""What a model takes and gives, in words for somebody who doesn't know what a tensor is."""

from __future__ import annotations

from collections.abc import Sequence

from core.graph.assumed import AT_A_TIME
from core.graph.facts import Facts
from core.types import GraphInfo, Port

_COLOURS = {1: "grey ", 3: "colour ", 4: "colour "}
_SMALLEST_PX = 16
_OF_TEXT = ("input_ids", "attention_mask", "token_type_ids", "tokens", "input_mask", "segment_ids", "position_ids")
_WELL_KNOWN = (1000, 1001)
"""How many things are told apart in ImageNet's contest, which most picture models learned from; with a background."""
_MANY = 10
"""Fewer are kinds, not things."""
_SCORES_COME_FROM = ("Softmax", "LogSoftmax")

Shape = tuple[int | str | None, ...]


def takes(ports: Sequence[Port]) -> str:
    """`a 224 × 224 colour picture`, `a text`, `26 numbers`; the first three inputs."""
    if not ports:
        return "nothing"
    said = list(dict.fromkeys(_taken(port) for port in ports))
    more = f" and {len(said) - 3} more inputs" if len(said) > 3 else ""
    shown = said[:3]
    return ", ".join(shown) + more if more or len(shown) < 2 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _taken(port: Port) -> str:
    if _is_text(port):
        return "a text"
    if port.kind != "tensor":
        return f"a {port.kind}"
    return _picture(port.shape) or _numbers(port.shape)


def _is_text(port: Port) -> bool:
    return port.dtype == "string" or (port.name in _OF_TEXT and "int" in port.dtype)


def gives(facts: Facts, info: GraphInfo, names: int) -> str:
    """`knows 1,000 things`, `gives a colour picture of any size`, `gives 384 numbers`; empty where there is no answer.

    `names`: how many things it is known to tell apart, 0 when nobody wrote their names down.
    """
    if names:
        return _tells(names, any(_picture(port.shape) for port in info.inputs))
    if len(info.outputs) != 1:
        return f"gives {len(info.outputs):,} results" if info.outputs else ""
    port = info.outputs[0]
    found = facts.sizes.of((), port.name).shape
    if found is not None and _names_pictures(facts, info, found):
        return _tells(found[1], is_picture=True)
    if port.kind != "tensor" or port.dtype == "string":
        return "gives a text" if port.kind == "tensor" else f"gives a {port.kind}"
    shape: Shape | None = port.shape
    if not shape:  # not declared, or wrongly so: what was worked out counts where nothing had to be assumed for it
        shape = found if set(facts.sizes.assumed) <= {AT_A_TIME} else None
    of_text = any(_is_text(one) for one in info.inputs)
    if of_text and shape and len(shape) == 3 and isinstance(shape[2], int) and not isinstance(shape[1], int):
        return f"gives {shape[2]:,} numbers for each piece of it"
    return f"gives {_picture(shape) or _numbers(shape)}"


def _tells(names: int, is_picture: bool) -> str:
    return f"knows {names:,} things" if is_picture and names >= _MANY else f"tells {names:,} kinds apart"


def _names_pictures(facts: Facts, info: GraphInfo, given: tuple[int, ...]) -> bool:
    """One picture in and one row of scores out, which sum to 1 or are as many as things in the well-known contest."""
    if len(given) < 2 or given[1] < 2 or any(size != 1 for place, size in enumerate(given) if place != 1):
        return False
    if len(info.inputs) != 1 or not _picture(info.inputs[0].shape):
        return False
    last = [facts.atlas.drawn.steps[step].operator for steps in facts.atlas.drawn.makers.values() for step in steps]
    return given[1] in _WELL_KNOWN or any(operator in _SCORES_COME_FROM for operator in last)


def _picture(shape: Shape | None) -> str:
    """Empty for what is none: a picture has colours before or after its two sides."""
    if shape is None or len(shape) != 4:
        return ""
    for colours, sides in ((shape[1], shape[2:]), (shape[3], shape[1:3])):
        if colours in _COLOURS and all(not isinstance(side, int) or side >= _SMALLEST_PX for side in sides):
            return _of_size(_COLOURS[int(colours or 0)], sides)
    return ""


def _of_size(colour: str, sides: Shape) -> str:
    height, width = sides
    if isinstance(height, int) and isinstance(width, int):
        return f"a {width:,} × {height:,} {colour}picture"
    if isinstance(height, int):
        return f"a {colour}picture {height:,} pixels high"
    return (
        f"a {colour}picture of any size" if not isinstance(width, int) else f"a {colour}picture {width:,} pixels wide"
    )


def _numbers(shape: Shape | None) -> str:
    """Without sides of 1, and without how many things at a time."""
    if shape is None:
        return "numbers"
    rest = shape[1:] if shape and not isinstance(shape[0], int) else shape
    sides = [side for side in rest if side != 1]
    if not sides:
        return "one number"
    if not any(isinstance(side, int) for side in sides):
        return "any many numbers" if len(sides) == 1 else "a table of numbers"
    return " × ".join(f"{side:,}" if isinstance(side, int) else "any" for side in sides) + " numbers"
