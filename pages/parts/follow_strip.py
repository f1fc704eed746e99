"""A strip of the main blocks: the input turning into the answer, from left to right."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.errors import UserError
from core.scenes import Shown
from core.types import Upload
from pages.parts import follow, follow_draw, pictures
from pages.parts.follow import Given
from pages.parts.words import plain

_TILE_PX = 112
_LETTERS = 90


def show(model: str, part: str, given: Given | None) -> bool:
    """The input, what four to seven main blocks make of it, and the answer. False while it isn't there, or can't be."""
    found = None if given is None else follow.followed(model, part, "", given)
    if given is None or found is None:
        return False
    if found.shown:
        with st.grid("auto", min_column_width=_TILE_PX, gap="xsmall"):
            _input(given)
            for shown in found.shown:
                _block(shown)
            _answer(found.answer)
    for note in (*found.notes, *_words_compared(found.shown)):
        st.caption(plain(note))
    return True


def _words_compared(shown: tuple[Shown, ...]) -> list[str]:
    """Which text the squares are about, where words are compared."""
    words = next((one.labels for one in shown if one.kind == "rows" and one.labels), ())
    if not words:
        return []
    return [f"The squares compare these words, each with each, bright where they have become alike: {' '.join(words)}"]


def _tile(title: str, key: str) -> Any:
    place = st.container(gap="xsmall", key=f"strip {key}")
    place.markdown(f"**{plain(title)}**")
    return place


def _input(given: Given) -> None:
    with _tile("Your input", "input"):
        several = (one for value in given.values.values() for one in (value if isinstance(value, tuple) else (value,)))
        picture = next((one for one in several if isinstance(one, bytes | Upload)), None)
        try:
            if picture is not None:
                st.image(pictures.shown(picture, 320), width="stretch", alt="The picture that goes in")
        except UserError:
            picture = None
        st.caption(plain(given.name if picture is not None else _words(given)))


def _words(given: Given) -> str:
    """The beginning of a text that was given, else what the input is called."""
    text = next((value for value in given.values.values() if isinstance(value, str) and value.strip()), given.name)
    return text if len(text) <= _LETTERS else text[: _LETTERS - 1] + "…"


def _block(shown: Shown) -> None:
    with _tile(shown.title, shown.box):
        pixels = _picture(shown)
        if pixels is not None:
            st.image(pixels, width="stretch", alt=follow_draw.told(shown))
        st.caption(plain(_short(shown)))


def _picture(shown: Shown) -> bytes | None:
    """One small picture of a value: its liveliest map, how alike words have become, or bars."""
    if shown.kind == "maps":
        return follow_draw.coloured(shown.pixels[0], 256)
    if shown.kind == "picture":
        return follow_draw.write_png(follow_draw.enlarged(shown.pixels, 256))
    if shown.kind in ("attention", "grid"):
        return follow_draw.coloured(follow_draw.as_grey(shown.figures[0]), 256)
    if shown.kind == "rows":
        plane = shown.likeness if len(shown.figures) > 1 else shown.figures
        return follow_draw.coloured(follow_draw.as_grey(plane), 256)
    return follow_draw.coloured(_bars(shown.figures), 256) if shown.kind == "vector" else None


def _bars(figures: NDArray[np.float32]) -> NDArray[np.uint8]:
    """A small bar chart, about 128 wide and 64 high: lengths without sign."""
    grey = follow_draw.as_grey(np.abs(figures))
    high = np.ceil(grey.astype(float) / 4)
    filled = np.arange(64, 0, -1)[:, None] <= high[None, :]
    return np.repeat(np.where(filled, 230, 0).astype(np.uint8), max(1, 128 // len(figures)), axis=1)


def _short(shown: Shown) -> str:
    """What of it is drawn, in a few words."""
    if shown.kind == "maps":
        size = follow_draw.sides(shown)
        return f"one of {shown.total:,} maps of {size}" if shown.total > 1 else f"one map of {size}"
    if shown.kind == "rows":
        return "how alike the words are" if shown.labels else "how alike its places are"
    if shown.kind == "vector":
        best = shown.labels[int(np.argmax(np.nan_to_num(shown.figures)))] if shown.labels else ""
        return f"{shown.total:,} numbers" + (f", highest: {best}" if best and not best.isdecimal() else "")
    if shown.kind == "number":
        return f"{float(shown.figures[0]):.4g}"
    if shown.kind == "texts":
        return " ".join(shown.labels)[:_LETTERS]
    return {"picture": "a picture", "attention": "who looks at whom", "grid": "how words are tied"}.get(shown.kind, "")


def _answer(answer: str) -> None:
    with _tile("Answer", "answer"):
        st.markdown(plain(answer or "none"))
