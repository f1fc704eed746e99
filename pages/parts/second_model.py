"""The choice of a model to compare with another: its other versions first."""

from __future__ import annotations

import streamlit as st

from core.actions import list_models, show_entry
from core.errors import UserError
from pages.parts import act
from pages.parts.words import plain

_KEY = "second model"


def choice(first: str) -> str | None:
    """The id that was chosen; None when there is nothing to choose from. The address keeps it."""
    known = offered(first)
    if not known:
        st.info("There is no other model to compare with. Find one, or add a file.", icon=":material/search:")
        return None
    key = f"{_KEY} {first}"
    wanted = (st.session_state.get(key), st.query_params.get("second"), next(iter(known)))
    st.session_state[key] = next(id_ for id_ in wanted if id_ in known)
    st.selectbox("Compare with", list(known), format_func=lambda id_: known[id_], key=key, width=360)
    st.query_params["second"] = st.session_state[key]
    return str(st.session_state[key])


def offered(first: str) -> dict[str, str]:
    """Titles by id: other versions of this model, then all other models, and the model itself last."""
    versions = _versions(first)
    also = tuple(filter(None, (st.query_params.get("second", ""), *versions)))
    cards = {card.id: card for card in act.run("list_models", list_models.Request(also))}
    others = {id_: plain(card.title) for id_, card in cards.items() if id_ not in (first, *versions) and card.installed}
    itself = {first: f"{plain(cards[first].title)} (itself)"} if first in cards else {}
    return versions | others | itself


def _versions(first: str) -> dict[str, str]:
    """Other versions of a model of the library; a starter has none."""
    try:
        shown: show_entry.Shown = act.attempt("show_entry", show_entry.Request(first))
    except UserError:
        return {}
    others = (one for one in shown.versions if one.info.id != first)
    return {one.info.id: plain(f"{one.info.title} ({one.version})") for one in others}
