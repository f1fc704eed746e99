"""Tiny models about texts: the families' files from `tests/reference/texts.py`, and graphs that answer from its notes."""

import base64
import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import onnx
from onnx import TensorProto, helper

from core.run.session import open_graph
from core.types import Fact, GraphInfo, ModelInfo, Port
from tests.core.model.files import examine

EXPECTED = Path(__file__).parents[2] / "reference" / "expected"
SEGMENTED = ("bert", "albert")
"""Families whose models also take which of two texts a piece belongs to."""


@cache
def expected(name):
    return json.loads((EXPECTED / name).read_text(encoding="utf-8"))


def answers(topic):
    return expected("texts_answers.json")[topic]


@cache
def files_of(family):
    """The files of a family, laid down somewhere: paths by name."""
    folder = Path(mkdtemp())
    for name, content in expected("texts_files.json")["families"][family].items():
        data = base64.b64decode(content["base64"]) if isinstance(content, dict) else content.encode()
        (folder / name).write_bytes(data)
    return {path.name: str(path) for path in folder.iterdir()}


def row(name, dtype="int64", shape=("batch", "sequence")):
    return Port(name, "tensor", f"tensor({dtype})", dtype, shape)


def described(files, inputs, outputs, metadata=None):
    """A model known only by its ports, with these files beside it."""
    graph = GraphInfo("", "", 0, tuple(inputs), tuple(outputs), 10, {"ai.onnx": 17}, {}, 0, metadata=metadata or {})
    return ModelInfo("test", "test", "", "upload", {"model": graph}, files=dict(files))


def prepared(info, task, **facts):
    """With what the task takes for granted, and these facts over it."""
    known = {name: Fact(value, "config.json") for name, value in facts.items()}
    info = replace(info, preparation=known)
    return replace(info, preparation={**task.assume(info), **known})


def model_of(case, task, outputs, **facts):
    """The model of a case of the reference, ready for the task."""
    names = ("input_ids", "attention_mask", *(("token_type_ids",) if case["family"] in SEGMENTED else ()))
    known = {name: case[name] for name in ("problem_type", "max_tokens") if name in case}
    info = described(files_of(case["family"]), [row(name) for name in names], outputs)
    return prepared(info, task, **known, **facts)


def noted(topic, family):
    """A graph that gives for each row of pieces what the family's model gave in the reference; others fail."""
    seen = {tuple(one["ids"]): one for case in answers(topic) if case["family"] == family for one in case["seen"]}

    def run(feeds):
        rows = [
            seen[tuple(ids[: int(mask.sum())].tolist())]
            for ids, mask in zip(feeds["input_ids"], feeds["attention_mask"], strict=True)
        ]
        return {name: stacked([one[name] for one in rows]) for name in rows[0] if name != "ids"}

    return run


def stacked(values):
    """One array; what is too short is filled up with a number that would be noticed."""
    arrays = [np.asarray(value, np.float32) for value in values]
    longest = max(len(array) for array in arrays)
    found = np.full((len(arrays), longest, *arrays[0].shape[1:]), 1e4, np.float32)
    for place, array in enumerate(arrays):
        found[place, : len(array)] = array
    return found


def real(files, nodes, outputs, constants, extra=()):
    """A real graph over `input_ids` and `attention_mask` (and more inputs), opened by onnxruntime."""
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["b", "s"]) for name in _names(extra)]
    given = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in outputs]
    weights = [onnx.numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "g", inputs, given, weights)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path = Path(mkdtemp()) / "model.onnx"
    onnx.save(made, path)
    info = ModelInfo("test", "test", "", "upload", {"model": examine(path)}, files=dict(files))
    return info, {"model": open_graph(info.parts["model"])}


def _names(extra):
    return ("input_ids", "attention_mask", *extra)
