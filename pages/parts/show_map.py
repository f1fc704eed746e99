"""Draws answers that hold a value for every place of a picture: areas, distances, what an answer rests on."""

from __future__ import annotations

import base64
import io
import zlib
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.errors import UserError
from core.types import Upload
from pages.parts import components, palette, pictures
from pages.parts.words import count, label, percent, plain

MOST_AREAS = 40
MAP_PX = 640
"""Longest side of a map of areas or distances on screen."""

_Given = dict[str, Any]


def ground(found: Any, given: _Given, ratio: float) -> dict[str, Any]:
    """The user's picture to draw on, its proportions, and a name for this drawing that no other has."""
    one = pictures.given(given)
    shown = ""
    if one is not None:
        try:
            shown = components.address(pictures.shown(one))
        except UserError:
            shown = ""  # the answer itself can be drawn without it
    size = {} if found.kind == "boxes" else {"width": ratio, "height": 1}
    return {"picture": shown, "id": pictures.fingerprint(found, one), **size}


def note(words: str) -> None:
    if words:
        st.caption(plain(words))


def areas(found: Any, given: _Given, key: str) -> None:
    """Areas in colours over the picture, each with its share."""
    rows, columns = found.classes.shape
    data = area_data(found) | ground(found, given, columns / rows)
    components.drawing("areas", data, f"areas {key}")
    note(found.note)


def area_data(found: Any) -> dict[str, Any]:
    """What the component draws: the map in bytes, packed, and the labels with the largest area first."""
    counts = np.bincount(found.classes.reshape(-1), minlength=len(found.names))
    order = [int(place) for place in np.argsort(-counts, kind="stable") if counts[place]]
    drawn = order[: MOST_AREAS - 1] if len(order) > MOST_AREAS else order
    rest = len(order) - len(drawn)
    to_label = np.full(len(found.names), len(drawn), dtype=np.uint8)
    to_label[drawn] = range(len(drawn))
    small = to_label[thinned(found.classes, MAP_PX)]
    labels = [
        {"name": label(found.names[place]), "count": percent(counts[place] / found.classes.size)}
        | {"off": place in found.background, "at": heart(small == at)}
        | palette.look(at)
        for at, place in enumerate(drawn)
    ]
    if rest:
        share = percent(counts[order[len(drawn) :]].sum() / found.classes.size)
        last = {"name": count(rest, "other"), "count": share, "off": True, "at": heart(small == len(drawn))}
        labels.append(last | palette.look(len(drawn)))
    return {"labels": labels, **_map(small)}


def heart(mask: NDArray[np.bool_]) -> list[float]:
    """Where the area is thickest, 0 to 1 from the left and from the top: its rim is taken off until nothing is left."""
    inner = np.pad(thinned(mask, 96), 1)
    if not inner.any():
        inner = np.pad(mask, 1)
    last = inner
    while inner.any():
        last = inner
        inner = inner.copy()
        inner[1:-1, 1:-1] &= last[:-2, 1:-1] & last[2:, 1:-1] & last[1:-1, :-2] & last[1:-1, 2:]
    rows, columns = np.nonzero(last[1:-1, 1:-1])
    if not rows.size:
        return [0.5, 0.5]
    middle = int(np.argmin((rows - rows.mean()) ** 2 + (columns - columns.mean()) ** 2))
    return [float((columns[middle] + 0.5) / (last.shape[1] - 2)), float((rows[middle] + 0.5) / (last.shape[0] - 2))]


def depth(found: Any, given: _Given, key: str) -> None:
    """Near is bright and far is dark, in metres where the model knows them."""
    rows, columns = found.values.shape
    data = depth_data(found) | ground(found, given, columns / rows)
    components.drawing("depth", data, f"depth {key}")
    note(found.note)


def depth_data(found: Any) -> dict[str, Any]:
    """What the component draws: a level of 0 (far) to 255 (near) for each place, with the words for each level."""
    values = thinned(found.values, MAP_PX)
    low, high = float(found.values.min()), float(found.values.max())
    metres = found.unit == "metres"
    levels = nearness(found, values)
    digits = 1 if high - low < 50 else 0
    if metres:
        readings = [f"about {high - (high - low) * level / 255:.{digits}f} m away" for level in range(256)]
        ends = {"low": f"far: {high:.{digits}f} m", "high": f"near: {low:.{digits}f} m"}
        words = "Bright is near, dark is far. Point at a place to read its distance."
        title = "How far away the parts of the picture are, in metres (the value in the middle of each part)"
        nine = _nine(values, f"{{:.{digits}f}}")
    else:
        readings = [f"nearness {100 * level / 255:.0f} of 100" for level in range(256)]
        ends = {"low": "far", "high": "near"}
        words = "Bright is near, dark is far. This model knows no metres, only what is nearer than what."
        title = "How near the parts of the picture are, from 0 (far) to 100 (near)"
        nine = _nine(100 * levels / 255, "{:.0f}")
    if high == low:
        words = "It says that everything is equally far away."
    drawing = {"scale": palette.as_list("cividis"), "gradient": palette.css("cividis")}
    said = {"readings": readings, "words": words, "table": title, "nine": nine}
    return {**_map(levels.round().astype(np.uint8)), **ends, **drawing, **said}


def nearness(found: Any, values: NDArray[np.float32]) -> NDArray[np.float64]:
    """0 for the farthest to 255 for the nearest place of the whole picture; one distance everywhere is 128."""
    low, high = float(found.values.min()), float(found.values.max())
    if high == low:
        return np.full(values.shape, 128.0)
    share = (values.astype(np.float64) - low) / (high - low)
    return 255 * (1 - share if found.unit == "metres" else share)


def heat(found: Any, given: _Given, key: str) -> None:
    """Which places the answer rests on, over the picture."""
    st.markdown(f"**Where it saw “{plain(label(found.label))}”** ({percent(found.score)})")
    rows, columns = found.values.shape
    ratio = columns / rows
    picture_given = pictures.given(given)
    if picture_given is not None:
        ratio = _ratio(picture_given) or ratio
    components.drawing("heat", heat_data(found) | ground(found, given, ratio), f"heat {key}")
    note(found.method)


def heat_data(found: Any) -> dict[str, Any]:
    """What the component draws: 0 to 255 for each place, made smooth, for a coarse map would look like tiles."""
    values = warmth(found)
    drawing = {"scale": palette.as_list("inferno"), "gradient": palette.css("inferno", clear=True)}
    return {**_map((255 * values).round().astype(np.uint8)), **drawing, "nine": _nine(100 * values, "{:.0f}")}


def warmth(found: Any, side_px: int = 256) -> NDArray[np.float64]:
    """The map in 0 to 1 with its longer side at `side_px`, smooth in between."""
    from PIL import Image

    values = np.nan_to_num(thinned(found.values, side_px), nan=0.0, posinf=1.0, neginf=0.0).clip(0, 1)
    rows, columns = values.shape
    times = side_px / max(rows, columns)
    size = (max(1, round(columns * times)), max(1, round(rows * times)))
    smooth = Image.fromarray(values.astype(np.float32)).resize(size, Image.Resampling.BICUBIC)
    return np.asarray(smooth, dtype=np.float64).clip(0, 1)


def _ratio(one: bytes | Upload) -> float:
    from PIL import Image

    try:
        image = Image.open(io.BytesIO(pictures.shown(one)))
    except UserError:
        return 0.0
    return image.width / image.height


def _map(levels: NDArray[np.uint8]) -> dict[str, Any]:
    packed = base64.b64encode(zlib.compress(np.ascontiguousarray(levels).tobytes(), 6)).decode()
    return {"map": packed, "columns": levels.shape[1], "rows": levels.shape[0]}


def thinned(values: NDArray[Any], side_px: int) -> NDArray[Any]:
    """Every n-th row and column, so that no side is longer than `side_px`."""
    rows, columns = values.shape
    times = max(1.0, max(rows, columns) / side_px)
    places = [
        (np.arange(max(1, round(length / times))) * times).astype(int).clip(0, length - 1) for length in values.shape
    ]
    return values[np.ix_(*places)]


def _nine(values: NDArray[Any], form: str) -> list[list[str]]:
    """The picture in three times three parts, with the middle value of each, in words."""
    if min(values.shape) < 3:
        values = values.repeat(3, axis=0).repeat(3, axis=1)
    return [
        [name, *(form.format(float(np.median(part))) for part in np.array_split(row, 3, axis=1))]
        for name, row in zip(("Top", "Middle", "Bottom"), np.array_split(values, 3, axis=0), strict=True)
    ]
