"""Draws an answer: one way per kind of result, whatever the task was."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from core.types import Upload
from pages.parts import components, pictures
from pages.parts.words import plain

MAX_ROWS = 100
"""Of a table that is drawn whole; a longer one scrolls inside a frame."""


def result(answer: Any, given: dict[str, Any], key: str) -> None:
    """The answer, as large as it deserves. `given` is what was asked, for a before and after."""
    _DRAW[answer.result.kind](answer.result, given, key)


@dataclass(frozen=True)
class File:
    """An answer as a file to save."""

    name: str
    media_type: str
    data: Callable[[], bytes]
    """Makes the bytes when they are wanted: a large picture takes longer to pack than to paint."""


def file(answer: Any) -> File:
    """The file an answer is saved as."""
    name, media_type, make = _FILES.get(answer.result.kind, _TABLE)
    return File(name.format(kind=answer.result.kind), media_type, lambda: make(answer.result))


def _ranking(found: Any, _given: dict[str, Any], key: str) -> None:
    if not found.rows:
        st.info("The model named nothing.")
        return
    best = found.rows[0]
    if found.sure:
        st.subheader(plain(best.label), anchor=False)
    else:
        st.subheader("Not sure", anchor=False)
        st.markdown(plain(found.note or "No label is likely enough to be called an answer."))
    components.bars([(row.label, float(row.score)) for row in found.rows], found.sure, key=f"bars {key}")
    if found.sure and found.note:
        st.caption(plain(found.note))


def _picture(made: Any, given: dict[str, Any], key: str) -> None:
    after = pictures.jpeg(made.pixels)
    before = pictures.given(given)
    if before is None:
        st.image(after, width="stretch")
        return
    components.compare(pictures.shown(before), after, f"compare {key}", "Drag to compare before and after")


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
        st.dataframe(_frame(found), key=f"long table {key}", hide_index=True)


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


def _frame(found: Any) -> Any:
    import pandas as pd

    if found.kind == "matrix":
        return pd.DataFrame(np.round(found.values, 3), index=found.rows, columns=_distinct(found.columns))
    if found.kind == "ranking":
        return pd.DataFrame([{"label": row.label, "score": row.score} for row in found.rows])
    if found.kind == "text_lines":
        return pd.DataFrame([{"text": line.text, "score": line.score} for line in found.lines])
    return pd.DataFrame(found.rows, columns=found.columns)


def _distinct(names: tuple[str, ...]) -> list[str]:
    return [f"{place}. {name}" for place, name in enumerate(names, 1)]


def safe_csv(frame: Any, index: bool = False) -> bytes:
    """The table as CSV. A cell that a spreadsheet would run as a formula gets an apostrophe in front."""

    def harmless(cell: Any) -> Any:
        return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell

    return str(frame.map(harmless).to_csv(index=index)).encode()


def _csv(found: Any) -> bytes:
    return safe_csv(_frame(found), index=found.kind == "matrix")


def _png(made: Any) -> bytes:
    from core.png import write_png

    return write_png(made.pixels)


def _lines(found: Any) -> bytes:
    return "\n".join(line.text for line in found.lines).encode()


def _npz(found: Any) -> bytes:
    target = io.BytesIO()
    arrays = {name: value for name, value in found.outputs.items() if isinstance(value, np.ndarray)}
    np.savez(target, **{name: _storable(array) for name, array in arrays.items()})
    return target.getvalue()


def _storable(array: Any) -> Any:
    """Texts as fixed-width text, so that the file can be read without pickle."""
    return array.astype(str) if array.dtype.kind == "O" else array


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


_DRAW: dict[str, Callable[[Any, dict[str, Any], str], None]] = {
    "ranking": _ranking,
    "picture": _picture,
    "matrix": _matrix,
    "table": _table,
    "text_lines": _text_lines,
    "tensors": _tensors,
}
_TABLE = ("{kind}.csv", "text/csv", _csv)
_FILES: dict[str, tuple[str, str, Callable[[Any], bytes]]] = {
    "picture": ("picture.png", "image/png", _png),
    "text_lines": ("text.txt", "text/plain", _lines),
    "tensors": ("outputs.npz", "application/octet-stream", _npz),
}
