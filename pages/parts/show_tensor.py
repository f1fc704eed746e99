"""Draws one raw output of a graph: its size, a few figures, a heat map or table, and the file."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import streamlit as st

from pages.parts.words import plain

MAX_CELLS = 200
"""Rows or columns of a table or heat map; more of them are only in the file."""


def output(name: str, value: Any, key: str) -> None:
    """One output under its name."""
    with st.container(border=True):
        st.markdown(f"**{plain(name)}**")
        _value(value, key)


def _value(value: Any, key: str) -> None:
    if value is None:
        st.caption("empty")
    elif isinstance(value, dict):
        st.dataframe([{"key": str(name), "value": str(cell)} for name, cell in value.items()], hide_index=True, key=key)
    elif isinstance(value, list):
        _list(value, key)
    else:
        _array(np.asarray(value), key)


def _list(values: list[Any], key: str) -> None:
    st.caption(f"A list of {len(values)}")
    if values and isinstance(values[0], dict):
        st.dataframe([{str(name): cell for name, cell in row.items()} for row in values[:MAX_CELLS]], key=key)
        return
    for place, value in enumerate(values[:10]):
        _value(value, f"{key} {place}")


def _array(array: Any, key: str) -> None:
    sizes = " × ".join(map(str, array.shape)) or "a single value"
    st.caption(f"{sizes} · {array.dtype if array.dtype.kind != 'O' else 'text'}")
    if array.size == 0:
        st.caption("It has no values.")
        return
    numbers = _numbers(array)
    if numbers is None:
        st.dataframe([{"value": str(cell)} for cell in array.reshape(-1)[:MAX_CELLS]], hide_index=True, key=key)
    else:
        _figures(numbers)
        _drawing(numbers, key)
    target = io.BytesIO()
    np.save(target, array.astype(str) if array.dtype.kind == "O" else array, allow_pickle=False)
    st.download_button(
        "Save as .npy",
        target.getvalue(),
        "output.npy",
        key=f"npy {key}",
        on_click="ignore",
        icon=":material/download:",
        help="A file with all values, for NumPy.",
    )


def _numbers(array: Any) -> Any:
    """The array as float64 for figures and drawing; None when it holds no numbers. Complex numbers by their size."""
    if array.dtype.kind in "OUS":
        return None
    if array.dtype.kind == "c":
        array = np.abs(array)
    try:
        return array.astype(np.float64)
    except (TypeError, ValueError):
        return None


def _figures(numbers: Any) -> None:
    finite = numbers[np.isfinite(numbers)]
    if finite.size < numbers.size:
        bad = numbers.size - finite.size
        st.warning(f"{bad:,} of {numbers.size:,} values are not numbers or endless. Don't trust this answer.")
    if finite.size == 0:
        return
    columns = st.columns(4)
    largest = np.unravel_index(int(np.nanargmax(np.where(np.isfinite(numbers), numbers, np.nan))), numbers.shape)
    place = ", ".join(str(int(index)) for index in largest) or "0"
    figures = ((finite.min(), "Smallest"), (finite.mean(), "Mean"), (finite.max(), "Largest"))
    for column, (figure, name) in zip(columns, figures, strict=False):
        column.metric(name, f"{figure:.4g}")
    columns[3].metric("Largest at", place, help="Position of the largest value, counted from 0.")


def _drawing(numbers: Any, key: str) -> None:
    """A table for little, a heat map for a plane; of a stack of planes one is picked."""
    if numbers.size <= 1:
        return
    stack = numbers.reshape(-1, *(numbers.shape[-2:] if numbers.ndim > 1 else (1, numbers.size)))
    which = 0
    if len(stack) > 1:
        which = st.slider("Which plane", 0, len(stack) - 1, key=f"plane {key}", help="A stack of planes; see one.")
    plane = stack[which]
    if min(plane.shape) == 1 or plane.size <= 64:
        rows = plane.T if plane.shape[0] == 1 else plane
        st.dataframe(rows[:MAX_CELLS], key=f"table {key}")
        if max(plane.shape) > MAX_CELLS:
            st.caption(f"The first {MAX_CELLS} of {max(plane.shape):,}.")
        return
    _heat_map(plane, key)


def _heat_map(plane: Any, key: str) -> None:
    import plotly.graph_objects as go

    step = max(1, -(-max(plane.shape) // MAX_CELLS))
    chart = go.Figure(go.Heatmap(z=plane[::step, ::step], colorscale="Viridis", hoverinfo="z"))
    chart.update_yaxes(autorange="reversed")
    chart.update_layout(margin={"l": 0, "r": 0, "t": 10, "b": 0}, height=320)
    st.plotly_chart(chart, key=f"heat {key}", config={"displayModeBar": False})
    if step > 1:
        st.caption(f"Every {step}th value is drawn.")
