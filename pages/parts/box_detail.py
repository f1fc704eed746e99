"""What is said beside the picture about the box that is chosen."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.actions import look_at_box
from core.scenes import Box, Detail, Scene
from pages.parts import act, box_numbers
from pages.parts.words import plain

_MOST_KNOWN = 64


def show(model: str, part: str, chosen: str, scene: Scene, known: dict[str, Detail], *, may_ask: bool = True) -> None:
    """The box with this id, or what to do first when none is chosen.

    `known`: what was found out before, by id. `may_ask`: whether more may be found out now.
    """
    box = next((one for one in scene.boxes if one.id == chosen), None)
    with st.container(border=True, key="box_detail"):
        if box is None:
            st.markdown("**Choose a box** to see what it does.")
            return
        st.subheader(plain(box.title), anchor=False)
        if box.second:
            st.caption(plain(box.second))
        detail = _asked(model, part, box, known) if may_ask else known.get(box.id)
        if detail is not None:
            _all_of(detail)


def _asked(model: str, part: str, box: Box, known: dict[str, Detail]) -> Detail | None:
    if box.id not in known:
        request = look_at_box.Request(model, part, box.id)
        found = act.run_live("look_at_box", request, f"Looking closer at {box.title}")
        if found is None:
            return None
        while len(known) >= _MOST_KNOWN:
            known.pop(next(iter(known)))
        known[box.id] = found
    return known[box.id]


def _all_of(detail: Detail) -> None:
    st.markdown(plain(detail.sentence))
    stored = {weight.name for weight in detail.weights}
    box_numbers.show(replace(detail, inputs=tuple(one for one in detail.inputs if one.name not in stored)))
    _exactly(detail)


def _exactly(detail: Detail) -> None:
    """For those who want to know: the operator by its name, as the file has it."""
    with st.expander("Details"):
        operators = ", ".join(f"{plain(name)} × {many:,}" for name, many in list(detail.operators.items())[:40])
        st.markdown(f"**Operators** {operators}")
        if detail.domain:
            st.markdown(f"**Domain** {plain(detail.domain)}")
        if detail.name:
            st.markdown(f"**Name in the file** {plain(detail.name)}")
        for name, value in detail.attributes.items():
            st.markdown(f"**{plain(name)}** {plain(value)}")
        if detail.definition:
            st.link_button("Its definition", detail.definition, icon=":material/open_in_new:")
