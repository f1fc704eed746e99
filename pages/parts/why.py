"""“Why did it say that?”: beside an answer with a score, what it rests on, found out when asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.actions import explain_answer
from pages.parts import act, pictures, show, state

_WAYS = {
    "": "The most exact one this model allows",
    "class_activation": "Read off its last layers (exact, one run)",
    "score_cam": "Through its own inner maps (about 65 runs)",
    "occlusion": "By covering places (100 runs)",
}


@dataclass(frozen=True)
class _Shown:
    result: Any


def offer(opened: Any, item: Any, answer: Any, key: str) -> None:
    """An expander that runs the model only once it is opened; nothing where an answer has no score."""
    if not explain_answer.can_explain(opened.fields, answer.result.kind):
        return
    box = st.expander("Why did it say that?", icon=":material/psychology_alt:", on_change="rerun", key=f"why {key}")
    if box.open:
        with box:
            _explain(opened, item, key)


def _explain(opened: Any, item: Any, key: str) -> None:
    method = ""
    if any(field.kind == "picture" for field in opened.fields):
        method = st.selectbox("Way to find out", list(_WAYS), format_func=_WAYS.get, key=f"way {key}", width=420)
    request = explain_answer.Request(opened.info.id, item.given, opened.task.id, method)
    asked = pictures.fingerprint(request, opened.info.preparation)
    found = state.answers().get(asked)
    if found is None:
        found = act.run_live("explain_answer", request, "Finding out what the answer rests on")
        if found is None:
            return
        state.keep_answer(asked, found, 1)
    show.result(_Shown(found), item.given, f"why {key}")
    st.caption("It shows what the model looked at, not whether it is right.")
