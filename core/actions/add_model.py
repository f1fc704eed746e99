"""Bring your own: add an .onnx file, with the files of its weights, to the library."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from core import beside, settings
from core.actions import _library, _workers
from core.caller import Caller
from core.errors import Full, ModelError, NotOnnx, TooLarge
from core.store.uploads import plain_name
from core.types import ModelInfo, Upload


@dataclass(frozen=True)
class Request:
    files: tuple[Upload, ...]
    """One .onnx file, and the files of its weights when they lie beside it."""


def do(request: Request, caller: Caller) -> ModelInfo:
    """Copy the files into the data folder, let a worker check them there, and add one entry to the library.

    Nothing stays behind when a check fails. The same file added twice is one entry.
    """
    model = _the_model(request.files)
    caller.say(None, f"Checking {model.name}")
    models = settings.data_folder() / "models" / caller.visitor
    models.mkdir(mode=0o700, parents=True, exist_ok=True)
    mine = _library.library().models(caller.visitor)
    with tempfile.TemporaryDirectory(dir=models, prefix=".new-") as folder:
        path = _copy(request.files, model, Path(folder))
        graph = _workers.describe({"model": path}, caller)["model"]
        known = next((info for info in mine if _library.key(info) == graph.sha256), None)
        if known:
            return known
        _check_share(mine, graph.size_bytes)
        model_id = graph.sha256[:12]
        home = models / model_id
        shutil.rmtree(home, ignore_errors=True)  # left over from an entry that was removed
        Path(folder).rename(home)
        Path(folder).mkdir()  # so that the temporary folder has something to clean up
    title = _free_title(model.name, {info.title for info in mine})
    stored = replace(graph, path=str(home / path.name))
    info = ModelInfo(model_id, title, _summary(graph.producer), "upload", {"model": stored})
    _library.library().save_model(info, caller.visitor)
    return info


def _the_model(files: tuple[Upload, ...]) -> Upload:
    if not files:
        raise NotOnnx("No file was given.", "A model is a file ending in .onnx.", "Choose one and try again.")
    if sum(file.size_bytes for file in files) > settings.MAX_MODEL_BYTES:
        raise TooLarge(
            "These files are too large together.",
            f"The limit is {settings.MAX_MODEL_BYTES / 2**30:.0f} GB.",
            "Use a smaller version of the model.",
        )
    models = [file for file in files if file.name.lower().endswith(".onnx")]
    if len(models) > 1:
        raise ModelError(
            "There is more than one model.",
            "These files end in .onnx: " + ", ".join(file.name for file in models) + ".",
            "Add them one after the other, each with its own weights.",
        )
    return models[0] if models else files[0]


def _copy(files: tuple[Upload, ...], model: Upload, folder: Path) -> Path:
    """Weights keep their names, for the model names them; its own file gets a fixed one nobody chose."""
    names = [plain_name(file.name) for file in files if file is not model]
    for file, name in zip((file for file in files if file is not model), names, strict=True):
        beside.check_name(name)
        shutil.copyfile(file.path, folder / name)
    path = folder / ("model.onnx" if "model.onnx" not in map(str.lower, names) else f"model-{model.key}.onnx")
    shutil.copyfile(model.path, path)
    return path


def _check_share(mine: tuple[ModelInfo, ...], size_bytes: int) -> None:
    most, limit_bytes = settings.models_share()
    taken = sum(graph.size_bytes for info in mine for graph in info.parts.values())
    if len(mine) >= most or taken + size_bytes > limit_bytes:
        raise Full(
            "There is no room for another model.",
            f"You have {len(mine)} of {most} models, and they take {taken / 1e6:.0f} of {limit_bytes / 1e6:.0f} MB; "
            f"this one needs {size_bytes / 1e6:.0f} MB.",
            "Remove one on the page Models and try again.",
        )


def _free_title(name: str, taken: set[str]) -> str:
    stem = PurePath(name).stem or "model"
    numbered = (f"{stem} ({number})" for number in range(2, 10_000))
    return stem if stem not in taken else next(title for title in numbered if title not in taken)


def _summary(producer: str) -> str:
    return f"Your own model, made with {producer}." if producer else "Your own model."
