"""A hub that asks for a pause: how long it still is, counted down, and then a button."""

from __future__ import annotations

import time

import streamlit as st

from core.errors import RateLimited
from pages.parts import state


def pause(error: RateLimited, key: str) -> None:
    """Nothing is asked before the time is up."""
    until = state.pauses().setdefault(key, time.time() + error.wait_s)
    _count_down(until, key)


@st.fragment(run_every=1.0)
def _count_down(until: float, key: str) -> None:
    left_s = until - time.time()
    if left_s > 0:
        st.info(f"Try again in **{left_s:.0f} seconds**. Until then the hub wouldn't answer.", icon=":material/timer:")
    elif st.button("Try again", icon=":material/refresh:", key=f"after {key}"):
        state.pauses().pop(key, None)
        st.rerun()
