"""The figures of one box: its share of the weights and of the work, sizes of what it takes and gives, its weights."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.scenes import Detail, Value, Weight
from pages.parts.words import count, plain, size

_MOST_SHOWN = 12
_MANY = {10**12: "trillion", 10**9: "billion", 10**6: "million"}
CHART = {
    "displaylogo": False,
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
    "toImageButtonOptions": {"format": "png", "scale": 2},
}
"""Hover, zoom, and a button that saves a picture."""
COLOUR = "#2e8a81"
"""Of bars: stands out from the light and from the dark background."""


def show(detail: Detail) -> None:
    """All that is known in numbers, in the place it is called in."""
    shares(detail)
    values("Takes", detail.inputs)
    values("Gives", detail.outputs)
    weights(detail)


def shares(detail: Detail) -> None:
    """Its part of what the whole model has learned, and of the work of one answer."""
    if detail.parameter_count:
        words = f"{amount(detail.parameter_count)} stored numbers, {percent(detail.parameter_share)} of the model's"
        st.progress(_within(detail.parameter_share), text=words)
    if detail.work:
        words = f"{amount(detail.work)} multiplications"
        if detail.work_share is not None:
            words += f", {percent(detail.work_share)} of the work"
        st.progress(_within(detail.work_share or 0.0), text=words)


def values(word: str, found: tuple[Value, ...]) -> None:
    """What flows in or out, with its size in words."""
    if not found:
        return
    lines = [f"- {plain(one.name)}: {plain(one.shape or 'size not known')}" for one in found[:_MOST_SHOWN]]
    if len(found) > _MOST_SHOWN:
        lines.append(f"- and {len(found) - _MOST_SHOWN:,} more")
    st.markdown(f"**{word}**")
    st.markdown("\n".join(lines))


def weights(detail: Detail) -> None:
    """Its stored numbers, one table at a time, the largest first. Drawn only once it is open: a chart is heavy."""
    many = len(detail.weights)
    if not many:
        return
    words = count(many, "stored table of numbers", "stored tables of numbers")
    opened = st.expander(words, key="weights", on_change="rerun")
    if not opened.open:
        return
    with opened:
        place = 0
        if many > 1:
            names = [f"{number}. {_cut(one.name)}" for number, one in enumerate(detail.weights, 1)]
            place = st.selectbox(
                "Which table?", range(many), format_func=lambda at: names[at], key=f"weight of {detail.id}"
            )
        _weight(detail.weights[place], f"{detail.id} {place}")


def _weight(weight: Weight, key: str) -> None:
    shape = " × ".join(f"{side:,}" for side in weight.shape) or "one number"
    words = f"{shape} ({weight.dtype or 'an unknown format'}), {size(weight.size_bytes)}"
    if weight.low is not None and weight.high is not None:
        words += f", from {weight.low:.3g} to {weight.high:.3g}"
    if weight.zero_share is not None:
        words += f", {percent(weight.zero_share)} of them zero"
    st.caption(plain(words))
    if weight.histogram and weight.count > 1:
        st.plotly_chart(histogram(weight), key=f"histogram {key}", config=CHART)
    elif weight.low is None:
        st.caption("Its numbers weren't read.")


def histogram(weight: Weight) -> Any:
    """How the numbers are spread: counts in equal steps. Colours follow the page's theme."""
    import plotly.graph_objects as go

    low, high = weight.low or 0.0, weight.high or 0.0
    step = (high - low) / len(weight.histogram) or 1.0
    starts = [low + place * step for place in range(len(weight.histogram))]
    bar = go.Bar(
        x=[start + step / 2 for start in starts],
        y=list(weight.histogram),
        width=step,
        marker_color=COLOUR,
        customdata=[(start, start + step) for start in starts],
        hovertemplate="%{customdata[0]:.4g} to %{customdata[1]:.4g}<br>%{y:,} numbers<extra></extra>",
    )
    chart = go.Figure(bar)
    chart.update_layout(
        height=220, margin={"l": 0, "r": 0, "t": 8, "b": 0}, bargap=0, xaxis_title="value", yaxis_title="how many"
    )
    return chart


def amount(number: int) -> str:
    """`4.6 million`: nobody reads nine digits."""
    many = next((many for many in _MANY if number >= many), 0)
    return f"{number / many:.3g} {_MANY[many]}" if many else f"{number:,}"


def percent(share: float) -> str:
    """`8 %`; a little is not nothing, and nearly all is not all."""
    if 0 < share < 0.01:
        return "less than 1 %"
    return "more than 99 %" if 0.99 < share < 1 else f"{100 * share:.0f} %"


def _within(share: float) -> float:
    return min(1.0, max(0.0, share))


def _cut(name: str) -> str:
    flat = " ".join(name.split())
    return flat if len(flat) <= 60 else f"{flat[:29]}…{flat[-30:]}"
