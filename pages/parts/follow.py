"""Follow my picture: an input that is chosen once, and what a box inside the model makes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from core.actions import follow_input, list_samples
from core.jobs.board import board
from core.scenes import Followed, Shown
from pages.parts import act, ask, follow_draw, pictures, state
from pages.parts.words import count, plain


@dataclass(frozen=True)
class Given:
    """What goes through the model."""

    task: str
    name: str
    values: dict[str, Any]


def choose_input(opened: Any) -> Given | None:
    """The input to follow: a sample at first, else what the form says, which is drawn once it was opened."""
    scope = f"{opened.info.id} {opened.task.id}"
    place = st.expander("Your input", icon=":material/input:", key=f"your input {scope}", on_change="rerun")
    with place:
        items = ask.form(opened) if place.open else []
        if len(items) > 1:
            st.caption("Only the first of these is followed.")
    if items:
        state.follow_input(scope, items[0])
    item = state.followed_input(scope) or _sample(opened)
    if item is None:
        st.info("Open “Your input” and fill it in to see what each box makes of it.", icon=":material/edit:")
        return None
    return Given(opened.task.id, item.name, item.given)


def _sample(opened: Any) -> ask.Item | None:
    """What the form would start with; raw numbers start at random."""
    fields = opened.fields
    if not fields or fields[0].kind == "tensor":
        return ask.Item("random numbers" if fields else "no input", {})
    kind = "picture" if fields[0].kind in ("picture", "pictures") else "text"
    cards = act.run("list_samples", list_samples.Request(kind, opened.task.id)) or ()
    if kind == "picture" and cards:
        picture = list_samples.read(cards[0].name)
        return ask.Item(cards[0].title, {fields[0].name: picture if fields[0].kind == "picture" else (picture,)})
    if cards:
        return ask.Item(cards[0].title, dict(cards[0].inputs or {}))
    return ask.Item("the example", {}) if fields[0].default else None


def followed(model: str, part: str, box_id: str, given: Given) -> Followed | None:
    """What the input becomes at a box, or at the main blocks; from memory when the same was asked before."""
    request = follow_input.Request(model, part, box_id, given.values, given.task)
    asked = pictures.fingerprint(request)
    known = state.followed()
    if asked not in known:
        if box_id and _is_at_work(replace(request, box_id="")):
            st.caption("This comes after the strip of the main blocks.")
            return None
        found = act.run_live("follow_input", request, "Following your input")
        if found is None:
            return None
        known[asked] = found
    known.move_to_end(asked)
    result: Followed = known[asked]
    return result


def _is_at_work(request: follow_input.Request) -> bool:
    """Whether another part of the page waits for this already: of two boxes with progress one would be too many."""
    key = pictures.fingerprint("follow_input", request)
    return any(job.key == key and not job.is_over for job in board().of(state.visitor()))


def show(model: str, part: str, box_id: str, given: Given | None) -> None:
    """What this box makes of the input."""
    if not box_id or given is None:
        return
    st.markdown(f"**What it makes of your input** ({plain(given.name)})")
    found = followed(model, part, box_id, given)
    if found is None:
        return
    key = f"{model} {part} {box_id}"
    many = len(found.shown) > 1
    for shown in found.shown[:1]:
        _one(shown, f"{key} 0", is_only=not many)
    if many and st.toggle(f"Show {count(len(found.shown) - 1, 'more value')} it gives", key=f"more of {key}"):
        for place, shown in enumerate(found.shown[1:], 1):
            _one(shown, f"{key} {place}", is_only=False)
    for note in found.notes:
        st.caption(plain(note))


def _one(shown: Shown, key: str, *, is_only: bool) -> None:
    if not is_only:
        st.markdown(f"**{plain(shown.name)}**")
    st.markdown(plain(follow_draw.told(shown)))
    follow_draw.draw(shown, key)
    words = plain(figures(shown))
    st.caption(words if not is_only else f"{plain(shown.name)}: {words}")
    if shown.not_finite:
        st.warning(f"{shown.not_finite:,} values are not numbers or endless. Don't trust this answer.")
    for note in shown.notes:
        st.caption(plain(note))


def figures(shown: Shown) -> str:
    """Size and statistics in one line."""
    words = [shown.shape]
    if shown.low is not None and shown.high is not None and shown.mean is not None and shown.kind != "number":
        words += [f"from {shown.low:.3g} to {shown.high:.3g}", f"{shown.mean:.3g} on average"]
    if shown.zero_share and shown.kind != "number":
        share = shown.zero_share
        words.append("less than 1 % zeros" if share < 0.01 else f"{share:.0%} zeros".replace("%", " %"))
    return ", ".join(words)
