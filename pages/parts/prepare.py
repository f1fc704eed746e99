"""“How it is fed and read”: what is known of it with where that comes from, and a form to say otherwise."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core import preparation
from core.actions import decide
from core.errors import UserError
from core.types import Fact
from pages.parts import act, state
from pages.parts.words import plain

_YOU = "you"


def offer(opened: Any, key: str) -> None:
    """An expander under an answer; nothing where there is nothing to settle."""
    facts = opened.info.preparation
    if not facts:
        return
    with st.expander("How it is fed and read", icon=":material/settings_input_component:"):
        guessed = sum(not fact.certain for fact in facts.values())
        if guessed:
            st.markdown(f"{guessed} of {len(facts)} things are guesses. If answers look wrong, change one of those.")
        st.table([_row(name, fact) for name, fact in facts.items()], border="horizontal", hide_index=True)
        _change(opened, facts, key)


def _row(name: str, fact: Fact) -> dict[str, str]:
    sure = "you said so" if fact.source == _YOU else "known" if fact.certain else "a guess"
    return {
        "What": plain(preparation.title(name)),
        "Is": plain(preparation.in_words(name, fact)),
        "How sure": sure,
        "Where from": plain(fact.source),
    }


def _change(opened: Any, facts: dict[str, Fact], key: str) -> None:
    names = [name for name, fact in facts.items() if preparation.may_change(name, fact)]
    if not names:
        return
    picked = st.selectbox(
        "Change something", names, None, format_func=preparation.title, key=f"change {key}", placeholder="Choose what"
    )
    if picked:
        value = _widget(picked, facts[picked], f"value {picked} {key}")
        if st.button("Use this", key=f"use {picked} {key}", icon=":material/check:"):
            facts_said = {picked: Fact(value, _YOU)}
            _decide(decide.Request(opened.info.id, facts=facts_said, for_task=opened.task.id))
    if any(fact.source == _YOU for fact in facts.values()) and st.button(
        "Forget my changes", key=f"forget {key}", icon=":material/undo:"
    ):
        _decide(decide.Request(opened.info.id, forget=("*",)))


def _widget(name: str, fact: Fact, key: str) -> Any:
    title, help_ = preparation.TITLES.get(name, (preparation.title(name), ""))
    value = fact.value
    if words := preparation.choices(name, fact):
        place = list(words).index(value) if value in words else 0
        return st.selectbox(title, list(words), place, format_func=words.get, key=key)
    if isinstance(value, bool):
        return st.toggle(title, value, key=key)
    if isinstance(value, int | float):
        return st.number_input(title, value=value, step=1 if isinstance(value, int) else 0.01, key=key)
    if name in ("mean", "std"):
        typed = st.text_input(title, ", ".join(f"{one:g}" for one in value), key=key, help=help_ or None)
        return [part.strip() for part in typed.split(",")]
    if isinstance(value, list):
        typed = st.text_area(title, "\n".join(map(str, value)), key=key, height=190, help=help_ or None)
        return [line.strip() for line in typed.splitlines() if line.strip()]
    return st.text_input(title, str(value), key=key, help=help_ or None)


def _decide(request: decide.Request) -> None:
    try:
        act.attempt("decide", request, "Remembering")
    except UserError as error:
        act.show_error(error)
        return
    state.ended().clear()  # what failed before may work now
    state.tell("Remembered for this model. The answer is worked out anew.")
    st.rerun()
