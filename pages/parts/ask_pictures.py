"""The widget for several pictures that belong to one question."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core import settings
from core.actions import list_samples
from core.fields import Field
from core.types import Upload
from pages.parts import act, pictures, uploads
from pages.parts.words import count, plain

TYPES = ["jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff"]
SAMPLES = 6
_SHOWN = 12


def several(field: Field, scope: str, opened: Any) -> list[tuple[str, Any]]:
    """The uploaded pictures as one value; our own samples while there are none."""
    found = st.file_uploader(
        field.title,
        type=TYPES,
        accept_multiple_files=True,
        key=f"uploads {field.name} {scope}",
        help=field.help or None,
        max_upload_size=settings.MAX_PICTURE_BYTES // 2**20,
    )
    kept: tuple[Upload, ...] = tuple(uploads.keep(upload) for upload in found)
    if kept:
        st.caption(f"{count(len(kept), 'picture')} of yours.")
        return [(count(len(kept), "picture"), kept)]
    return [(count(SAMPLES, "sample picture"), _samples(field, opened))] if field.required else []


def _samples(field: Field, opened: Any) -> tuple[bytes, ...]:
    """A few of the pictures that come with the app, shown small."""
    cards = act.run("list_samples", list_samples.Request("picture", opened.task.id))[:SAMPLES]
    st.caption(f"Until you give some, “{plain(field.title)}” holds {count(len(cards), 'sample picture')}:")
    with st.container(horizontal=True, gap="small"):
        for card in cards[:_SHOWN]:
            st.image(pictures.sample(card.name), width=72, alt=plain(card.title))
    return tuple(list_samples.read(card.name) for card in cards)
