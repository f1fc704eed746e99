"""One small picture per choice, made by the model itself, so that a person picks with their eyes."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from hashlib import sha256

from core import settings
from core.actions import _library, list_samples
from core.actions._forms import filled, read
from core.readers.picture import thumbnail, write_png
from core.run.warm import warm_graph
from core.types import Say

SIDE_PX = 96


@dataclass(frozen=True)
class Request:
    model: str
    task: str = ""


def do(request: Request, say: Say) -> dict[str, bytes]:
    """PNG files by choice; empty when the task draws none. Made once and kept in the data folder."""
    known = _library.with_task(_library.find(request.model, say), request.task)
    draw = getattr(known.task, "preview", None)
    if draw is None:
        return {}
    path = settings.data_folder() / "previews" / f"{_key(known)}.zip"
    if path.exists():
        return _unpack(path.read_bytes())
    say(None, "Drawing a small example of each choice")
    fields = known.task.fields(known.info)
    first = next(iter(list_samples.do(list_samples.Request("picture"), say)))
    given = filled(fields, {fields[0].name: list_samples.read(first.name)})
    inputs = read(fields, given)
    inputs[fields[0].name] = thumbnail(inputs[fields[0].name], SIDE_PX * 2)
    graphs = {role: warm_graph(graph) for role, graph in known.info.parts.items()}
    drawn = draw(inputs, graphs, known.info, say)
    pictures = {choice: write_png(thumbnail(pixels, SIDE_PX)) for choice, pixels in drawn.items()}
    path.parent.mkdir(exist_ok=True)
    path.with_suffix(".new").write_bytes(_pack(pictures))
    path.with_suffix(".new").replace(path)
    return pictures


def _key(known: _library.Known) -> str:
    text = f"{known.task_id} {settings.VERSION} {_library.key(known.info)}"
    return sha256(text.encode()).hexdigest()[:16]


def _pack(pictures: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for choice, png in pictures.items():
            archive.writestr(choice, png)
    return target.getvalue()


def _unpack(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
