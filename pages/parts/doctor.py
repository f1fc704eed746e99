"""Doubts beside an answer, and the preparation doctor: other ways to feed the model, to pick the right one by eye."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core import in_words
from core.actions import decide, find_preparation
from core.errors import UserError
from pages.parts import act, pictures, state
from pages.parts.words import count, plain

_ACTION = "find_preparation"


def doubts(opened: Any, item: Any, answer: Any, key: str) -> None:
    """Beside the answer: what can't be right about it, and a way out. Nothing when there is no doubt."""
    if not answer.doubts:
        return
    words = " ".join(plain(doubt.words) for doubt in answer.doubts)
    st.warning(f"**Look twice at this answer.** {words}", icon=":material/warning:")
    _offer(opened, item, f"doubts {key}", "Try other preparations", "secondary")


def question(opened: Any, item: Any, answer: Any, key: str) -> None:
    """Under “How this was done”: the same way out for whom the answer looks wrong, though no check objects."""
    if not answer.doubts:
        _offer(opened, item, f"question {key}", "Does the answer look wrong?", "tertiary")


def _offer(opened: Any, item: Any, key: str, words: str, type_: Any) -> None:
    known = opened.info.preparation
    if not find_preparation.can_be_tried(opened.fields, known):
        return
    scope = _scope(opened, item, key)
    st.button(words, key=scope, type=type_, icon=":material/healing:", on_click=state.ask, args=(scope,))
    if state.asked(scope):
        with st.container(border=True, key=f"doctor {key}"):
            _search(opened, item, scope)


def _scope(opened: Any, item: Any, key: str) -> str:
    """Of one question: for another picture or preparation it has to be asked anew."""
    return f"doctor {key} {pictures.fingerprint(item.given, opened.info.preparation)}"


def _search(opened: Any, item: Any, scope: str) -> None:
    known, everything = opened.info.preparation, f"all {scope}"
    open_all = not find_preparation.is_open(known) or state.asked(everything)
    request = find_preparation.Request(opened.info.id, item.given, opened.task.id, open_all)
    asked = pictures.fingerprint(_ACTION, request, known)
    found = state.answers().get(asked)
    if found is None:
        found = act.run_live(_ACTION, request, "Trying other ways to feed this model", background=True)
        if found is None:
            return
        state.keep_answer(asked, found, 1)
    st.markdown(
        f"**Which answer is right?** {count(found.tried, 'way')} to feed the model were tried with your picture and "
        f"{count(found.pictures - 1, 'picture')} of ours. The most believable ones come first."
    )
    with st.grid("auto", min_column_width=220, gap="small"):
        for place, candidate in enumerate(found.candidates):
            _card(opened, candidate, f"{place} {scope}")
    if not open_all:
        st.button("Question everything", key=f"button {everything}", on_click=state.ask, args=(everything,))
        st.caption("Tries also what the model's files are certain about.")


def _card(opened: Any, candidate: Any, key: str) -> None:
    with st.container(border=True, height="stretch", key=f"way {key}", gap="xsmall"):
        if candidate.result.kind == "picture":
            st.image(pictures.jpeg(candidate.result.pixels, 320), width="stretch")
        st.markdown(f"**{plain(in_words.short(candidate.result))}**")
        st.caption(plain(candidate.words) + (" (as now)" if candidate.is_current else ""))
        for doubt in candidate.doubts[:1]:
            st.caption(f":material/warning: {plain(doubt.words)}")
        if st.button("This one is right", key=f"right {key}", icon=":material/check:"):
            _remember(opened, candidate)


def _remember(opened: Any, candidate: Any) -> None:
    request = decide.Request(opened.info.id, facts=candidate.facts, for_task=opened.task.id)
    try:
        act.attempt("decide", request, "Remembering")
    except UserError as error:
        act.show_error(error)
        return
    state.tell(f"Remembered for this model: {candidate.words}.")
    st.rerun()
