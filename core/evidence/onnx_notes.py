"""Notes in the ONNX file itself: those of the ONNX standard about pictures, and keys that many tools write.

The standard's, in any case of letters: `Image.BitmapPixelFormat`, `Image.NominalPixelRange` (onnx,
docs/MetadataProps.md). Names of classes, `mean` and `std` are written under many keys (see `core.notes`).
"""

from __future__ import annotations

from collections.abc import Mapping

from core import notes
from core.evidence import _ports, _scale
from core.evidence._contract import Evidence, Parts, Said
from core.types import Fact

RANK = 15
FILES: tuple[str, ...] = ()
SOURCE = "the model's own notes"

_RANGES = {
    "nominalrange_0_255": (0.0, 1.0),
    "normalized_0_1": (0.0, 255.0),
    "normalized_1_1": (127.5, 127.5),
    "nominalrange_16_235": (-16 * 255 / 219, 255 / 219),
}
"""What is taken from a pixel, 0 to 255, and what the rest is divided by."""
_FORMATS = {"gray8": "grey", "rgb8": "RGB", "bgr8": "BGR", "rgba8": "RGB", "bgra8": "BGR"}


def read(said: Said, parts: Parts) -> Evidence:
    """Names of classes, order of colours, and their scale."""
    del said
    facts: dict[str, Fact] = {}
    for graph in parts.values():
        for name, fact in _of(graph.metadata, grey=_ports.is_grey(_ports.picture({"": graph}))).items():
            facts.setdefault(name, fact)
    return Evidence((), facts)


def _of(metadata: Mapping[str, str], *, grey: bool) -> dict[str, Fact]:
    by_key = {key.casefold(): value.strip().casefold() for key, value in metadata.items()}
    names = notes.labels(metadata)
    facts = {"labels": Fact(names, SOURCE)} if names else {}
    colour = _FORMATS.get(by_key.get("image.bitmappixelformat", ""))
    if colour and (colour == "grey") == grey:
        facts["colour"] = Fact(colour, SOURCE)
    return {**facts, **_scaling(metadata, by_key, grey=grey)}


def _scaling(metadata: Mapping[str, str], by_key: Mapping[str, str], *, grey: bool) -> dict[str, Fact]:
    known = _RANGES.get(by_key.get("image.nominalpixelrange", ""))
    if known:
        return _scale.facts(SOURCE, [known[0]], [known[1]], factor=1, grey=grey)
    mean, std = notes.colour_numbers(metadata, "mean"), notes.colour_numbers(metadata, "std")
    return _scale.facts(SOURCE, mean, std, factor=1, grey=grey) if std and min(std) > 0 else {}
