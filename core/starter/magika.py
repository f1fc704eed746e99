"""Magika: says what kind of content a file holds, from its first and last bytes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from core.starter._contract import Built
from core.starter._files import checked, locate
from core.types import Fact, Say

TITLE = "Content detective"
SUMMARY = "Says what a file or a pasted text is: Python, CSV, HTML, a PDF and about 200 other kinds."
TASKS = ("content_detection",)
LICENCE = "Apache-2.0"
SOURCE = "Magika by Google, model standard_v3_3, from magika 1.0.3."
SIZE_BYTES = 3_163_737
PACKAGES = ("magika",)
EXTRA = ""

_FOLDER = "models/standard_v3_3"
_MODEL_SHA256 = "fe2d2eb49c5f88a9e0a6c048e15d6ffdf86235519c2afc535044de433169ec8c"
_SETTINGS_SHA256 = "ae24c742205358f6ff6dfd5facb6743fb69743dbba8373e73da58ff0cbd695db"
_KINDS_SHA256 = "75208adba69bc0556403b62b32ef3ccf8b5ce494411780845852e52e6583a10d"


def build(folder: Path, say: Say) -> Built:
    """The graph as it lies in the package, with Magika's own settings. Raises NotInstalled or DamagedModel."""
    del folder, say
    package = locate(PACKAGES[0])
    model = checked(package / _FOLDER / "model.onnx", _MODEL_SHA256)
    settings = _json(checked(package / _FOLDER / "config.min.json", _SETTINGS_SHA256))
    kinds = _json(checked(package / "config" / "content_types_kb.min.json", _KINDS_SHA256))
    known = "Magika's own settings"
    preparation = {name: Fact(value, known) for name, value in _facts(settings, kinds).items()}
    return Built({"model": model}, preparation)


def _facts(settings: dict[str, Any], kinds: dict[str, Any]) -> dict[str, Any]:
    """Under the names that the task reads; descriptions only of kinds that can be an answer."""
    renamed = settings["overwrite_map"]
    ids = [*settings["target_labels_space"], *renamed.values(), "txt", "unknown", "empty"]
    return {
        "labels": settings["target_labels_space"],
        "descriptions": {name: kinds[name]["description"] for name in ids},
        "text_kinds": [name for name in dict.fromkeys(ids) if kinds[name]["is_text"]],
        "renamed": renamed,
        "sure_above": settings["medium_confidence_threshold"],
        "sure_above_by_kind": settings["thresholds"],
        "first_bytes": settings["beg_size"],
        "last_bytes": settings["end_size"],
        "block_bytes": settings["block_size"],
        "padding": settings["padding_token"],
        "least_bytes": settings["min_file_size_for_dl"],
    }


def _json(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read
