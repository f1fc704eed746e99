"""Opens starter models for the tests of picture tasks, and runs a task's script as the app would write it."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from types import SimpleNamespace

import numpy as np
from PIL import Image

from core.readers.picture import read_picture
from core.run.session import open_graph
from core.samples import pictures
from core.types import GraphInfo, ModelInfo, Port
from tests.core.model.files import examine


def silent(share, words):
    pass


@cache
def opened(starter, task):
    """A starter model, its graphs, and its preparation complete for the task."""
    built = starter.build(Path(mkdtemp()), silent)
    parts = {role: examine(path) for role, path in built.parts.items()}
    info = ModelInfo("test", starter.TITLE, "", "starter", parts, preparation=built.preparation)
    info = replace(info, preparation={**task.assume(info), **info.preparation})
    return info, {role: open_graph(graph) for role, graph in parts.items()}


def sample(name):
    return read_picture(pictures.read(name))


def form(task, info, given):
    """The form with its defaults, as the app fills it."""
    return {field.name: field.default for field in task.fields(info)} | given


def run_script(task, info, parts, inputs):
    """What the script leaves in `result`, run with nothing but what the contract promises."""
    import inspect

    script = task.code(inputs, info)
    names = {
        "np": np,
        "json": json,
        "Image": Image,
        "parts": parts,
        **inputs,
        **json.loads(json.dumps(script.constants)),
    }
    exec("\n".join(script.imports), names)
    for function in script.functions:
        exec(inspect.getsource(function), names)
    exec(script.main, names)
    return names["result"]


def described(inputs, outputs, metadata=None):
    """A model known only by its ports: pairs of (dtype, shape)."""
    ports = [
        tuple(Port(f"{kind}{n}", "tensor", f"tensor({dtype})", dtype, shape) for n, (dtype, shape) in enumerate(side))
        for kind, side in (("in", inputs), ("out", outputs))
    ]
    graph = GraphInfo("", "", 0, ports[0], ports[1], 8, {"ai.onnx": 17}, {}, 0, metadata=metadata or {})
    return ModelInfo("test", "test", "", "upload", {"model": graph})


def constant_graph(output, values):
    """A graph that remembers what it was fed and answers the same each time."""
    seen = SimpleNamespace(feeds={})

    def run(feeds):
        seen.feeds = dict(feeds)
        return {output: values}

    return run, seen
