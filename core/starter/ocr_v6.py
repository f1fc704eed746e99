"""Text reader, newer: the same task with PP-OCRv6, which makes fewer mistakes. Its package brings much else along."""

from __future__ import annotations

from pathlib import Path

from core.starter._contract import Built
from core.starter._files import checked, locate
from core.types import Fact, Say

TITLE = "Text reader, newer"
SUMMARY = "Reads printed text in pictures with fewer mistakes; an optional extra, because it brings OpenCV along."
TASKS = ("text_reading",)
LICENCE = "Apache-2.0"
SOURCE = "rapidocr 3.10.0 by the RapidOCR authors: PP-OCRv6 (small) by the PaddlePaddle authors."
SIZE_BYTES = 31_163_977
PACKAGES = ("rapidocr",)
EXTRA = "ocr"

_FILES = {
    "detect": ("PP-OCRv6_det_small.onnx", "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f"),
    "recognise": ("PP-OCRv6_rec_small.onnx", "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884"),
}


def build(folder: Path, say: Say) -> Built:
    """Two graphs as they lie in the package; the letters are in the notes of the second one.

    Raises NotInstalled or DamagedModel.
    """
    del folder, say
    models = locate(PACKAGES[0]) / "models"
    parts = {role: checked(models / name, sha256) for role, (name, sha256) in _FILES.items()}
    return Built(parts, {"alphabet": Fact(_letters(parts["recognise"]), "the model's own notes")})


def _letters(path: Path) -> list[str]:
    """One per line under `character`; "none" comes before them, a space after them."""
    import onnx

    notes = onnx.load(path, load_external_data=False).metadata_props
    text = next(note.value for note in notes if note.key == "character")
    return ["", *text.split("\n"), " "]
