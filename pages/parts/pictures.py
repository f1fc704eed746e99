"""Pictures for the screen: small enough to be quick, made once."""

from __future__ import annotations

import hashlib
import io

import numpy as np
import streamlit as st
from numpy.typing import NDArray

SHOWN_PX = 900
"""Longest side of a picture on screen."""


@st.cache_data(max_entries=128, show_spinner=False)
def shown(picture: bytes, side_px: int = SHOWN_PX) -> bytes:
    """The picture file as a small JPEG, upright and on white. Raises BadPicture."""
    from core.readers.picture import read_picture

    return jpeg(read_picture(picture), side_px)


@st.cache_data(show_spinner=False)
def sample(name: str) -> bytes:
    """A sample picture, small, to pick from."""
    from core.actions import list_samples

    return shown(list_samples.read(name), 160)


def jpeg(pixels: NDArray[np.uint8], side_px: int = SHOWN_PX) -> bytes:
    """Pixels (H, W, 3 or 4) as a small JPEG file; transparency is put on white."""
    from PIL import Image

    image = Image.fromarray(pixels)
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    image = image.convert("RGB")
    image.thumbnail((side_px, side_px))
    target = io.BytesIO()
    image.save(target, "JPEG", quality=88)
    return target.getvalue()


def fingerprint(*things: object) -> str:
    """A short key for anything with bytes or a repr."""
    digest = hashlib.blake2b(digest_size=12)
    for thing in things:
        digest.update(thing if isinstance(thing, bytes) else repr(thing).encode())
    return digest.hexdigest()
