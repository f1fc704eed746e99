"""Pictures for the screen: small enough to be quick, made once. Those that people give are read by a worker."""

from __future__ import annotations

import dataclasses
import hashlib
import io
from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core import jobs
from core.actions import shrink_picture
from core.types import Upload
from pages.parts import state

SHOWN_PX = 900
"""Longest side of a picture on screen."""


def shown(picture: bytes | Upload, side_px: int = SHOWN_PX) -> bytes:
    """The picture file as a small JPEG, upright and on white. Raises BadPicture."""
    return _shown(picture, side_px, state.visitor())


@st.cache_data(max_entries=128, show_spinner=False, hash_funcs={Upload: lambda upload: upload.key})
def _shown(picture: bytes | Upload, side_px: int, visitor: str) -> bytes:
    request = shrink_picture.Request(picture, side_px)
    return jpeg(jobs.run("shrink_picture", request, visitor=visitor).pixels, side_px)


@st.cache_data(show_spinner=False)
def sample(name: str) -> bytes:
    """A sample picture, small, to pick from. They come with the app, so nobody needs to be asked whose they are."""
    from core.actions import list_samples

    return list_samples.small(name, 160)


def given(values: Mapping[str, Any]) -> bytes | Upload | None:
    """The first file among the values of a form."""
    return next((value for value in values.values() if isinstance(value, bytes | Upload)), None)


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


def with_alpha(pixels: NDArray[np.uint8], side_px: int = SHOWN_PX) -> bytes:
    """Pixels (H, W, 4) as a small WebP file that keeps what is see-through."""
    from PIL import Image

    image = Image.fromarray(pixels)
    image.thumbnail((side_px, side_px))
    target = io.BytesIO()
    image.save(target, "WEBP", quality=88, method=2)
    return target.getvalue()


def fingerprint(*things: object) -> str:
    """A short key for any plain data, files included."""
    digest = hashlib.blake2b(digest_size=12)
    _add(things, digest.update)
    return digest.hexdigest()


def _add(thing: Any, update: Any) -> None:
    if isinstance(thing, bytes):
        update(b"b%d:" % len(thing))
        update(thing)
    elif isinstance(thing, Upload):
        update(f"upload {thing.key};".encode())
    elif isinstance(thing, np.ndarray):
        update(f"{thing.dtype} {thing.shape};".encode() + thing.tobytes())
    elif isinstance(thing, Mapping):
        _add([(key, thing[key]) for key in sorted(thing, key=str)], update)
    elif isinstance(thing, list | tuple):
        update(b"(")
        for item in thing:
            _add(item, update)
        update(b")")
    elif dataclasses.is_dataclass(thing):
        _add([(field.name, getattr(thing, field.name)) for field in dataclasses.fields(thing)], update)
    else:
        update(f"{thing!r};".encode())
