"""What an answer rests on: which places of the picture, or which words of the text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

import numpy as np

from core import registry
from core.errors import UserError
from core.inside._desk import Desk
from core.inside._inputs import read
from core.inside._model import graphs, info_of
from core.inside._overlap import overlap
from core.model.inner import linear_end, map_names, with_outputs
from core.results import Heat, Influences
from core.run.session import Content, open_graph
from core.tasks import _picture_input, _pictures
from core.types import Fact, Graph, Inputs, ModelInfo, Value
from core.why.class_activation import class_activation
from core.why.leave_out import leave_out
from core.why.maps import Box, over_picture
from core.why.occlusion import occlusion
from core.why.score_cam import score_cam

RESULT = Any
_SMALLEST_MAP, _LARGEST_MAP = 4, 64
_ALL = {"shown": Fact(100_000, "asked for all", certain=True)}
"""A task that shows only the best few shows all with it: the score of one label is followed wherever it goes."""


def do(request: dict[str, Any], desk: Desk) -> Heat | Influences:
    """`request`: the model (see `_model.info_of`), "task", "given", "threads", and "method", empty for the best one."""
    info = info_of(request, desk)
    task = registry.load("core.tasks")[request["task"]]
    parts, _ = graphs(info, desk, request["threads"])
    info = replace(info, preparation={**info.preparation, **_ALL})
    inputs = read(task.fields(info), request["given"], desk)
    main = next((field for field in task.fields(info) if field.kind in ("picture", "text")), None)
    if main is None or inputs.get(main.name) is None:
        raise _no_score()
    asked = _Asked(task, inputs, main.name, parts, info, desk, request["threads"])
    label, base, score = _followed(asked)
    if main.kind == "text":
        weighed, looks = leave_out(inputs[main.name], base, score, desk.say)
        how = f"Each part was left out in turn: {looks} runs of the model."
        return Influences(inputs[main.name], weighed, label, base, how)
    return _heat(asked, request["method"], label, base, score)


@dataclass(frozen=True)
class _Asked:
    task: ModuleType
    inputs: Inputs
    main: str
    """Name of the field that is changed to see what happens."""
    parts: Mapping[str, Graph]
    info: ModelInfo
    desk: Desk
    threads: int

    def answer(self, value: Any) -> Any:
        """The answer to the same question about something else."""
        return self.task.answer({**self.inputs, self.main: value}, self.parts, self.info, _silent)


def _followed(asked: _Asked) -> tuple[str, float, Callable[[Any], float]]:
    """The answer that is explained, its score, and how high its score is for another picture or text."""
    result = asked.answer(asked.inputs[asked.main])
    if result.kind == "ranking" and result.rows:
        label = result.rows[0].label
        return label, result.rows[0].score, lambda value: _of_label(asked.answer(value), label)
    if result.kind == "boxes" and len(result.scores):
        label, box = result.names[int(result.classes[0])], result.boxes[0]
        return label, float(result.scores[0]), lambda value: _of_box(asked.answer(value), label, box)
    raise _no_score()


def _of_label(result: Any, label: str) -> float:
    return next((float(row.score) for row in result.rows if row.label == label), 0.0)


def _of_box(result: Any, label: str, box: np.ndarray) -> float:
    """The best score of a box of that name, counted as far as it lies where the first one was."""
    best = 0.0
    for place in range(min(len(result.scores), 50)):
        if result.names[int(result.classes[place])] == label:
            best = max(best, float(result.scores[place]) * overlap(result.boxes[place].tolist(), box.tolist()))
    return best


def _heat(asked: _Asked, method: str, label: str, base: float, score: Callable[[Any], float]) -> Heat:
    """By the most exact way that this model allows."""
    picture = asked.inputs[asked.main]
    height, width = picture.shape[:2]
    seen = _seen(asked)
    values, how = None, ""
    if method in ("", "class_activation"):
        values, how = _by_activation(asked, picture)
    if values is None and method in ("", "score_cam"):
        maps = _inner_maps(asked, picture)
        if maps is not None:
            values, looks = score_cam(picture, seen, maps, score, asked.desk.say)
            how = f"The picture was seen through {looks - 1} of the model's own inner maps: {looks} runs of the model."
    if values is None and method in ("", "occlusion"):
        values, looks = occlusion(picture, seen, base, score, asked.desk.say)
        how = f"Each place was covered in turn: {looks} runs of the model."
    if values is None:
        raise UserError(
            "This way can't explain this model.",
            "It needs a model that is built in a certain way.",
            "Leave the choice of the way to the app.",
        )
    return Heat(over_picture(values, seen, width, height), label, base, how)


def _seen(asked: _Asked) -> Box:
    """The part of the picture the model is shown, where the task says how pictures are placed."""
    height, width = asked.inputs[asked.main].shape[:2]
    how = _picture_input.how(asked.info.preparation)
    if not {"resize", "width_px", "height_px"} <= set(how):
        return 0.0, 0.0, float(width), float(height)
    return _pictures.seen_box(width, height, _pictures.placement(width, height, how))


def _by_activation(asked: _Asked, picture: np.ndarray) -> tuple[np.ndarray | None, str]:
    """Exact: needs one graph that ends in an average and a linear layer, and an answer that is the highest score."""
    role, graph = next(iter(asked.info.parts.items()))
    data = asked.desk.files[f"{role}/"]
    end = linear_end(data, graph.outputs[0].name) if len(asked.info.parts) == 1 else None
    if end is None:
        return None, ""
    found = _looked_inside(asked, picture, [end.features, end.weights])
    features, weights, scores = (found.get(name) for name in (end.features, end.weights, graph.outputs[0].name))
    if features is None or weights is None or scores is None or features.ndim != 4 or weights.ndim != 2:
        return None, ""
    rows = weights if end.classes_first else weights.T
    best = int(np.asarray(scores).reshape(-1).argmax())
    if best >= len(rows) or rows.shape[1] != features.shape[1]:
        return None, ""
    return class_activation(features[0], rows[best]), "Read off the model's last layers: one run of the model."


def _inner_maps(asked: _Asked, picture: np.ndarray) -> np.ndarray | None:
    """The last maps over places inside the first graph, (K, h, w); None when it has none of a useful size."""
    role = next(iter(asked.info.parts))
    names = map_names(asked.desk.files[f"{role}/"])
    found = _looked_inside(asked, picture, names) if names else {}
    for name in names:
        value = found.get(name)
        if isinstance(value, np.ndarray) and value.ndim == 4 and value.dtype.kind == "f":
            for maps in (value[0], value[0].transpose(2, 0, 1)):  # channels first, else last
                if min(maps.shape[1:]) >= _SMALLEST_MAP and max(maps.shape[1:]) <= _LARGEST_MAP and len(maps) > 1:
                    return maps if np.isfinite(maps).all() else None
    return None


def _looked_inside(asked: _Asked, picture: np.ndarray, names: list[str]) -> dict[str, Value]:
    """What these inner values are for this picture: the first graph is opened once more, and gives them too."""
    role, info = next(iter(asked.info.parts.items()))
    files = asked.desk.files
    weights = {name: files[f"{role}/{name}"] for name in info.external_files}
    graph = open_graph(info, asked.threads, Content(with_outputs(files[f"{role}/"], names), weights))
    seen: dict[str, Value] = {}

    def looking(feeds: Mapping[str, Value]) -> dict[str, Value]:
        seen.update(graph(feeds))
        return seen

    asked.task.answer({**asked.inputs, asked.main: picture}, {**asked.parts, role: looking}, asked.info, _silent)
    return seen


def _silent(_share: float | None, _words: str) -> None:
    """How far one of many runs is tells nobody anything."""


def _no_score() -> UserError:
    return UserError(
        "This answer can't be explained.",
        "Only answers that come with a score for a picture or a text can be.",
        "Try a task that names, finds or judges something.",
    )
