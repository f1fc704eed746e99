"""Several graphs, one model: what each is called by the name of its file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

_NUMBERS = re.compile(r"[-_.](fp32|fp16|int8|uint8|quantized|q4f16|q4|bnb4|q[12](f16)?)$", re.IGNORECASE)
_KNOWN = {
    "model": "model",
    "decoder_model": "decoder",
    "decoder_model_merged": "decoder",
    "encoder_model": "encoder",
    "vision_model": "vision",
    "vision_encoder": "vision",
    "text_model": "text",
    "text_encoder": "text",
    "embed_tokens": "embed",
    "prompt_encoder_mask_decoder": "decoder",
}
_SOUNDS_LIKE = (("det", "detect"), ("cls", "classify"), ("rec", "recognise"))
"""As the parts of text readers are called, `PP-OCRv4_det_infer`, and as `core.tasks.text_reading` wants them."""


def role(name: str) -> str:
    """`encoder_model_q4.onnx` is the `encoder`; an unknown name is its own role, in letters safe everywhere."""
    stem = _NUMBERS.sub("", PurePosixPath(name).stem)
    words = re.split(r"[^a-z0-9]+", stem.lower())
    chain = next((title for word, title in _SOUNDS_LIKE if word in words), "")
    return _KNOWN.get(stem.lower(), "") or chain or re.sub(r"\W+", "_", stem).strip("_")[:40] or "part"


def belong_together(names: Iterable[str]) -> bool:
    """Whether these graphs are parts of one model, by their names: each has another role, and all roles are known."""
    found = [role(name) for name in names]
    known = {*_KNOWN.values(), *(title for _, title in _SOUNDS_LIKE)} - {"model"}
    return len(found) == len(set(found)) and set(found) <= known


def roles(names: Iterable[str]) -> dict[str, str]:
    """Name by role; one graph alone is the `model`. Two that would be called alike keep their own names."""
    given = list(names)
    if len(given) == 1:
        return {"model": given[0]}
    wanted = [role(name) for name in given]
    found: dict[str, str] = {}
    for name, title in zip(given, wanted, strict=True):
        own = title if wanted.count(title) == 1 else re.sub(r"\W+", "_", PurePosixPath(name).stem).strip("_")[:60]
        while own in found or not own:
            own += "_"
        found[own] = name
    return found
