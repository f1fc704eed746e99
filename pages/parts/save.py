"""Answers as files to save."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from pages.parts import palette, show_map


@dataclass(frozen=True)
class File:
    """An answer as a file to save."""

    name: str
    media_type: str
    data: Callable[[], bytes]
    """Makes the bytes when they are wanted: a large picture takes longer to pack than to paint."""


def file(answer: Any) -> File:
    """The file an answer is saved as."""
    name, media_type, make = _FILES.get(answer.result.kind, _TABLE)
    return File(name.format(kind=answer.result.kind), media_type, lambda: make(answer.result))


def frame(found: Any) -> Any:
    """The answer as a table, whole."""
    import pandas as pd

    if found.kind == "matrix":
        return pd.DataFrame(np.round(found.values, 3), index=found.rows, columns=_distinct(found.columns))
    if found.kind in _COLUMNS:
        columns, rows = _COLUMNS[found.kind]
        return pd.DataFrame(list(rows(found)), columns=columns)
    return pd.DataFrame(found.rows, columns=found.columns)


def _distinct(names: tuple[str, ...]) -> list[str]:
    return [f"{place}. {name}" for place, name in enumerate(names, 1)]


def _boxes(found: Any) -> Any:
    for box, score, place in zip(found.boxes.tolist(), found.scores.tolist(), found.classes.tolist(), strict=True):
        yield [found.names[place], round(score, 4), *(round(side, 1) for side in box)]


_COLUMNS: dict[str, tuple[list[str], Callable[[Any], Any]]] = {
    "ranking": (["label", "score"], lambda found: [(row.label, row.score) for row in found.rows]),
    "text_lines": (["text", "score"], lambda found: [(line.text, line.score) for line in found.lines]),
    "boxes": (["label", "score", "left", "top", "right", "bottom"], _boxes),
    "spans": (
        ["text", "label", "score", "start", "end"],
        lambda found: [(found.text[a.start : a.end], a.label, a.score, a.start, a.end) for a in found.spans],
    ),
    "influences": (
        ["text", "weight", "start", "end"],
        lambda found: [(found.text[a.start : a.end], a.weight, a.start, a.end) for a in found.parts],
    ),
    "matches": (["picture", "score"], lambda found: [(row.place + 1, row.score) for row in found.rows]),
}


def safe_csv(table: Any, index: bool = False) -> bytes:
    """The table as CSV. A cell that a spreadsheet would run as a formula gets an apostrophe in front."""

    def harmless(cell: Any) -> Any:
        return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell

    return str(table.map(harmless).to_csv(index=index)).encode("utf-8", "replace")


def _csv(found: Any) -> bytes:
    return safe_csv(frame(found), index=found.kind == "matrix")


def _png(made: Any) -> bytes:
    from core.png import write_png

    return write_png(made.pixels)


def _areas(found: Any) -> bytes:
    """A picture in which each place has the number of its label, and shows in that label's colour.

    A format with numbers and colours at once has room for 256 labels; with more of them, colours only.
    """
    from PIL import Image

    colours = palette.colours(len(found.names))
    if int(found.classes.max()) > 255:
        return _packed(Image.fromarray(colours[found.classes]))
    for place in found.background:
        colours[place] = 0
    image = Image.fromarray(found.classes.astype(np.uint8))
    image.putpalette(colours[:256].tobytes())
    return _packed(image)


def _depth(found: Any) -> bytes:
    """Grey in 16 bits, as programs for pictures and 3D take it: near is bright. What it means stands in its notes."""
    from PIL import Image, PngImagePlugin

    values = (show_map.nearness(found, found.values) / 255 * 65535).round().astype(np.uint16)
    notes = PngImagePlugin.PngInfo()
    ends = f"the smallest value is {np.min(found.values):.6g}, the largest {np.max(found.values):.6g}"
    notes.add_text("Description", f"{found.unit}: {ends}; bright is near")
    return _packed(Image.fromarray(values), pnginfo=notes)


def _heat(found: Any) -> bytes:
    """The map alone: clear where it hardly counts, to be laid over the picture."""
    from core.png import write_png

    levels = (255 * show_map.warmth(found, 512)).round().astype(np.uint8)
    return write_png(np.dstack([palette.scale("inferno")[levels], levels]))


def _packed(image: Any, **more: Any) -> bytes:
    target = io.BytesIO()
    image.save(target, "PNG", compress_level=3, **more)
    return target.getvalue()


def _lines(found: Any) -> bytes:
    return "\n".join(line.text for line in found.lines).encode()


def _npz(found: Any) -> bytes:
    target = io.BytesIO()
    arrays = {name: value for name, value in found.outputs.items() if isinstance(value, np.ndarray)}
    np.savez(target, **{name: _storable(array) for name, array in arrays.items()})
    return target.getvalue()


def _storable(array: Any) -> Any:
    """Texts as fixed-width text, so that the file can be read without pickle."""
    return array.astype(str) if array.dtype.kind == "O" else array


_TABLE = ("{kind}.csv", "text/csv", _csv)
_FILES: dict[str, tuple[str, str, Callable[[Any], bytes]]] = {
    "picture": ("picture.png", "image/png", _png),
    "areas": ("areas.png", "image/png", _areas),
    "depth": ("depth.png", "image/png", _depth),
    "heat": ("heat.png", "image/png", _heat),
    "text_lines": ("text.txt", "text/plain", _lines),
    "tensors": ("outputs.npz", "application/octet-stream", _npz),
}
