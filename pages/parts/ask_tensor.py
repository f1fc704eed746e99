"""The widgets for one raw input of a graph: numbers, a file, a picture, a text, or random values."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.fields import Field, TensorSource
from core.shapes import default_shape
from core.types import Port
from pages.parts import uploads
from pages.parts.words import plain

EMPTY = "empty"
"""An optional input may be left out."""
_WAYS = {
    "random": "Random",
    "zeros": "All 0",
    "ones": "All 1",
    "numbers": "Type numbers",
    "picture": "A picture",
    "text": "A text",
    "file": "A file",
    EMPTY: "Nothing",
}
_FILES = ["npy", "npz", "csv"]


def tensor(field: Field, scope: str, opened: Any) -> list[tuple[str, TensorSource | None]]:
    """How this input is to be filled. What was chosen last time for this very file is the default."""
    port = field.port
    if port is None:
        return []
    before = opened.form.get(field.name)
    last = before if isinstance(before, dict) else {}
    key = f"{field.name} {scope}"
    with st.container(border=True):
        st.markdown(f"**{plain(field.title)}** — {plain(in_words(port))}", help=f"In ONNX words: {plain(port.type)}")
        ways = _ways(port)
        how = st.pills(
            "Filled with",
            ways,
            default=last.get("how") if last.get("how") in ways else ways[0],
            format_func=_WAYS.get,
            key=f"how {key}",
            required=True,
        )
        if how == EMPTY:
            return [(field.name, None)]
        source = _source(str(how or ways[0]), port, last, key, first_seed=opened.fields.index(field))
    return [(field.name, source)] if source else []


def in_words(port: Port) -> str:
    """`a grid of 1 × 3 × any width decimal numbers`, as plain as shapes allow."""
    if port.shape is None:
        size = "any size"
    elif not port.shape:
        size = "a single value"
    else:
        size = " × ".join("any" if side is None else str(side) for side in port.shape)
    kind = {
        "tensor": "",
        "sparse": "mostly empty ",
        "sequence": "a list of ",
        "map": "a lookup table of ",
        "optional": "may be empty: ",
    }[port.kind]
    return f"{kind}{_KINDS.get(port.dtype, port.dtype)}, {size}"


_KINDS = {
    "string": "texts",
    "bool": "yes or no",
    **dict.fromkeys(("float16", "float32", "float64", "bfloat16"), "decimal numbers"),
    **dict.fromkeys(("int8", "int16", "int32", "int64"), "whole numbers"),
    **dict.fromkeys(("uint8", "uint16", "uint32", "uint64"), "whole numbers from 0"),
}


def _ways(port: Port) -> list[str]:
    if port.kind == "optional":
        return ["random", EMPTY]
    if port.kind != "tensor":
        return ["random"]
    if port.dtype == "string":
        return ["text", "file", "random"]
    rank = None if port.shape is None else len(port.shape)
    picture = ["picture"] if rank in (None, 3, 4) else []
    return ["random", *picture, "numbers", "file", "zeros", "ones"]


def _source(how: str, port: Port, last: dict[str, Any], key: str, first_seed: int) -> TensorSource | None:
    if how == "file":
        upload = st.file_uploader("A .npy, .npz or .csv file", type=_FILES, key=f"file {key}")
        return TensorSource("file", data=uploads.keep(upload), file_name=upload.name) if upload else None
    shape = _shape(port, last, key)
    if how == "picture":
        upload = st.file_uploader("A picture", type=["jpg", "jpeg", "png", "webp", "bmp"], key=f"picture {key}")
        return TensorSource("picture", shape, data=uploads.keep(upload)) if upload else None
    if how == "numbers":
        text = st.text_area("Numbers, separated by spaces or commas", key=f"numbers {key}")
        return TensorSource("numbers", shape, text=text) if text.strip() else None
    if how == "text":
        text = st.text_area("Text", key=f"text {key}")
        return TensorSource("text", shape, text=text) if text.strip() else None
    if how == "random":
        seed = st.number_input(
            "Seed",
            0,
            10_000,
            int(last.get("seed", first_seed)),
            key=f"seed {key}",
            help="The same seed gives the same random values, so a result can be repeated.",
        )
        return TensorSource("random", shape, seed=int(seed))
    return TensorSource("zeros" if how == "zeros" else "ones", shape)


def _shape(port: Port, last: dict[str, Any], key: str) -> tuple[int, ...]:
    """The sizes, those that are open asked for."""
    shape = list(default_shape(port))
    before = last.get("shape")
    if isinstance(before, list) and len(before) == len(shape):
        shape = [int(size) for size in before]
    open_sizes = [place for place, size in enumerate(port.shape or ()) if not isinstance(size, int)]
    if not open_sizes:
        return default_shape(port)
    for place, column in zip(open_sizes, st.columns(len(open_sizes)), strict=True):
        name = (port.shape or ())[place]
        title = plain(str(name)) if name else f"size {place + 1}"
        shape[place] = int(
            column.number_input(
                title,
                0,
                1_000_000,
                shape[place],
                key=f"size {place} {key}",
                help="This model leaves this size open. Choose one.",
            )
        )
    return tuple(shape)
