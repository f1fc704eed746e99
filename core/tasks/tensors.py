"""Numbers in, numbers out: the task that any model fits. Each input of the graph is a field of the form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.draw import draw
from core.fields import Field, TensorSource
from core.plain import plain_value
from core.results import Tensors
from core.script import Script
from core.shapes import in_words
from core.types import Fact, Graph, GraphInfo, Inputs, ModelInfo, Port, Say

TITLE = "Numbers in, numbers out"
SUMMARY = "Fill every input of the model with numbers, a file or random values, and see exactly what it gives."
RESULT = "tensors"

_LITERAL_COUNT = 200
_SEEDS_TRIED = 100
_REDRAWN_COUNT = 5_000_000
"""More values than this are saved to a file, even where they could be drawn again."""
_NOT_IN_NUMPY = ("bfloat", "float8", "float4", "int4", "uint4", "int2", "uint2")


def fits(_info: ModelInfo) -> float:
    """A little, always: whatever a model is for, it can be fed by hand."""
    return 0.01


def assume(_info: ModelInfo) -> dict[str, Fact]:
    """Nothing: values go in and come out as they are."""
    return {}


def fields(info: ModelInfo) -> tuple[Field, ...]:
    """One field for each input of the model's first graph."""
    return tuple(_field(port) for port in _graph(info)[1].inputs)


def answer(inputs: Inputs, parts: Mapping[str, Graph], info: ModelInfo, _say: Say) -> Tensors:
    """What the graph gives for these values, untouched."""
    return Tensors(parts[_graph(info)[0]](dict(inputs)))


def explain(inputs: Inputs, _info: ModelInfo) -> tuple[str, ...]:
    """What was fed, input by input."""
    if not inputs:
        return ("The model takes no input: it gives the same values every time.",)
    return tuple(f"{name} was fed {_in_words(value)}." for name, value in inputs.items())


def code(inputs: Inputs, info: ModelInfo) -> Script:
    """Random values are drawn again, small ones written down, large ones read from a file the user saves."""
    role, graph = _graph(info)
    if any(port.dtype.startswith(_NOT_IN_NUMPY) for port in (*graph.inputs, *graph.outputs)):
        return Script('raise SystemExit("This model takes or gives numbers of a type that NumPy lacks.")')
    ports = {port.name: port for port in graph.inputs}
    made = {name: _made(value, ports[name]) for name, value in inputs.items() if value is not None}
    lines = ["feeds = {"]
    lines += [f"    {name!r}: {text}," for name, text in made.items()]
    lines += ["}", f"outputs = parts[{role!r}](feeds)"]
    lines += ['result = {"kind": "tensors", "outputs": {name: plain_value(value) for name, value in outputs.items()}}']
    if any("saved[" in text for text in made.values()):
        lines.insert(0, 'saved = np.load("inputs.npz")  # one array per input, saved with numpy.savez')
    return Script("\n".join(lines), functions=(draw, plain_value))


def _graph(info: ModelInfo) -> tuple[str, GraphInfo]:
    return next(iter(info.parts.items()))


def _field(port: Port) -> Field:
    return Field(
        name=port.name,
        kind="tensor",
        title=port.name,
        help=f"{port.type}, {'any size' if port.shape is None else in_words(port.shape)}",
        default=TensorSource(),
        required=port.kind != "optional",
        port=port,
    )


def _in_words(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    if isinstance(value, dict):
        return f"{len(value)} values by key"
    array = np.asarray(value)
    return f"{' × '.join(map(str, array.shape)) or 'one'} {array.dtype} value{'' if array.size == 1 else 's'}"


def _made(value: Any, port: Port) -> str:
    """Python source that gives the value."""
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_made(item, port) for item in value) + "]"
    if isinstance(value, dict):
        return repr(value)
    return _array(np.asarray(value), port)


def _array(array: np.ndarray[Any, Any], port: Port) -> str:
    if array.size > _REDRAWN_COUNT:
        return f"saved[{port.name!r}]"
    if array.size > _LITERAL_COUNT:
        for seed in range(_SEEDS_TRIED):
            start = draw(port.dtype, (8,), seed)
            if np.array_equal(start.astype(array.dtype), array.reshape(-1)[:8]) and np.array_equal(
                draw(port.dtype, array.shape, seed).astype(array.dtype), array
            ):
                return f"draw({port.dtype!r}, {array.shape}, {seed})"
        return f"saved[{port.name!r}]"
    values = repr(array.tolist())
    if array.dtype.kind in "fc":
        values = values.replace("nan", "np.nan").replace("inf", "np.inf")
    dtype = "object" if port.dtype == "string" else repr(array.dtype.name)
    return f"np.array({values}, dtype={dtype}).reshape({array.shape})"
