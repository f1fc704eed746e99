"""Colours that colour-blind people tell apart too, and never colour alone: each comes with a letter and a pattern."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

OKABE_ITO = ("#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7")
"""Okabe and Ito, “Color Universal Design” (2008), without black, which is lost on dark ground."""
PATTERNS = ("solid", "dashed", "dotted", "double")
"""Of a line, in the words of CSS; the number of patterns shares no factor with that of colours: 28 looks."""
_SCALES = {
    # Every ninth part of the published tables; between them a straight line, which is at most 2 of 255 beside them.
    "cividis": "00224e 123570 3b496c 575d6d 707173 8a8678 a59c74 c3b369 e1cc55 fee838",
    "inferno": "000004 1b0c41 4a0c6b 781c6d a52c60 cf4446 ed6925 fb9b06 f7d13d fcffa4",
}


def look(place: int) -> dict[str, str]:
    """How the label at this place is drawn: `colour`, `ink` that is readable on it, `pattern` and `letter`."""
    colour = OKABE_ITO[place % len(OKABE_ITO)]
    return {
        "colour": colour,
        "ink": "#ffffff" if colour == "#0072b2" else "#000000",
        "pattern": PATTERNS[place % len(PATTERNS)],
        "letter": letter(place),
    }


def letter(place: int) -> str:
    """A to Z, then AA, AB and so on."""
    first, last = divmod(place, 26)
    return (letter(first - 1) if first else "") + chr(ord("A") + last)


def scale(name: str) -> NDArray[np.uint8]:
    """uint8 (256, 3): dark to bright. `cividis` looks the same to colour-blind people; `inferno` ends in yellow."""
    points = np.array([_rgb(colour) for colour in _SCALES[name].split()], dtype=float)
    at = np.linspace(0, len(points) - 1, 256)
    return np.stack([np.interp(at, range(len(points)), channel) for channel in points.T], axis=1).round().astype("u1")


def colours(places: int) -> NDArray[np.uint8]:
    """uint8 (places, 3): the colours of labels, over and over."""
    return np.array([_rgb(OKABE_ITO[place % len(OKABE_ITO)]) for place in range(places)], dtype=np.uint8).reshape(-1, 3)


def _rgb(colour: str) -> list[int]:
    return list(bytes.fromhex(colour.removeprefix("#")))


def css(name: str, clear: bool = False) -> str:
    """A scale as a gradient for a legend, from dark to bright; `clear` at its dark end, as heat.js draws it."""
    colours = _SCALES[name].split()
    opaque = [min(255, round(1.6 * 255 * at / (len(colours) - 1))) if clear else 255 for at in range(len(colours))]
    return "linear-gradient(90deg, " + ", ".join(f"#{one}{a:02x}" for one, a in zip(colours, opaque, strict=True)) + ")"


def as_list(name: str) -> list[Any]:
    """A scale for a component: 256 triples."""
    return list(scale(name).tolist())
