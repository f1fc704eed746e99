"""Bring your own: add .onnx files, with their weights and what says how they are fed, to the library as one model."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePath, PurePosixPath

from core import beside, settings
from core.actions import _files, _library, _side_files, _workers
from core.caller import Caller
from core.errors import ModelError, ModelNotFound, NotOnnx, TooLarge
from core.listings import Fetched
from core.roles import belong_together, role, roles
from core.store.entries import Entry
from core.store.uploads import plain_name
from core.types import GraphInfo, ModelInfo, Upload


@dataclass(frozen=True)
class Request:
    files: tuple[Upload, ...] = ()
    """The .onnx files of one model, the files of their weights, and configs, names of classes, tokenizers."""
    path: str = ""
    """Instead: a file or folder on this computer, laid out as on the hub; only for whoever sits at it."""


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
        beside = _beside(Path(folder), paths)
        parts = _workers.describe(paths, caller, files={name: f"{folder}/{path}" for name, path in beside.items()})
        model_id = _id(parts)
        known = _library.library().shelf.entry(model_id, caller.visitor)
        if known:
            return _with_more(known, Path(folder), beside, caller)
        _library.check_share(sum(file.size_bytes for file in files), caller)
        home = models / model_id
        shutil.rmtree(home, ignore_errors=True)  # left over from an entry that was removed
        Path(folder).rename(home)
        Path(folder).mkdir()  # so that the temporary folder has something to clean up
    stored = {role: replace(graph, path=str(home / paths[role].name)) for role, graph in parts.items()}
    placed = {name: str(home / path) for name, path in beside.items()}
    info = ModelInfo(model_id, _title(request, graphs, caller), _summary(stored), "upload", stored, files=placed)
    _library.library().shelf.save(_entry(info, home), caller.visitor)
    return info


def _beside(folder: Path, paths: Mapping[str, Path]) -> dict[str, str]:
    """Paths in the folder of what says how the model is fed and read, by name."""
    there = (path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file())
    return _side_files.named(there, [path.name for path in paths.values()])


def _with_more(known: Entry, folder: Path, beside: Mapping[str, str], caller: Caller) -> ModelInfo:
    """The model is there already; what says how it is fed and read may be new."""
    home = _files.folder_of(known)
    new = {name: path for name, path in beside.items() if name not in known.info.files}
    if not new or not _files.is_ours(home):
        return known.info
    _library.check_share(sum((folder / path).stat().st_size for path in new.values()), caller)
    for path in new.values():
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / path, home / path)
    info = replace(known.info, files={**known.info.files, **{name: str(home / path) for name, path in new.items()}})
    files = {file.path: file for file in (*known.files, *(_measured(home / path, home) for path in new.values()))}
    size_bytes = sum(file.size_bytes for file in files.values())
    _library.library().shelf.save(
        replace(known, info=info, files=tuple(files.values()), size_bytes=size_bytes), caller.visitor
    )
    return info


def _on_this_computer(path: str, caller: Caller) -> tuple[Upload, ...]:
    """The graphs at a path, with the files of weights they name, and what says how they are fed and read."""
    place = Path(path.strip()).expanduser()
    if not caller.is_owner or not path.strip() or not place.exists():
        raise ModelNotFound(
            "There is no such file or folder.",
            f"“{path[:120]}” isn't there, or isn't for visitors.",
            "Check the path, or upload the files.",
        )
    found = _in_folder(place) if place.is_dir() else [place]
    if not found:
        raise NotOnnx("There is no model in this folder.", "No file in it ends in .onnx.", "Choose another folder.")
    by_role = {role: found[0].parent / name for role, name in roles(one.name for one in found).items()}
    graphs = _workers.describe(by_role if place.is_dir() else {"model": place}, caller)
    folder = found[0].parent
    names = dict.fromkeys(
        [*(one.name for one in found), *(n for graph in graphs.values() for n in graph.external_files)]
    )
    needed = {folder / name: name for name in names if (folder / name).is_file()}
    beside = {there: name for name, there in _side_files.beside(found[0]).items() if there not in needed}
    return tuple(_as_given(there, name) for there, name in {**needed, **beside}.items())


def _in_folder(place: Path) -> list[Path]:
    """The graphs of one model in a folder: of one that comes in several kinds of numbers, the plain one."""
    found = sorted(place.glob("*.onnx")) or sorted((place / "onnx").glob("*.onnx"))
    alike: dict[str, list[Path]] = {}
    for path in found:
        alike.setdefault(role(path.name), []).append(path)
    alike.pop("decoder_with_past_model" if "decoder" in alike else "", None)
    plain = {name: min(paths, key=_order) for name, paths in alike.items()}
    if "model" in plain:
        return [plain["model"]]
    one = len(plain) == 1 or belong_together(path.name for path in plain.values())
    return list(plain.values()) if one else found


def _order(path: Path) -> tuple[bool, int, str]:
    """A decoder that goes on from what it knows is the better one."""
    return "merged" not in path.name, len(path.name), path.name


def _as_given(path: Path, name: str) -> Upload:
    return Upload(str(path), name, path.stat().st_size, key=hashlib.sha256(os.fsencode(path)).hexdigest()[:12])


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
    """All but the graphs keep their names, by which models name them; graphs get names nobody chose. Paths by role."""
    models = set(graphs.values())
    weights = {_kept_name(file.name): file for file in files if file not in models}
    for name, file in weights.items():
        beside.check_name(PurePosixPath(name).name)
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(file.path, folder / name)
    taken = {name.lower() for name in weights}
    paths = {}
    for name, file in graphs.items():
        free = f"{name}.onnx" if f"{name}.onnx".lower() not in taken else f"{name}-{file.key}.onnx"
        paths[name] = folder / free
        shutil.copyfile(file.path, paths[name])
    return paths


def _kept_name(name: str) -> str:
    """Plain, or one of the few names with a folder that we know."""
    return name if name in _side_files.patterns() else plain_name(name)


def _id(parts: Mapping[str, GraphInfo]) -> str:
    hashes = [graph.sha256 for graph in parts.values()]
    return (hashes[0] if len(hashes) == 1 else hashlib.sha256(" ".join(hashes).encode()).hexdigest())[:12]


def _entry(info: ModelInfo, home: Path) -> Entry:
    files = tuple(_measured(path, home) for path in sorted(home.rglob("*")) if path.is_file())
    size_bytes = sum(file.size_bytes for file in files)
    return Entry(info, info.id, "as you added it", in_use=True, files=files, size_bytes=size_bytes)


def _measured(path: Path, home: Path) -> Fetched:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return Fetched(path.relative_to(home).as_posix(), path.stat().st_size, sha256, was_announced=False)


def _title(request: Request, graphs: Mapping[str, Upload], caller: Caller) -> str:
    """A name nobody has yet in this library: that of the file, or of the folder when there are several."""
    first = next(iter(graphs.values())).name
    stem, folder = PurePath(first).stem, _folder_name(request.path)
    if folder and (len(graphs) > 1 or stem == "model"):
        stem = folder
    return _library.free_title(stem or "model", caller)


def _folder_name(path: str) -> str:
    """Of a folder that was given, not of the one for graphs in it; empty where a file was."""
    place = PurePath(path)
    named = place.parent if place.name == "onnx" else place
    return "" if not path or place.suffix.lower() == ".onnx" else named.name


def _summary(parts: Mapping[str, GraphInfo]) -> str:
    producer = next(iter(parts.values())).producer
    made = f", made with {producer}" if producer else ""
    return f"Your own model{made}." if len(parts) == 1 else f"Your own model of {len(parts)} parts{made}."
