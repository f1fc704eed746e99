"""Every key of the session's memory, one function each."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import streamlit as st

from core.errors import UserError
from core.server.visitor import visitor_of

MODEL = "model"
"""Key of the model picker: the id of the chosen model."""
_CHOSEN = "chosen model"
MAX_ANSWERS = 24
MAX_FOLLOWED = 60


def settle_model(known: list[str]) -> None:
    """Before the picker is drawn: the address wins over what was chosen before, the first model over nothing.

    What was chosen is kept under a key of its own: Streamlit forgets a widget on a page that doesn't draw it.
    """
    wanted = (st.query_params.get("model"), st.session_state.get(MODEL), st.session_state.get(_CHOSEN), known[0])
    st.session_state[MODEL] = st.session_state[_CHOSEN] = next(model_id for model_id in wanted if model_id in known)
    st.query_params["model"] = st.session_state[MODEL]


def model_changed() -> None:
    """The picker was used: the address follows, and forgets the task of the model before."""
    st.query_params["model"] = st.session_state[MODEL]
    st.query_params.pop("task", None)


def model() -> str:
    """The id of the chosen model."""
    return str(st.session_state[MODEL])


def visitor() -> str:
    """Whose files and models this page may see; "" for a browser that has no cookie yet."""
    return visitor_of(st.context.cookies)


def ended() -> dict[str, UserError]:
    """How jobs ended that were stopped or failed in this tab, by their key: they mustn't start again by themselves."""
    return st.session_state.setdefault("ended", {})


def in_tray() -> set[str]:
    """Ids of the jobs that the top of this page shows already."""
    return st.session_state.setdefault("in tray", set())


def answers() -> OrderedDict[str, Any]:
    """The last answers by what was asked, so that a click elsewhere on the page doesn't run the model again."""
    return st.session_state.setdefault("answers", OrderedDict())


def keep_answer(asked: str, answer: Any, at_least: int) -> None:
    """Remember an answer; the oldest go, but never those of the inputs on screen (`at_least` of them)."""
    known = answers()
    known[asked] = answer
    while len(known) > max(MAX_ANSWERS, at_least):
        known.popitem(last=False)


def sample(scope: str) -> str:
    """The title of the example that was picked in this scope (a model and a task), or an empty string."""
    return str(st.session_state.get(f"sample of {scope}", ""))


def pick_sample(scope: str, title: str) -> None:
    """An example was picked; an empty title takes it back."""
    st.session_state[f"sample of {scope}"] = title


def fill(key: str, text: str) -> None:
    """A button fills a widget with an example."""
    st.session_state[key] = text


def asked(scope: str) -> bool:
    """Whether the user pressed Run in this scope."""
    return bool(st.session_state.get(f"asked {scope}"))


def ask(scope: str) -> None:
    """Run was pressed."""
    st.session_state[f"asked {scope}"] = True


def found() -> dict[Any, list[Any]]:
    """Pages of findings by what was searched for, so that a click elsewhere doesn't ask the hub again."""
    known: dict[Any, list[Any]] = st.session_state.setdefault("found", {})
    while len(known) > MAX_ANSWERS:
        known.pop(next(iter(known)))
    return known


def open_next(model_id: str) -> None:
    """A button in the list of jobs was pressed: the frame leads to this model, wherever the visitor is."""
    st.session_state["open next"] = model_id


def opening() -> str:
    """The id of the model to lead to now, or an empty string; asked once."""
    return str(st.session_state.pop("open next", ""))


def pauses() -> dict[str, float]:
    """Until when the hub wants to be left alone, by what was asked; seconds since 1970."""
    return st.session_state.setdefault("pauses", {})


def tell(words: str) -> None:
    """Something to say on the page that is drawn next; a callback can't draw anything itself."""
    st.session_state.setdefault("to tell", []).append(words)


def told() -> list[str]:
    """What is to be said now; asked once."""
    return list(st.session_state.pop("to tell", []))


def followed_input(scope: str) -> Any:
    """What is followed through the model in this scope (a model and a task), as it was last chosen; None at first."""
    return st.session_state.get(f"followed input {scope}")


def follow_input(scope: str, item: Any) -> None:
    """Another input was chosen to be followed."""
    st.session_state[f"followed input {scope}"] = item


def followed() -> OrderedDict[str, Any]:
    """What inputs became at boxes, by what was asked; the oldest go."""
    known: OrderedDict[str, Any] = st.session_state.setdefault("followed", OrderedDict())
    while len(known) > MAX_FOLLOWED:
        known.popitem(last=False)
    return known
