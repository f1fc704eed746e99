"""Show me the code: a standalone Python script that gives the same answer as the app.

What reads the user's picture and what reads the model's answer is copied from the app's own source, so the
script can't drift away from it.
"""

from __future__ import annotations

import inspect
import io
import pprint
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core.actions import _library, _workers
from core.actions._forms import filled, uploads
from core.caller import Caller
from core.fields import Field, Rows
from core.readers.picture import upright_rgb
from core.script import Script
from core.types import ModelInfo
from core.workers import wire


@dataclass(frozen=True)
class Request:
    model: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    task: str = ""


@dataclass(frozen=True)
class Code:
    text: str
    """A script that needs onnxruntime, numpy, pillow and what its first lines name.

    Run as `python script.py my.jpg` it reads another picture; with `--json` it prints the answer as JSON.
    """
    files: dict[str, bytes]
    """What has to lie beside the script, by file name: arrays too long to write down."""


def do(request: Request, caller: Caller) -> Code:
    """Write the script. Nothing is run, and what was given is read by a worker."""
    known = _library.with_task(_library.find(request.model, caller), request.task, caller)
    fields = known.task.fields(known.info)
    given = filled(fields, request.inputs)
    asked = {"task": known.task_id, "given": given}
    inputs = _workers.ask_model("read_inputs", known.info, caller, asked, uploads(given))
    tables = [one.name for one in fields if one.kind == "table" and inputs.get(one.name) is not None]
    inputs |= {name: wire.convert(inputs[name], Rows) for name in tables}
    # a script reads its own pictures; whether one was given is what counts
    seen = {one.name: given[one.name] for one in fields if one.kind in ("picture", "pictures")}
    script: Script = known.task.code({**inputs, **seen}, known.info)
    text = _Writer(known.info, known.task.TITLE, fields, given, inputs, script).text()
    return Code(text, {SAVED: _saved(inputs)} if SAVED in script.main else {})


SAVED = "inputs.npz"


def _saved(inputs: Mapping[str, Any]) -> bytes:
    arrays: dict[str, Any] = {name: value for name, value in inputs.items() if isinstance(value, np.ndarray)}
    target = io.BytesIO()
    np.savez(target, **arrays)
    return target.getvalue()


_OPEN = '''
def open_graph(path):
    """One model file as a function: {input name: array} -> {output name: array}."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return lambda feeds: dict(zip(names, session.run(names, feeds)))
'''
_SHOW = """
if "--json" in sys.argv:
    if isinstance(result, np.ndarray):
        result = {"kind": "picture", "height": result.shape[0], "width": result.shape[1], "channels": result.shape[2]}
    print(json.dumps(result))
elif isinstance(result, np.ndarray):
    Image.fromarray(result).save("output.png")
    print("saved output.png")
else:
    print(json.dumps(result, indent=2, ensure_ascii=False))
"""
_FILE_KINDS = ("picture", "pictures", "file")


@dataclass(frozen=True)
class _Writer:
    info: ModelInfo
    title: str
    fields: Sequence[Field]
    given: Mapping[str, Any]
    inputs: Mapping[str, Any]
    """The same, read into plain values."""
    script: Script

    def text(self) -> str:
        short, long = self._constants()
        parts = [
            self._head(),
            self._models(),
            "onnxruntime.set_default_logger_severity(3)  # no warnings, only errors",
            *short,
            _OPEN.strip(),
            *(_source(function) for function in self._functions()),
            *long,
            self._inputs(),
            "parts = {role: open_graph(path) for role, path in MODELS.items()}",
            self.script.main.strip(),
            _SHOW.strip(),
        ]
        return "\n\n".join(part for part in parts if part) + "\n"

    def _head(self) -> str:
        needs = " ".join(["onnxruntime", "numpy", "pillow", *self.script.packages])
        title = " ".join(f"{self.title}, with {self.info.title}.".replace("\\", "").replace('"', "'").split())
        lines = [
            f'"""{title}\n\nInstall: pip install {needs}\n"""',
            "",
            "import json",
            "import os",
            "import sys",
            "",
            'os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # onnxruntime reports usage to its maker unless told not to',
            "",
            "import numpy as np",
            "import onnxruntime",
            "from PIL import Image, ImageOps",
            *self.script.imports,
        ]
        return "\n".join(lines)

    def _models(self) -> str:
        return "MODELS = " + pprint.pformat({role: graph.path for role, graph in self.info.parts.items()}, width=100)

    def _constants(self) -> tuple[list[str], list[str]]:
        written = {
            name: f"{name} = {pprint.pformat(value, width=100, compact=True, sort_dicts=False)}"
            for name, value in self.script.constants.items()
        }
        short = [text for text in written.values() if len(text) <= 400]
        return short, [text for text in written.values() if len(text) > 400]

    def _functions(self) -> list[Callable[..., Any]]:
        pictures = any(field.kind in ("picture", "pictures") and self.given[field.name] for field in self.fields)
        return [*([upright_rgb] if pictures else []), *self.script.functions]

    def _inputs(self) -> str:
        lines: list[str] = []
        for form_field in self.fields:
            if form_field.kind != "tensor":
                lines += self._input(form_field, self.given[form_field.name])
        return "\n".join(lines)

    def _input(self, form_field: Field, value: Any) -> list[str]:
        name = form_field.name
        if value in (None, "", b""):
            return [f"{name} = None"]
        if form_field.kind in _FILE_KINDS and not (form_field.kind == "file" and isinstance(value, str)):
            first = form_field is next(f for f in self.fields if f.kind in _FILE_KINDS)
            default = "picture.jpg" if form_field.kind == "picture" else "file.bin"
            path = f"words[0] if words else {default!r}" if first else repr(f"{name}.jpg")
            words = ['words = [word for word in sys.argv[1:] if not word.startswith("--")]'] if first else []
            if form_field.kind == "pictures":
                usual = [f"picture{number}.jpg" for number in range(1, len(value) + 1)]
                given = f"words[{'' if first else 1}:] or {pprint.pformat(usual, width=100)}"
                return [*words, f"{name} = [upright_rgb(Image.open(path)) for path in {given}]"]
            if form_field.kind == "picture":
                return [*words, f"{name} = upright_rgb(Image.open({path}))"]
            return [*words, f'{name} = open({path}, "rb").read()']
        plain = self.inputs[name]
        if isinstance(plain, Rows):
            plain = {"columns": list(plain.columns), "rows": [list(row) for row in plain.rows]}
        value = tuple(plain) if isinstance(plain, list) else plain
        return [f"{name} = {pprint.pformat(value, width=100)}"]


def _source(function: Callable[..., Any]) -> str:
    return inspect.getsource(function).strip()
