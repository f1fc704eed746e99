"""Bring your own: add .onnx files, with the files of their weights, to the library as one model."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from core import beside, settings
from core.actions import _library, _workers
from core.caller import Caller
from core.errors import ModelError, ModelNotFound, NotOnnx, TooLarge
from core.listings import Fetched
from core.roles import belong_together, roles
from core.store.entries import Entry
from core.store.uploads import plain_name
from core.types import GraphInfo, ModelInfo, Upload


@dataclass(frozen=True)
class Request:
    files: tuple[Upload, ...] = ()
    """The .onnx files of one model, and the files of their weights."""
    path: str = ""
    """Instead: a file or folder on this computer; only for whoever sits at it."""


def do(request: Request, caller: Caller) -> ModelInfo:
    """Copy the files into the data folder, let a worker check them there, and add one entry to the library.

    Nothing stays behind when a check fails. The same files added twice are one entry.
    """
    files = _on_this_computer(request.path, caller) if request.path else request.files
    graphs = _graphs(files)
    caller.say(None, f"Checking {next(iter(graphs.values())).name}")
    models = settings.data_folder() / "models" / caller.visitor
    models.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=models, prefix=".new-") as folder:
        paths = _copy(files, graphs, Path(folder))
        parts = _workers.describe(paths, caller)
        model_id = _id(parts)
        known = _library.library().shelf.entry(model_id, caller.visitor)
        if known:
            return known.info
        _library.check_share(sum(file.size_bytes for file in files), caller)
        home = models / model_id
        shutil.rmtree(home, ignore_errors=True)  # left over from an entry that was removed
        Path(folder).rename(home)
        Path(folder).mkdir()  # so that the temporary folder has something to clean up
    stored = {role: replace(graph, path=str(home / paths[role].name)) for role, graph in parts.items()}
    info = ModelInfo(model_id, _title(request, graphs, caller), _summary(stored), "upload", stored)
    _library.library().shelf.save(_entry(info, home), caller.visitor)
    return info


def _on_this_computer(path: str, caller: Caller) -> tuple[Upload, ...]:
    """The graphs at a path, with the files of weights they name."""
    place = Path(path.strip()).expanduser()
    if not caller.is_owner or not path.strip() or not place.exists():
        raise ModelNotFound(
            "There is no such file or folder.",
            f"“{path[:120]}” isn't there, or isn't for visitors.",
            "Check the path, or upload the files.",
        )
    found = sorted(place.glob("*.onnx")) if place.is_dir() else [place]
    if not found:
        raise NotOnnx("There is no model in this folder.", "No file in it ends in .onnx.", "Choose another folder.")
    by_role = {role: place / name for role, name in roles(one.name for one in found).items()} if place.is_dir() else {}
    graphs = _workers.describe(by_role or {"model": place}, caller)
    folder = found[0].parent
    names = dict.fromkeys(
        [*(one.name for one in found), *(n for graph in graphs.values() for n in graph.external_files)]
    )
    return tuple(_as_given(folder / name) for name in names if (folder / name).is_file())


def _as_given(path: Path) -> Upload:
    return Upload(str(path), path.name, path.stat().st_size, key=hashlib.sha256(os.fsencode(path)).hexdigest()[:12])


def _graphs(files: tuple[Upload, ...]) -> dict[str, Upload]:
    """The .onnx files by role; a single file is tried whatever it is called."""
    if not files:
        raise NotOnnx("No file was given.", "A model is a file ending in .onnx.", "Choose one and try again.")
    if sum(file.size_bytes for file in files) > settings.MAX_MODEL_BYTES:
        raise TooLarge(
            "These files are too large together.",
            f"The limit is {settings.MAX_MODEL_BYTES / 2**30:.0f} GB.",
            "Use a smaller version of the model.",
        )
    models = [file for file in files if file.name.lower().endswith(".onnx")] or [files[0]]
    by_name = {plain_name(file.name): file for file in models}
    if len(models) > 1 and not belong_together(by_name):
        raise ModelError(
            "There is more than one model.",
            "These files end in .onnx: " + ", ".join(file.name for file in models) + ".",
            "Add them one after the other, each with its own weights. Parts of one model are known by their names, "
            "such as encoder_model.onnx and decoder_model.onnx.",
        )
    return {role: by_name[name] for role, name in roles(by_name).items()}


def _copy(files: tuple[Upload, ...], graphs: Mapping[str, Upload], folder: Path) -> dict[str, Path]:
    """Weights keep their names, for the models name them; the graphs get names nobody chose. Paths by role."""
    models = set(graphs.values())
    weights = {plain_name(file.name): file for file in files if file not in models}
    for name, file in weights.items():
        beside.check_name(name)
        shutil.copyfile(file.path, folder / name)
    taken = {name.lower() for name in weights}
    paths = {}
    for role, file in graphs.items():
        free = f"{role}.onnx" if f"{role}.onnx".lower() not in taken else f"{role}-{file.key}.onnx"
        paths[role] = folder / free
        shutil.copyfile(file.path, paths[role])
    return paths


def _id(parts: Mapping[str, GraphInfo]) -> str:
    hashes = [graph.sha256 for graph in parts.values()]
    return (hashes[0] if len(hashes) == 1 else hashlib.sha256(" ".join(hashes).encode()).hexdigest())[:12]


def _entry(info: ModelInfo, home: Path) -> Entry:
    files = []
    for path in sorted(home.iterdir()):
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        files.append(Fetched(path.name, path.stat().st_size, sha256, was_announced=False))
    size_bytes = sum(file.size_bytes for file in files)
    return Entry(info, info.id, "as you added it", in_use=True, files=tuple(files), size_bytes=size_bytes)


def _title(request: Request, graphs: Mapping[str, Upload], caller: Caller) -> str:
    """A name nobody has yet in this library: that of the file, or of the folder when there are several."""
    first = next(iter(graphs.values())).name
    stem = PurePath(first).stem if len(graphs) == 1 else PurePath(request.path).name or PurePath(first).stem
    return _library.free_title(stem or "model", caller)


def _summary(parts: Mapping[str, GraphInfo]) -> str:
    producer = next(iter(parts.values())).producer
    made = f", made with {producer}" if producer else ""
    return f"Your own model{made}." if len(parts) == 1 else f"Your own model of {len(parts)} parts{made}."
