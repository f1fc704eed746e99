"""One small picture per choice of a form, made by the model itself."""

from __future__ import annotations

from typing import Any

from core import registry
from core.inside._desk import Desk
from core.inside._inputs import read
from core.inside._model import graphs, info_of
from core.readers.picture import thumbnail
from core.results import Picture

RESULT = dict[str, Picture]


def do(request: dict[str, Any], desk: Desk) -> dict[str, Picture]:
    """`request`: the model (see `_model.info_of`), "task", "given" by field name, "side_px" of a small picture."""
    info, side_px = info_of(request, desk), request["side_px"]
    task = registry.load("core.tasks")[request["task"]]
    fields = task.fields(info)
    inputs = read(fields, request["given"], desk)
    inputs[fields[0].name] = thumbnail(inputs[fields[0].name], side_px * 2)
    drawn = task.preview(inputs, graphs(info, desk, request["threads"])[0], info, desk.say)
    return {choice: Picture(thumbnail(pixels, side_px)) for choice, pixels in drawn.items()}
