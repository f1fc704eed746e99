"""Draws an answer: one way per kind of result, whatever the task was."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from core.types import Upload
from pages.parts import components, pictures, show_map, show_picture, show_text
from pages.parts.save import File as File  # noqa: PLC0414  an answer is shown and saved by one name
from pages.parts.save import file as file  # noqa: PLC0414
from pages.parts.save import frame
from pages.parts.save import safe_csv as safe_csv  # noqa: PLC0414
from pages.parts.words import label, plain

MAX_ROWS = 100
"""Of a table that is drawn whole; a longer one scrolls inside a frame."""


def result(answer: Any, given: dict[str, Any], key: str) -> None:
    """The answer, as large as it deserves. `given` is what was asked, for a before and after."""
    _DRAW[answer.result.kind](answer.result, given, key)


def _ranking(found: Any, _given: dict[str, Any], key: str) -> None:
    if not found.rows:
        st.info("The model named nothing.")
        return
    winners = sum(row.score >= 0.5 for row in found.rows) if found.independent else 1
    if found.sure:
        best = ", ".join(label(row.label) for row in found.rows[: max(1, min(winners, 3))])
        st.subheader(plain(best), anchor=False)
    else:
        st.subheader("Not sure", anchor=False)
        st.markdown(plain(found.note or "No label is likely enough to be called an answer."))
    rows = [(label(row.label, 200), float(row.score)) for row in found.rows]
    components.bars(rows, found.sure, key=f"bars {key}", winners=winners)
    if found.independent:
        st.caption("Each label was judged on its own: several may hold, and they don't add up to 100 %.")
    if found.sure and found.note:
        st.caption(plain(found.note))


def _matrix(found: Any, _given: dict[str, Any], key: str) -> None:
    st.markdown(plain(_closest(found)))
    rows = [f"{place}. {_cut(name, 80)}" for place, name in enumerate(found.rows, 1)]
    columns = [str(place) for place in range(1, len(found.columns) + 1)]
    components.matrix(rows, columns, found.values.astype(float).tolist(), f"matrix {key}", "How alike the texts are")


def _closest(found: Any) -> str:
    pairs = np.array(found.values, dtype=float)
    np.fill_diagonal(pairs, -np.inf)
    row, column = np.unravel_index(int(pairs.argmax()), pairs.shape)
    first, second = sorted((int(row), int(column)))
    return f"Most alike: text {first + 1} and text {second + 1} ({pairs[row, column]:.2f}; 1 is the same meaning)."


def _table(found: Any, _given: dict[str, Any], key: str) -> None:
    if found.note:
        st.warning(plain(found.note), icon=":material/help:")
    if not found.rows:
        st.info("Nothing to show.")
    elif len(found.rows) <= MAX_ROWS:
        components.table(list(found.columns), [list(row) for row in found.rows], found.score_column, f"table {key}")
    else:
        st.dataframe(frame(found), key=f"long table {key}", hide_index=True)


def _text_lines(found: Any, given: dict[str, Any], key: str) -> None:
    if not found.lines:
        st.info("No text was found in this picture.")
        return
    picture = pictures.given(given)
    if picture is not None:
        st.image(_with_boxes(picture, found), width="stretch", alt="The picture with a numbered box around each line")
    st.code("\n".join(line.text for line in found.lines), language=None, wrap_lines=True)
    rows = [{"line": place, "text": line.text, "how sure": line.score} for place, line in enumerate(found.lines, 1)]
    with st.expander("How sure it is of each line"):
        sure = st.column_config.ProgressColumn(min_value=0.0, max_value=1.0, format="percent")
        st.dataframe(rows, key=f"lines {key}", hide_index=True, column_config={"how sure": sure})


def _with_boxes(picture: bytes | Upload, found: Any) -> bytes:
    from PIL import Image, ImageDraw, ImageFont

    image = Image.open(io.BytesIO(pictures.shown(picture, 1400)))
    if image.width < 700:
        image = image.resize((image.width * 2, image.height * 2))
    scale = image.width / found.width_px
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(size=15)
    for place, line in enumerate(found.lines, 1):
        left, top, right, bottom = (side * scale for side in line.box)
        draw.rectangle((left, top, right, bottom), outline="#d9480f", width=2)
        draw.rectangle((left, top - 9, left + 10 * len(str(place)) + 6, top + 9), fill="#d9480f")
        draw.text((left + 3, top), str(place), fill="white", font=font, anchor="lm")
    return pictures.jpeg(np.asarray(image.convert("RGB")), 1400)


def _tensors(found: Any, _given: dict[str, Any], key: str) -> None:
    from pages.parts.show_tensor import output

    for place, (name, value) in enumerate(found.outputs.items()):
        output(name, value, f"{key} {place}")


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


_DRAW: dict[str, Callable[[Any, dict[str, Any], str], None]] = {
    "ranking": _ranking,
    "picture": show_picture.picture,
    "boxes": show_picture.boxes,
    "areas": show_map.areas,
    "depth": show_map.depth,
    "heat": show_map.heat,
    "matches": show_picture.matches,
    "spans": show_text.spans,
    "influences": show_text.influences,
    "matrix": _matrix,
    "table": _table,
    "text_lines": _text_lines,
    "tensors": _tensors,
}
