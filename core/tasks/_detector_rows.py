"""What an output of the size (1, rows, columns) is: the YOLO family is told apart by these two sizes.

YOLO models look at one box (v8) or three (v5, v7) in each cell of their grids, whose number follows from the size of
the picture: 8,400 or 25,200 for 640 x 640.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from core.types import Port

_STRIDES = ((8, 16, 32), (8, 16, 32, 64), (4, 8, 16, 32), (16, 32))
"""Widths of the cells of the grids, in pixels: usual, P6, P2, tiny."""
_USUAL = ("output", "output0", "outputs", "detections", "predictions")
_MOST_ENDS = 1000
"""No export leaves more boxes than that when it takes out double ones itself."""
_POSE = 56
"""Box, score and 17 points of a person: as likely as a detector of 52 things."""
_NOTES, _SHAPE = "the model's own notes", "the shape of its output"


class Row(NamedTuple):
    decoder: str
    fit: float
    source: str


NONE = Row("", 0.0, "")


def plain(name: str) -> str:
    """The name of an output without what TensorFlow puts around it."""
    return name.rsplit("/", 1)[-1].partition(":")[0].casefold()


def rank(port: Port) -> int:
    return -1 if port.shape is None else len(port.shape)


def size(port: Port, place: int) -> int | None:
    """The size of a dimension, None when it is open or not there."""
    shape = port.shape or ()
    found = shape[place] if -len(shape) <= place < len(shape) else None
    return found if isinstance(found, int) else None


def kind(output: Port, picture: Port, names: int, metadata: Mapping[str, str]) -> Row:
    """The decoder, how sure (0 to 1) and what says so. `names`: how many classes the file names, 0 when it doesn't."""
    rows, columns, anchors = size(output, 1), size(output, 2), anchors_of(picture)
    if metadata.get("task") in ("segment", "pose"):
        return _with_more(rows, columns, names, metadata)
    if "rtdetr" in metadata.get("description", "").casefold() and names and columns == 4 + names:
        return Row("rt_detr", 0.95, _NOTES)
    ends = columns == 6 and (rows is None or rows <= _MOST_ENDS)
    if metadata.get("end2end") == "True" or (ends and metadata.get("author") == "Ultralytics" and rows):
        return Row("yolo_ends", 0.95, _NOTES) if columns == 6 else NONE
    found = _with_names(rows, columns, names, anchors) if names else _by_size(rows, columns, anchors)
    if not found.fit and ends and (rows is not None or plain(output.name) in _USUAL):
        found = Row("yolo_ends", 0.85 if rows else 0.5, _SHAPE)
    if found.fit < 0.8 and plain(output.name) not in _USUAL:
        return NONE
    return found


def _with_more(rows: int | None, columns: int | None, names: int, metadata: Mapping[str, str]) -> Row:
    """Outlines and points come behind box and scores; they aren't read."""
    if columns is not None and columns > 6 and metadata.get("end2end") == "True":
        return Row("yolo_ends", 0.6, _NOTES)
    return Row("yolo_v8_more", 0.6, _NOTES) if names and rows is not None and rows > 4 + names else NONE


def _with_names(rows: int | None, columns: int | None, names: int, anchors: tuple[int, ...]) -> Row:
    """What doesn't go with the names is a model for something else: outlines, poses, turned boxes."""
    if rows == 4 + names and (columns is None or columns > rows or columns in anchors):
        return Row("yolo_v8", 0.95, _NOTES)
    if columns == 4 + names != 6 and rows is not None and rows <= _MOST_ENDS and rows not in anchors:
        return Row("rt_detr", 0.95, _NOTES)
    if columns != 5 + names or (columns == 6 and rows is not None and rows <= _MOST_ENDS):
        return NONE
    if rows is None or not anchors or rows in [3 * count for count in anchors]:
        return Row("yolo_v5", 0.95, _NOTES)
    return Row("yolo_v5", 0.85, _NOTES) if rows in anchors else NONE


def _by_size(rows: int | None, columns: int | None, anchors: tuple[int, ...]) -> Row:
    if (
        rows is not None
        and 4 < rows <= _MOST_ENDS
        and (columns in anchors or (not anchors and (columns or rows) >= rows))
    ):
        sure = 0.85 if columns in anchors else 0.5
        return Row("yolo_v8", 0.2 if rows == _POSE else sure, _SHAPE) if columns != 6 else NONE
    if columns is None or not 5 < columns <= _MOST_ENDS:
        return NONE
    if rows in [3 * count for count in anchors]:
        return Row("yolo_v5", 0.85, _SHAPE)
    if rows in anchors:
        return Row("yolo_v5", 0.8, _SHAPE)
    if rows == 300 and columns != 6:
        return Row("rt_detr", 0.6, _SHAPE)
    open_ended = rows is None or (rows > _MOST_ENDS and not anchors)
    return Row("yolo_v5", 0.5, _SHAPE) if open_ended and columns != 6 else NONE


def anchors_of(picture: Port) -> tuple[int, ...]:
    """How many boxes YOLO models may look at in a picture of the declared size; none when that is open."""
    last = size(picture, -1) == 3
    height, width = (size(picture, -3), size(picture, -2)) if last else (size(picture, -2), size(picture, -1))
    if not height or not width:
        return ()
    return tuple(sum((width // step) * (height // step) for step in steps) for steps in _STRIDES)
