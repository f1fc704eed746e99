"""Draws answers that are pictures, boxes over the user's picture, or a choice among pictures."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from core.errors import UserError
from core.types import Upload
from pages.parts import components, palette, pictures
from pages.parts.show_map import ground, note
from pages.parts.words import label, plain

MOST_BOXES = 300
"""More of them nobody can tell apart, and a phone draws them slowly."""
MOST_MATCHES = 24
MINUS = "\N{MINUS SIGN}"

_Given = dict[str, Any]


def picture(made: Any, given: _Given, key: str) -> None:
    """A picture the model made, beside the one that was given; what is clear in it shows a checkerboard."""
    clear = made.pixels.shape[2] == 4 and int(made.pixels[..., 3].min()) < 255
    after = pictures.with_alpha(made.pixels) if clear else pictures.jpeg(made.pixels)
    before = pictures.given(given)
    if before is None:
        st.image(after, width="stretch")
        return
    title = "Drag to compare before and after"
    components.compare(pictures.shown(before), after, f"compare {key}", title, checkered=clear)
    if clear:
        st.caption("The checkerboard is where the picture is see-through. Save keeps it so.")


def boxes(found: Any, given: _Given, key: str) -> None:
    """Boxes with a limit to move, labels to switch, and the same as a table."""
    if not len(found.scores):
        st.info("Nothing was found in this picture.")
    data = box_data(found) | ground(found, given, found.width_px / max(1, found.height_px))
    components.drawing("boxes", data, f"boxes {key}")
    left_out = len(found.scores) - len(data["boxes"])
    if left_out:
        st.caption(f"Only the {len(data['boxes'])} surest are drawn; Save keeps all {len(found.scores):,}.")
    note(found.note)


def box_data(found: Any) -> dict[str, Any]:
    """What the component draws: at most MOST_BOXES boxes, and the labels in the order they first appear."""
    finite = np.isfinite(found.boxes).all(axis=1) & np.isfinite(found.scores)
    kept = np.flatnonzero(finite)[:MOST_BOXES]
    order = list(dict.fromkeys(found.classes[kept].tolist()))
    rows = []
    for box, score, place in zip(found.boxes[kept], found.scores[kept], found.classes[kept].tolist(), strict=True):
        left, top, right, bottom = (float(side) for side in box)
        sides = [min(left, right), min(top, bottom), max(left, right), max(top, bottom)]
        rows.append([*sides, float(score), order.index(place)])
    labels = [{"name": label(found.names[place])} | palette.look(at) for at, place in enumerate(order)]
    least, above = (round(100 * limit) for limit in (found.kept_above, found.shown_above))
    size = {"width": max(1, found.width_px), "height": max(1, found.height_px)}
    return {"boxes": rows, "labels": labels, "least": least, "above": max(least, above), **size}


def matches(found: Any, given: _Given, key: str) -> None:
    """The given pictures, the best match first."""
    pool = given.get(found.field) or ()
    if not found.rows:
        st.info("There is nothing to compare with yet.")
        return
    named = [(pool[row.place] if row.place < len(pool) else None, row) for row in found.rows]
    with st.grid("auto", min_column_width=150, gap="small"):
        for rank, (one, row) in enumerate(named[:MOST_MATCHES], 1):
            with st.container(key=f"match {rank} {key}", gap="xsmall"):
                _thumbnail(one, _name(one, row))
                score = f"{row.score:.2f}".replace("-", MINUS)
                st.markdown(f"**{rank}. {score}** {plain(_name(one, row))}")
    if len(named) > MOST_MATCHES:
        st.caption(f"The best {MOST_MATCHES} of {len(named):,}; all are in the table.")
    st.caption("The higher the number, the more alike; 1 is the same.")
    with st.expander("As a table"):
        rows = [{"rank": rank, "picture": _name(*pair), "score": pair[1].score} for rank, pair in enumerate(named, 1)]
        st.dataframe(rows, hide_index=True, key=f"match table {key}")
    note(found.note)


def _name(one: bytes | Upload | None, row: Any) -> str:
    return label(one.name, 40) if isinstance(one, Upload) else f"picture {row.place + 1}"


def _thumbnail(one: bytes | Upload | None, name: str) -> None:
    try:
        if one is not None:
            st.image(pictures.shown(one, 320), width="stretch", alt=name)
    except UserError:
        st.caption("(can't be shown)")
