"""Widgets Streamlit doesn't have, drawn by small scripts in assets/components/."""

from __future__ import annotations

import base64
from functools import cache
from typing import Any

import streamlit as st

from core import settings

_HTML = {
    "copy": '<button type="button">\n</button>',
    "bars": "<ul>\n</ul>",
    "compare": """
        <div class="frame" tabindex="0" role="slider" aria-valuemin="0" aria-valuemax="100">
          <img class="after" alt=""><img class="before" alt="">
          <div class="line"><span class="knob" aria-hidden="true">&#8646;</span></div>
          <span class="tag before"></span><span class="tag after"></span>
        </div>""",
    "matrix": '<div class="scroll" tabindex="0">\n</div>',
    "table": '<div class="scroll" tabindex="0">\n</div>',
    "picture_choice": """
        <fieldset><legend></legend><div class="grid"></div></fieldset>
        """,
}
_DRAWINGS = ("boxes", "areas", "depth", "heat", "spans")
"""They share drawing.js and drawing.css, which stand before their own."""


@cache
def _component(name: str) -> Any:
    files = ("drawing", name) if name in _DRAWINGS else (name,)
    folder = settings.ASSETS / "components"
    css, js = ("\n".join((folder / f"{one}.{kind}").read_text("utf-8") for one in files) for kind in ("css", "js"))
    html = _HTML.get(name, '<div class="drawing">\n</div>')
    return st.components.v2.component(f"onnx_playground_{name}", html=html, css=css, js=js)


def bars(rows: list[tuple[str, float]], sure: bool, key: str, title: str = "How likely", winners: int = 1) -> None:
    """Labels with a bar and a percentage each; striped and without a winner when the model isn't sure."""
    _component("bars")(key=key, data={"rows": rows, "sure": sure, "title": title, "winners": winners})


def drawing(name: str, data: dict[str, Any], key: str) -> None:
    """One of the drawings of answers: boxes, areas, depth, heat, spans. `data["id"]` changes when the answer does."""
    _component(name)(key=key, data=data)


def compare(before: bytes, after: bytes, key: str, title: str, checkered: bool = False) -> None:
    """Two pictures of the same proportions (picture files) with a divider to drag or move by arrow keys.

    `checkered`: a checkerboard lies behind the second one, for it has places that are see-through.
    """
    data = {
        "before": address(before),
        "after": address(after),
        "names": {"before": "Before", "after": "After"},
        "title": title,
        "checkered": checkered,
    }
    _component("compare")(key=key, data=data)


def matrix(rows: list[str], columns: list[str], values: list[list[float]], key: str, title: str) -> None:
    """A table of likeness in 0 to 1: numbers with a shade, the most alike pair framed."""
    square = len(rows) == len(columns)
    others = [value for i, row in enumerate(values) for j, value in enumerate(row) if not (square and i == j)]
    best = max(others, default=1.0)
    data = {"rows": rows, "columns": columns, "values": values, "title": title, "square": square, "best": best}
    _component("matrix")(key=key, data=data)


def table(columns: list[str], rows: list[list[str | int | float]], score: str, key: str) -> None:
    """Rows that wrap; the column `score` holds numbers in 0 to 1 and is drawn with bars."""
    _component("table")(key=key, data={"columns": columns, "rows": rows, "score": score})


def copy(title: str, text: str, key: str) -> None:
    """A button that copies the text."""
    _component("copy")(key=key, data={"title": title, "text": text})


def picture_choice(title: str, choices: dict[str, bytes], default: str, key: str) -> str:
    """The name of the picture that was chosen."""
    state = st.session_state.get(key) or {}
    chosen = state.get("chosen") if hasattr(state, "get") else None
    data = {
        "title": title,
        "choices": [(name, address(picture)) for name, picture in choices.items()],
        "chosen": chosen or default,
        "group": key,
    }
    shown = _component("picture_choice")(key=key, data=data, default={"chosen": default}, on_chosen_change=_nothing)
    return str(shown.chosen or default)


def address(picture: bytes) -> str:
    """A picture file as an address that needs no second request."""
    kind = "png" if picture.startswith(b"\x89PNG") else "webp" if picture.startswith(b"RIFF") else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode()}"


def _nothing() -> None:
    """A change reruns the page; there is nothing else to do."""
