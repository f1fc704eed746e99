"""Compare graphs: two models side by side, and what is the same, changed, added or removed. Nothing is run."""

from typing import Any

import streamlit as st

from core.actions import inspect_model
from core.types import ModelInfo
from pages.parts import act, comparing, graph_view, second_model, state
from pages.parts.words import count, plain

SIDES = ("first", "second")


def part_choice(info: ModelInfo) -> str:
    """Which graph of a model that has several."""
    parts = list(info.parts)
    if len(parts) < 2:
        return parts[0]
    picked = st.pills(
        "Which part?", parts, format_func=plain, default=parts[0], key=f"compared part {info.id}", required=True
    )
    return str(picked)


@st.fragment
def pictures(first: ModelInfo, second: ModelInfo, part: str) -> None:
    """Redrawn on their own: a click on a box changes nothing else on the page."""
    here = comparing.comparing(first, second, part)
    found = comparing.compared_now(here, first, second, part)
    if found is None:
        return
    st.markdown(f"**{plain(found.sentence)}**")
    st.caption(told(found))
    left, right = st.columns(2, gap="small")
    for side, info, place in zip(SIDES, (first, second), (left, right), strict=True):
        with place:
            one_picture(here, found, side, info)
    with st.container(key="compared_box", border=True):
        comparing.chosen_box(here, found)


def one_picture(here: comparing.Comparing, found: Any, side: str, info: ModelInfo) -> None:
    mine = getattr(found, side)
    st.markdown(f"{'First' if side == 'first' else 'Second'}: **{plain(info.title)}**, {count(mine.steps, 'step')}")
    graph_view.show(
        mine.scene,
        f"{side} of {here.key}",
        here.turn,
        chosen=here.chosen[side],
        name=f"{info.title} compared",
        beside=graph_view.Beside(here.key, mine.marks, {id_: one.id for id_, one in mine.partners.items()}),
        on_choose=lambda id_: here.choose(side, id_),
        on_toggle=lambda id_: here.toggle(side, id_),
        on_again=here.start_again,
    )


def told(found: Any) -> str:
    kinds = {"same": "the same", "changed": "changed", "added": "only in the second", "removed": "only in the first"}
    words = ", ".join(f"{found.counts[kind]:,} {word}" for kind, word in kinds.items() if found.counts.get(kind))
    return (
        f"{words}. Steps that only change how numbers are written count with the step they serve. What the weights "
        "say isn't compared, only their shape and number format."
    )


st.title("Compare graphs", anchor=False)
first_info = act.run("inspect_model", inspect_model.Request(state.model()), "Opening the model")
if first_info is not None:
    second_id = second_model.choice(first_info.id)
    second_info = (
        act.run("inspect_model", inspect_model.Request(second_id), "Opening the second") if second_id else None
    )
    if second_info is not None:
        pictures(first_info, second_info, part_choice(first_info))
