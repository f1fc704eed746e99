"""A model summed up for somebody who opens no box: a sentence, the work of its main blocks, its figures, its steps."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.actions import sum_up_graph
from core.scenes import Block, GraphSummary
from pages.parts import act
from pages.parts.box_numbers import CHART, COLOUR, amount, percent
from pages.parts.words import plain, size

_ROW_PX, _FRAME_PX = 26, 70


def show(model: str, part: str) -> None:
    """Asks for it and draws it; what went wrong is said in its place."""
    found = act.run("sum_up_graph", sum_up_graph.Request(model, part), "Summing it up")
    if found is not None:
        drawn(found, f"{model} {part}")


def drawn(found: GraphSummary, key: str) -> None:
    st.markdown(plain(found.sentence))
    if found.missing:
        st.warning(plain(found.verdict), icon=":material/block:")
    with st.expander("Its figures, where the work is, and the steps it uses", icon=":material/bar_chart:"):
        left, right = st.columns([3, 2], gap="large")
        with left:
            _work(found, key)
        with right:
            st.markdown("**Its figures**")
            st.table([{"": plain(name), " ": plain(words)} for name, words in facts(found)], border="horizontal")
        st.markdown("**The steps it uses**")
        st.dataframe(operators(found), hide_index=True, key=f"operators {key}")


def _work(found: GraphSummary, key: str) -> None:
    st.markdown("**Where the work is**")
    if found.work:
        st.plotly_chart(bars(found.blocks), key=f"work {key}", config=CHART)
        if found.uncounted:
            st.caption(f"The work of {found.uncounted:,} steps isn't known and left out.")
    else:
        st.caption("This model multiplies next to nothing." if found.work == 0 else "How much work it is isn't known.")


def bars(blocks: tuple[Block, ...]) -> Any:
    """One bar per main block, in the order of work from top to bottom."""
    import plotly.graph_objects as go

    names = [f"{number}. {block.title.replace('<', '')}" for number, block in enumerate(blocks, 1)]
    bar = go.Bar(
        x=[100 * block.work_share for block in blocks],
        y=names,
        orientation="h",
        marker_color=COLOUR,
        customdata=[
            ("not known" if block.work is None else amount(block.work), block.steps, amount(block.parameter_count))
            for block in blocks
        ],
        hovertemplate="%{y}<br>%{x:.1f} % of the work<br>%{customdata[0]} multiplications<br>"
        "%{customdata[1]:,} steps, %{customdata[2]} stored numbers<extra></extra>",
    )
    chart = go.Figure(bar)
    chart.update_layout(
        height=_FRAME_PX + _ROW_PX * len(blocks),
        margin={"l": 0, "r": 0, "t": 8, "b": 0},
        xaxis_title="% of the work",
        yaxis={"autorange": "reversed", "automargin": True},
        bargap=0.25,
    )
    return chart


def facts(found: GraphSummary) -> list[tuple[str, str]]:
    """What is known, by a plain name."""
    rows = [("Weights", f"{amount(found.parameter_count)} numbers, {size(found.parameter_bytes)}")]
    if found.work is not None:
        least = "at least " if found.uncounted else ""
        rows.append(("Work for one answer", f"{least}{amount(found.work)} multiplications, each with an addition"))
    if found.assumed:
        rows.append(("Counted with", ", ".join(f"{name}: {number:,}" for name, number in found.assumed.items())))
    largest = max(found.blocks, key=lambda block: block.work_share, default=None)
    if largest is not None and found.work:
        rows.append(("Most of it in", f"{largest.title}, {percent(largest.work_share)}"))
    rows.append(("Steps", f"{sum(use.count for use in found.operators):,} of {len(found.operators):,} kinds"))
    rows.append(("ONNX version", ", ".join(_opset(*one) for one in list(found.opsets.items())[:6])))
    if found.producer:
        rows.append(("Made with", found.producer))
    return [*rows, ("Runs here", found.verdict)]


def _opset(domain: str, version: int) -> str:
    return f"operator set {version}" if domain == "ai.onnx" else f"{domain[:40]} {version}"


def operators(found: GraphSummary) -> list[dict[str, object]]:
    """One row per operator, with plain words beside its name."""
    return [
        {
            "how often": use.count,
            "step": use.title,
            "what it does": use.sentence,
            "operator": f"{use.domain}.{use.operator}" if use.domain else use.operator,
        }
        for use in found.operators
    ]
