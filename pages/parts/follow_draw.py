"""Draws a value from inside a model: maps as small pictures, grids as heat maps, vectors as bars."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.png import write_png
from core.scenes import Shown
from pages.parts.words import plain

_CIVIDIS = ("00224e", "123570", "3b496c", "575d6d", "707173", "8a8678", "a59c74", "c3b369", "e1cc55", "fee838")
"""Readable for the colour-blind, and in grey (Nuñez, Anderton and Renslow 2018)."""
_MAP_PX = 64
_NAMED_BARS = 12
_FEW = 4
"""So few numbers are read faster than drawn; most are sizes."""
_NO_BUTTONS = {"displayModeBar": False}


def told(shown: Shown) -> str:
    """What is seen, for somebody who sees such a thing for the first time."""
    return _TOLD[shown.kind](shown)


def sides(shown: Shown) -> str:
    """`56 × 32`, the width first, as screens are told."""
    return " × ".join(map(str, reversed(shown.side)))


def _has_marks(shown: Shown) -> bool:
    return any(label.startswith("[") and label.endswith("]") for label in shown.labels)


def draw(shown: Shown, key: str) -> None:
    _DRAW[shown.kind](shown, key)


def coloured(plane: NDArray[np.uint8], side_px: int = _MAP_PX) -> bytes:
    """A grey picture (h, w) as a PNG file in colours, each of its values a square of its own."""
    anchors = np.array([[int(one[place : place + 2], 16) for place in (0, 2, 4)] for one in _CIVIDIS], float)
    steps = np.linspace(0, 255, len(anchors))
    table = np.stack([np.interp(np.arange(256), steps, anchors[:, colour]) for colour in range(3)], axis=1)
    return write_png(enlarged(table.round().astype(np.uint8)[not_thin(plane)], side_px))


def not_thin(plane: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A line of text is wide and low: its rows are drawn higher, so that something is seen."""
    high, wide = plane.shape
    return plane.repeat(max(1, wide // (3 * high)), axis=0).repeat(max(1, high // (3 * wide)), axis=1)


def enlarged(pixels: NDArray[np.uint8], side_px: int) -> NDArray[np.uint8]:
    """Each value as a square of whole pixels, so that few values aren't blurred into something smooth."""
    times = max(1, round(side_px / max(pixels.shape[:2])))
    return pixels.repeat(times, axis=0).repeat(times, axis=1)


def as_grey(figures: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Any plane of numbers from its lowest to its highest."""
    good = np.nan_to_num(figures.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    low, high = float(good.min(initial=0)), float(good.max(initial=0))
    found: NDArray[np.uint8] = np.round((good - low) / ((high - low) or 1.0) * 255).astype(np.uint8)
    return found


def _maps(shown: Shown, key: str) -> None:
    with st.container(horizontal=True, gap="small", key=f"maps {key}"):
        for plane, channel in zip(shown.pixels, shown.channels, strict=True):
            name = f"{channel}" if shown.total > 1 else None
            st.image(coloured(plane), caption=name, width=_MAP_PX if name else 256, alt=f"Map {channel}")


def _picture(shown: Shown, _key: str) -> None:
    st.image(write_png(enlarged(shown.pixels, 256)), width=256, alt="The value as a picture")


def _attention(shown: Shown, key: str) -> None:
    _grid_of(shown, key, "looks at", share=True)


def _grid(shown: Shown, key: str) -> None:
    _grid_of(shown, key, "with", share=False)


def _grid_of(shown: Shown, key: str, between: str, *, share: bool) -> None:
    which = 0
    if len(shown.figures) > 1:
        which = st.slider("Which head", 1, len(shown.figures), key=f"head {key}", help=_HEAD) - 1
    plane = shown.figures[which]
    if plane.size and np.ptp(np.nan_to_num(plane)) == 0:
        st.caption(plain(f"All of it has the same value, {float(plane.flat[0]):.4g}."))
        return
    rows = _names(shown, plane.shape[0])
    columns = _names(shown, plane.shape[1])
    value = "%{z:.0%}" if share else "%{z:.3g}"
    _heat(plane, (rows, columns), f"%{{customdata[0]}} {between} %{{customdata[1]}}: {value}", f"grid {key}")


def _rows(shown: Shown, key: str) -> None:
    names = _names(shown, len(shown.figures))
    if shown.likeness.size and len(names) > 1:
        _heat(shown.likeness, (names, names), "%{customdata[0]} and %{customdata[1]}: %{z:.2f}", f"like {key}")
    opened = st.expander("The numbers themselves", key=f"numbers {key}", on_change="rerun")
    if opened.open:
        columns = [str(place) for place in range(shown.figures.shape[1])]
        with opened:
            if shown.total > len(columns):
                st.caption(f"{shown.total:,} numbers in each row, drawn as {len(columns)} averages of neighbours.")
            _heat(shown.figures, (names, columns), "%{customdata[0]}, number %{customdata[1]}: %{z:.3g}", f"rows {key}")


def _vector(shown: Shown, key: str) -> None:
    import plotly.graph_objects as go

    is_named = any(not label.isdecimal() for label in shown.labels)
    if len(shown.figures) <= _FEW and not is_named:
        st.markdown(plain(" · ".join(f"{value:.6g}" for value in shown.figures.tolist())))
        return
    count = min(len(shown.figures), _NAMED_BARS) if is_named else len(shown.figures)
    figures, names = shown.figures[:count].astype(float), _escaped(shown.labels[:count])
    places = list(range(count))
    hover = [f"{name}: {value:.4g}" for name, value in zip(names, figures, strict=True)]
    chart = go.Figure()
    if is_named:
        chart.add_bar(x=figures, y=places, orientation="h", hovertext=hover, hoverinfo="text")
        chart.update_yaxes(tickvals=places, ticktext=names, autorange="reversed")
    else:
        chart.add_bar(x=places, y=figures, hovertext=hover, hoverinfo="text")
        chart.update_xaxes(tickvals=places, ticktext=names, title="which number, counted from 0")
    height = 60 + 22 * count if is_named else 240
    chart.update_layout(height=height, margin={"l": 0, "r": 0, "t": 8, "b": 0}, bargap=0.15)
    st.plotly_chart(chart, key=f"bars {key}", config=_NO_BUTTONS)


def _number(shown: Shown, _key: str) -> None:
    st.markdown(f"### {plain(f'{float(shown.figures[0]):.6g}')}")


def _texts(shown: Shown, _key: str) -> None:
    st.markdown(" · ".join(plain(text) for text in shown.labels) or "nothing")


def _nothing(_shown: Shown, _key: str) -> None:
    """Its notes say why."""


def _heat(plane: NDArray[np.float32], names: tuple[list[str], list[str]], hover: str, key: str) -> None:
    import plotly.graph_objects as go

    rows, columns = names
    pairs = [[(row, column) for column in columns] for row in rows]
    chart = go.Figure(
        go.Heatmap(
            z=plane.astype(float), customdata=pairs, colorscale="Cividis", hovertemplate=hover + "<extra></extra>"
        )
    )
    chart.update_yaxes(autorange="reversed", showgrid=False, **_ticks(rows))
    chart.update_xaxes(showgrid=False, **_ticks(columns))
    height = 90 + min(22 * len(rows), 420)
    chart.update_layout(height=height, margin={"l": 0, "r": 0, "t": 8, "b": 0})
    st.plotly_chart(chart, key=key, config=_NO_BUTTONS)


def _ticks(names: list[str]) -> dict[str, Any]:
    """At most about 20 names along a side, so that they can be read."""
    places = list(range(0, len(names), max(1, -(-len(names) // 20))))
    return {"tickvals": places, "ticktext": [names[place] for place in places]}


def _names(shown: Shown, count: int) -> list[str]:
    """Words where they are known, else numbers."""
    return _escaped(shown.labels) if len(shown.labels) == count else [str(place) for place in range(1, count + 1)]


def _escaped(names: Any) -> list[str]:
    """Charts read some HTML in names, links too: here it stays text."""
    return [html.escape(str(name)) for name in names]


_HEAD = "Attention looks in several ways at once. Each way is called a head."
_TOLD: dict[str, Callable[[Shown], str]] = {
    "maps": lambda one: (
        f"{len(one.channels)} of {one.total:,} feature maps of {sides(one)} points, the liveliest first. Each looks "
        "for one thing in the picture: bright where it found it, dark where it didn't. Below each stands its number."
        if one.total > 1
        else "One map over the picture: bright where its numbers are high, dark where they are low."
    ),
    "picture": lambda _one: "A picture in colour.",
    "attention": lambda one: (
        f"{'Each row is a word' if one.labels else 'Each row is a place'}, and shows which others it looks at: "
        "the brighter, the more. Every row adds up to 100 %."
    ),
    "grid": lambda one: (
        f"How strongly each {'word' if one.labels else 'place'} (row) is tied to each other (column): the brighter, "
        "the stronger."
    ),
    "rows": lambda one: (
        f"Each {'word' if one.labels else 'place'} has become {one.total:,} numbers. Here every two are compared: "
        "bright where they have become alike."
        + (" Words in square brackets are marks, such as for beginning and end." if _has_marks(one) else "")
    ),
    "vector": lambda one: (
        f"{one.total:,} numbers, the {min(len(one.figures), _NAMED_BARS)} strongest as bars."
        if one.total > len(one.figures)
        else f"{one.total:,} numbers."
    ),
    "number": lambda _one: "A single number.",
    "texts": lambda _one: "Text, in pieces.",
    "nothing": lambda _one: "There is nothing to draw.",
}
_DRAW: dict[str, Callable[[Shown, str], None]] = {
    "maps": _maps,
    "picture": _picture,
    "attention": _attention,
    "grid": _grid,
    "rows": _rows,
    "vector": _vector,
    "number": _number,
    "texts": _texts,
    "nothing": _nothing,
}
