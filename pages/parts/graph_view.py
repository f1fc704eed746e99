"""The picture of a model's graph on a page: drawn by the script in assets/graph/, which tells what was clicked."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core import settings
from core.scenes import Arrow, Box, Mark, Scene

_FAMILIES = {
    "pill": "Input or output",
    "conv": "Finds patterns",
    "linear": "Weighs everything",
    "table": "Decision rules",
    "attention": "Attention",
    "recurrent": "Memory",
    "flow": "Repeats and choices",
    "norm": "Evens out",
    "numbers": "Number format",
    "activation": "Switches",
    "choose": "Chooses",
    "pool": "Sums up",
    "picture": "Handles pictures",
    "text": "Handles text",
    "shape": "Rearranges",
    "math": "Calculates",
    "other": "Other",
}
"""What its colour says of a box."""

_MARKS = {"same": "The same", "changed": "Changed", "added": "Only in the second", "removed": "Only in the first"}


@dataclass(frozen=True)
class Beside:
    """One of two pictures that are compared: where one is moved, the other follows."""

    link: str
    """The same for both, different from any other two."""
    marks: dict[str, Mark]
    """By id of its boxes; they take the place of colours."""
    partners: dict[str, str]
    """Ids of boxes of the other one."""


def _read(name: str) -> str:
    return (settings.ASSETS / "graph" / name).read_text("utf-8")


# Once: made anew at every run, the component would lose what it shows.
_component = st.components.v2.component(
    "onnx_playground_graph", html=_read("graph.html"), css=_read("graph.css"), js=_read("graph.js")
)


def show(
    scene: Scene,
    picture: str,
    turn: int = 0,
    *,
    chosen: str = "",
    centre: tuple[str, int] = ("", 0),
    name: str = "model",
    steps: tuple[str, ...] = (),
    beside: Beside | None = None,
    on_choose: Callable[[str], None],
    on_toggle: Callable[[str], None],
    on_again: Callable[[], None],
) -> None:
    """Draws it. `picture`: another one starts at the top, and so does another `turn`; the same stays where it is.

    `centre`: a box to bring into the middle, with a number that changes each time. `name`: of files that are saved.
    `beside`: it is one of two that are compared.
    `steps`: what the five steps of a scale mean, when boxes have a `level`. `on_choose` and `on_toggle` are told ids,
    `on_again` that everything shall be as it was at first.
    """
    key = f"graph {picture}"
    ids = {box.id for box in scene.boxes}

    def told(what: str, tell: Callable[[str], None]) -> Callable[[], None]:
        def changed() -> None:
            event = getattr(st.session_state.get(key), what, None)
            id_ = event.get("id") if isinstance(event, dict) else None
            if id_ in ids:
                tell(id_)

        return changed

    _component(
        key=key,
        data=_plain(scene, steps)
        | {"picture": f"{picture} {turn}", "chosen": chosen, "centre": centre, "name": file_name(name)}
        | (_compared(beside) if beside else {}),
        on_choose_change=told("choose", on_choose),
        on_toggle_change=told("toggle", on_toggle),
        on_again_change=on_again,
    )


def _compared(beside: Beside) -> dict[str, Any]:
    seen = set(beside.marks.values())
    legend = [(mark, words, 0) for mark, words in _MARKS.items() if mark in seen]
    return {"link": beside.link, "marks": beside.marks, "partners": beside.partners, "legend": legend}


def file_name(title: str) -> str:
    """A title as a file's name that every system takes."""
    return re.sub(r"[^\w-]+", "_", title).strip("_")[:60] or "model"


def _plain(scene: Scene, steps: tuple[str, ...]) -> dict[str, Any]:
    """A scene as short lists: it is sent at every click."""
    return {
        "boxes": [_box(box) for box in scene.boxes],
        "arrows": [_arrow(arrow) for arrow in scene.arrows],
        "width": scene.width,
        "height": scene.height,
        "legend": _legend(scene, steps),
    }


def _box(box: Box) -> list[Any]:
    flags = box.is_group + 2 * box.is_open + 4 * box.is_repeat
    row = [box.id, box.x, box.y, box.width, box.height, box.title, box.second, box.family, flags, box.depth]
    painted = [box.value, box.level, box.share]
    return row if painted == [None, None, None] else [*row, *painted]


def _arrow(arrow: Arrow) -> list[Any]:
    return [[side for point in arrow.points for side in point], arrow.start, arrow.end, int(arrow.faint)]


def _legend(scene: Scene, steps: tuple[str, ...]) -> list[tuple[str, str, int]]:
    """Of the colours that occur: what they are called."""
    if steps:
        return [("other", words, level) for level, words in enumerate(steps, 1)]
    seen = {box.family for box in scene.boxes if not box.is_open}
    return [(family, words, 0) for family, words in _FAMILIES.items() if family in seen]
