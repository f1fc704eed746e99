"""Colours in the picture of a graph: what to colour by, the boxes with their values, and what these come to."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from core.actions import colour_graph, list_overlays
from core.scenes import Box, Choice, Coloured, Scene
from pages.parts import act, pictures
from pages.parts.words import plain

KIND = ""
"""No overlay: boxes have the colour of the kind of step they are."""
_MOST_KEPT = 24


@dataclass(frozen=True)
class Painted:
    """A scene to be drawn, with what its colours mean."""

    scene: Scene
    steps: tuple[str, ...] = ()
    """For `graph_view.show`."""
    said: Coloured | None = None


def choose(model: str) -> Choice | None:
    """What the person wants boxes to be coloured by; None for the kind of step."""
    choices: tuple[Choice, ...] = act.run("list_overlays", list_overlays.Request(model), "Opening the model") or ()
    known = {choice.id: choice for choice in choices}
    picked = st.segmented_control(
        "Colour by",
        [KIND, *known],
        format_func=lambda id_: known[id_].title if id_ else "Kind of step",
        default=KIND,
        key=f"colour by {model}",
        required=True,
        persist_state="session",
    )
    return known.get(str(picked))


def coloured(
    scene: Scene,
    model: str,
    part: str,
    choice: Choice | None,
    *,
    inputs: Mapping[str, Any] | None = None,
    task: str = "",
) -> Painted:
    """The scene with a value in every box that has one; as it is while that is worked out. `inputs`: for what needs the
    model to run; without any it is fed numbers at random.
    """
    if choice is None:
        return Painted(scene)
    ids = tuple(box.id for box in scene.boxes if not box.is_open)
    request = colour_graph.Request(model, ids, choice.id, part)
    if choice.needs_run:
        again = st.session_state.get(_again(model, part), 0)
        request = replace(request, inputs=dict(inputs or {}), task=task, measured=again)
    found = _asked(request, choice)
    if found is None:
        return Painted(scene)
    boxes = tuple(_with_value(box, found) for box in scene.boxes)
    return Painted(replace(scene, boxes=boxes), found.steps, found)


def notes(painted: Painted, model: str, part: str, choice: Choice | None) -> None:
    """Under the picture: what the whole comes to, and how much of it the colours show."""
    if painted.said is None or choice is None:
        return
    st.caption(f"**{plain(painted.said.total)}** {plain(painted.said.coverage)}")
    if choice.needs_run:
        st.button(
            "Measure again", on_click=_measure_again, args=(model, part), icon=":material/timer:", type="tertiary"
        )


def _asked(request: colour_graph.Request, choice: Choice) -> Coloured | None:
    """From memory when the same was asked before: a click on a box changes no colour."""
    known: OrderedDict[str, Coloured] = st.session_state.setdefault("coloured", OrderedDict())
    mark = pictures.fingerprint(request)
    if mark not in known:
        words = "Measuring the time of each step" if choice.needs_run else f"Colouring by {choice.title.lower()}"
        run = act.run_live if choice.needs_run else act.run
        found = run("colour_graph", request, words)
        if found is None:
            return None
        known[mark] = found
        while len(known) > _MOST_KEPT:
            known.popitem(last=False)
    return known[mark]


def _with_value(box: Box, found: Coloured) -> Box:
    """Boxes without a value lose the colour of their kind: two meanings of colour in one picture mislead."""
    plainly = box if box.family == "pill" or box.is_open else replace(box, family="other")
    colour = found.boxes.get(box.id)
    if colour is None:
        return plainly
    return replace(plainly, value=colour.value, level=colour.level, share=colour.share or None)


def _again(model: str, part: str) -> str:
    return f"measured {model} {part}"


def _measure_again(model: str, part: str) -> None:
    key = _again(model, part)
    st.session_state[key] = st.session_state.get(key, 0) + 1
