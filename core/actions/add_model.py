"""Bring your own: add an .onnx file, with the files of its weights, to the library."""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path, PurePath, PureWindowsPath

from core import settings
from core.actions import _library
from core.errors import ModelError, NotOnnx, TooLarge
from core.model.describe import examine
from core.types import ModelInfo, Say


@dataclass(frozen=True)
class UploadedFile:
    name: str
    """As the user's computer calls it. Only its last part is looked at."""
    data: bytes


@dataclass(frozen=True)
class Request:
    files: tuple[UploadedFile, ...]
    """One .onnx file, and the files of its weights when they lie beside it."""


def do(request: Request, say: Say) -> ModelInfo:
    """Check the files, copy them into the data folder, and add one entry to the library.

    Nothing stays behind when a check fails. The same file added twice is one entry.
    """
    model = _the_model(request.files)
    say(None, f"Checking {plain_name(model.name)}")
    models = settings.data_folder() / "models"
    models.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=models, prefix=".new-") as folder:
        path = _write(request.files, model, Path(folder))
        graph = examine(path)
        known = next((info for info in _library.library().models() if _library.key(info) == graph.sha256), None)
        if known:
            return known
        model_id = graph.sha256[:12]
        home = models / model_id
        shutil.rmtree(home, ignore_errors=True)  # left over from an entry that was removed
        Path(folder).rename(home)
        Path(folder).mkdir()  # so that the temporary folder has something to clean up
    title = _free_title(plain_name(model.name))
    stored = replace(graph, path=str(home / path.name))
    info = ModelInfo(model_id, title, _summary(graph.producer), "upload", {"model": stored})
    _library.library().save_model(info)
    return info


def plain_name(name: str) -> str:
    """The last part of a file name from any system, without control characters."""
    last = PurePath(PureWindowsPath(name).name).name
    clean = re.sub(r"[\x00-\x1f\x7f]", "", last)[:200]
    return clean if clean.strip(". ") else "model.onnx"


def _the_model(files: tuple[UploadedFile, ...]) -> UploadedFile:
    if not files:
        raise NotOnnx("No file was given.", "A model is a file ending in .onnx.", "Choose one and try again.")
    if sum(len(file.data) for file in files) > settings.MAX_MODEL_BYTES:
        raise TooLarge(
            "These files are too large together.",
            f"The limit is {settings.MAX_MODEL_BYTES / 2**30:.0f} GB.",
            "Use a smaller version of the model.",
        )
    models = [file for file in files if file.name.lower().endswith(".onnx")]
    if len(models) > 1:
        raise ModelError(
            "There is more than one model.",
            "These files end in .onnx: " + ", ".join(plain_name(file.name) for file in models) + ".",
            "Add them one after the other, each with its own weights.",
        )
    return models[0] if models else files[0]


def _write(files: tuple[UploadedFile, ...], model: UploadedFile, folder: Path) -> Path:
    for file in files:
        if file is not model:
            (folder / plain_name(file.name)).write_bytes(file.data)
    # The model's own file keeps a fixed name, so that no name a stranger chose decides where it lies.
    path = folder / "model.onnx"
    if any(plain_name(file.name).lower() == path.name for file in files if file is not model):
        path = folder / f"model-{hashlib.sha256(model.data).hexdigest()[:8]}.onnx"
    path.write_bytes(model.data)
    return path


def _free_title(name: str) -> str:
    stem = PurePath(name).stem or "model"
    taken = {info.title for info in _library.library().models()}
    numbered = (f"{stem} ({number})" for number in range(2, 10_000))
    return stem if stem not in taken else next(title for title in numbered if title not in taken)


def _summary(producer: str) -> str:
    return f"Your own model, made with {producer}." if producer else "Your own model."
