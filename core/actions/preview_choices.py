"""One small picture per choice, made by the model itself, so that a person picks with their eyes."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from hashlib import sha256

from core import settings
from core.actions import _library, _workers, list_samples
from core.actions._forms import filled
from core.caller import Caller
from core.png import write_png

SIDE_PX = 96


@dataclass(frozen=True)
class Request:
    model: str
    task: str = ""


def do(request: Request, caller: Caller) -> dict[str, bytes]:
    """PNG files by choice; empty when the task draws none. Made once and kept in the data folder."""
    known = _library.with_task(_library.find(request.model, caller), request.task, caller)
    if not hasattr(known.task, "preview"):
        return {}
    path = settings.data_folder() / "previews" / f"{_key(known)}.zip"
    if path.exists():
        return _unpack(path.read_bytes())
    caller.say(None, "Drawing a small example of each choice")
    fields = known.task.fields(known.info)
    first = next(iter(list_samples.do(list_samples.Request("picture"), caller)))
    given = filled(fields, {fields[0].name: list_samples.read(first.name)})
    asked = {"task": known.task_id, "given": given, "side_px": SIDE_PX}
    drawn = _workers.ask_model("preview", known.info, caller, asked)
    pictures = {choice: write_png(picture.pixels) for choice, picture in drawn.items()}
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
