"""Kinds of numbers a graph can be written in, as the names of files tell them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath


@dataclass(frozen=True)
class Kind:
    id: str
    """Also its place: kinds are shown in the order of KINDS."""
    numbers: str
    """As in `core.listings.Variant`."""
    title: str
    words: tuple[str, ...]
    """How names of files end, before `.onnx`."""
    note: str = ""


_PROCESSOR = "Made for {}; on others it may be slow, or not open."
KINDS = (
    Kind("fp32", "fp32", "Full precision", ("fp32", "float32", "f32")),
    Kind("o1", "fp32", "Full precision, tuned a little", ("o1",)),
    Kind("o2", "fp32", "Full precision, tuned", ("o2",)),
    Kind("o3", "fp32", "Full precision, tuned with shortcuts", ("o3",)),
    Kind(
        *("fp16", "fp16", "Half precision", ("fp16", "float16", "f16", "half")),
        "Saves half of the download. It runs no faster here than full precision and takes no less memory.",
    ),
    Kind("o4", "fp16", "Half precision, tuned", ("o4",), "Made for graphics cards; it runs no faster here."),
    Kind(
        *("int8", "int8", "8-bit", ("quantized", "int8", "q8", "qint8")),
        "The fastest on most computers. Answers may differ a little.",
    ),
    Kind("int8-arm64", "int8", "8-bit for ARM", ("qint8_arm64",), _PROCESSOR.format("ARM processors")),
    Kind("int8-avx512", "int8", "8-bit for AVX-512", ("qint8_avx512",), _PROCESSOR.format("AVX-512")),
    Kind("int8-vnni", "int8", "8-bit for VNNI", ("qint8_avx512_vnni",), _PROCESSOR.format("AVX-512 with VNNI")),
    Kind("qdq", "int8", "8-bit, marked step by step", ("qdq",), "Made for accelerators; plain 8-bit suits more."),
    Kind("uint8", "uint8", "8-bit without sign", ("uint8", "quint8")),
    Kind("uint8-avx2", "uint8", "8-bit without sign for AVX2", ("quint8_avx2",), _PROCESSOR.format("AVX2")),
    Kind("q4", "q4", "4-bit", ("q4", "int4"), "The smallest for language models. Answers differ more."),
    Kind(
        *("q4f16", "q4f16", "4-bit and half precision", ("q4f16", "q4fp16")),
        "Made for graphics cards. The smallest download, no faster here.",
    ),
    Kind("bnb4", "bnb4", "4-bit (bnb4)", ("bnb4",), "The slowest of all here: take another if there is one."),
)
PLAIN = KINDS[0]
_HIDDEN = ("q1", "q2", "q1f16", "q2f16")
"""Fewer than 4 bits: nothing here can run them yet."""
_BY_WORD = {word: kind for kind in KINDS for word in kind.words}
_WORDS = "|".join(sorted((*_BY_WORD, *_HIDDEN), key=len, reverse=True))
_NAME = re.compile(rf"(?P<base>.+?)(?:[-_.](?P<word>{_WORDS}))?\.onnx", re.IGNORECASE)
_ALONE = re.compile(_WORDS, re.IGNORECASE)
_INSIDE = re.compile(r"(?<![a-z0-9])(fp16|int8|uint8|quantized|q4f16|q4|int4)(?![a-z0-9])", re.IGNORECASE)


def split(name: str) -> tuple[str, str] | None:
    """The name of a graph's file as base and word for its numbers, "" for none; None when it is no graph.

    >>> split("encoder_model_q4f16.onnx")
    ('encoder_model', 'q4f16')
    """
    if _ALONE.fullmatch(PurePosixPath(name).stem) and name.lower().endswith(".onnx"):
        return "model", PurePosixPath(name).stem.lower()
    found = _NAME.fullmatch(name)
    return (found["base"], (found["word"] or "").lower()) if found else None


def is_word(text: str) -> bool:
    """Whether the text is a word for numbers and nothing else, as folders are sometimes called."""
    return bool(_ALONE.fullmatch(text))


def kind(word: str) -> Kind | None:
    """What a word means; None for kinds that can't be used."""
    return _BY_WORD.get(word) if word else PLAIN


def hinted(text: str) -> Kind | None:
    """The kind that a name mentions in passing, such as `cpu-int4-rtn-block-32`."""
    found = _INSIDE.search(text)
    return _BY_WORD[found[1].lower()] if found else None
