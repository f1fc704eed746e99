"""Puts what onnxruntime complains about into words."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import (
    BadTensor,
    DamagedModel,
    MissingWeights,
    OutOfMemory,
    RunFailed,
    TooNew,
    UnknownOperator,
    UserError,
)
from core.shapes import fits, in_words
from core.types import Feeds, GraphInfo, Port

_PATH = re.compile(r"""(?:[A-Za-z]:\\|/(?=[^\s/]+/))[^\s"':;,()<>]+""")
_MAX_TECHNICAL_CHARACTERS = 4_000


def open_error(error: Exception, info: GraphInfo) -> UserError:
    """Why the model could not be opened."""
    technical = _technical(error, info)
    for pattern, as_error in _WHEN_OPENING:
        if found := re.search(pattern, technical):
            return as_error(found, technical)
    return DamagedModel(
        "This model can't be opened.",
        "It breaks a rule of ONNX, or two of its parts don't fit together.",
        "Export it once more; “technical details” says where the runtime stopped.",
        technical,
    )


def run_error(error: Exception, info: GraphInfo, feeds: Feeds) -> UserError:
    """Why a run ended early: a value that doesn't fit, or a step that failed."""
    technical = _technical(error, info)
    if misfit := _misfit(info, feeds):
        return BadTensor("What was given doesn't fit the model.", misfit, "Change the input and try again.", technical)
    if _is_memory(error, technical):
        return _no_memory(None, technical)
    if step := re.search(r"while running (\S+) node\. Name:'([^']*)'", technical):
        return RunFailed(
            "The model stopped while it was working.",
            f"The step {step[1]}{f' (“{step[2][:60]}”)' if step[2] else ''} could not handle the values it was given.",
            "Try another size or other values for the input.",
            technical,
        )
    return RunFailed(
        "The model stopped while it was working.",
        "The runtime could not handle the values it was given.",
        "Try another size or other values for the input.",
        technical,
    )


def _technical(error: Exception, info: GraphInfo) -> str:
    """The original message; where files lie on this computer is nobody's business."""
    text = str(error)
    if info.path:
        text = text.replace(info.path, Path(info.path).name).replace(str(Path(info.path).parent), "")
    return _PATH.sub(lambda found: re.split(r"[/\\]", found[0])[-1], text)[:_MAX_TECHNICAL_CHARACTERS]


def _is_memory(error: Exception, technical: str) -> bool:
    return isinstance(error, MemoryError) or re.search(_MEMORY, technical) is not None


def _misfit(info: GraphInfo, feeds: Feeds) -> str:
    """The first value that doesn't fit its input, in words; empty when all seem to fit."""
    ports = {port.name: port for port in info.inputs}
    for name in feeds:
        if name not in ports:
            return f"There is no input “{name[:60]}”. The model takes: {', '.join(ports) or 'nothing'}."
    for name, port in ports.items():
        if name not in feeds and port.kind != "optional":
            return f"The input “{name[:60]}” is missing."
        if wrong := _wrong(port, feeds.get(name)):
            return f"The input “{name[:60]}” expects {wrong}."
    return ""


_CONTAINERS: dict[str, tuple[type | tuple[type, ...], str]] = {
    "sequence": ((list, tuple), "a list of values"),
    "map": (dict, "values by key"),
}


def _wrong(port: Port, value: Any) -> str:
    """What is expected and what was given instead; empty when it fits."""
    if port.kind != "tensor":
        container, words = _CONTAINERS.get(port.kind, (object, ""))
        return "" if isinstance(value, container) else f"{words}, and got {_kind(value)}"
    if not isinstance(value, np.ndarray | np.generic | int | float | str | list):
        return f"numbers of type {port.dtype}, and got {_kind(value)}"
    array = np.asarray(value)
    if not _same_type(array.dtype, port.dtype):
        return f"numbers of type {port.dtype}, and got {array.dtype}"
    if port.shape and not fits(array.shape, port.shape):
        return f"the size {in_words(port.shape)}, and got {in_words(array.shape)}"
    return ""


def _kind(value: Any) -> str:
    return {"ndarray": "an array", "list": "a list", "dict": "values by key", "NoneType": "nothing"}.get(
        type(value).__name__, f"a {type(value).__name__}"
    )


def _same_type(dtype: np.dtype[Any], name: str) -> bool:
    return dtype.kind in "OUST" if name == "string" else name in (dtype.name, "unknown")


def _unknown_step(found: re.Match[str], technical: str) -> UserError:
    domain = found.groupdict().get("domain") or ""
    home = f" from “{domain}”" if domain not in ("", "ai.onnx") else ""
    return UnknownOperator(
        "This model uses a step the installed runtime doesn't have.",
        f"The step is called {found['name'][:60]}{home}.",
        "Export the model with standard ONNX steps only, or update the app.",
        technical,
    )


def _unknown_for_type(found: re.Match[str], technical: str) -> UserError:
    return UnknownOperator(
        "The installed runtime can't do one of this model's steps.",
        f"It has the step {found['name'][:60]}, but not in the version or for the type of numbers used here.",
        "Export the model for an older operator set or with another type, for example float32.",
        technical,
    )


def _unknown_type(found: re.Match[str], technical: str) -> UserError:
    return UnknownOperator(
        "The installed runtime can't handle one of this model's types.",
        f"It has no values of the type {found['name'][:60]}.",
        "Export the model with another type, for example float32.",
        technical,
    )


def _too_new(found: re.Match[str], technical: str) -> UserError:
    return TooNew(
        "This model was made with a newer ONNX than the installed runtime knows.",
        f"It uses version {found['wanted']}; the runtime knows versions up to {found['known']}.",
        "Update the app, or export the model again for an older version.",
        technical,
    )


def _missing_weights(_: re.Match[str], technical: str) -> UserError:
    return MissingWeights(
        "The weights of this model are missing.",
        "It keeps them in another file, and that file can't be opened.",
        "Add the model again together with the files that came with it.",
        technical,
    )


def _missing_model(_: re.Match[str], technical: str) -> UserError:
    return DamagedModel(
        "The model's file is gone.", "It was moved, renamed or deleted.", "Add the file again.", technical
    )


def _unreadable(_: re.Match[str], technical: str) -> UserError:
    return DamagedModel(
        "This file can't be read as an ONNX model.",
        "It is cut short or damaged.",
        "Download or export it once more.",
        technical,
    )


def _no_memory(_: re.Match[str] | None, technical: str) -> UserError:
    return OutOfMemory(
        "There is not enough memory for this.",
        "The model asked for more memory than it may have.",
        "Use a smaller input or a smaller model. The page Settings shows the limit and how to raise it.",
        technical,
    )


_MEMORY = (
    r"(?i)failed to allocate|bad_alloc|out of memory|cannot allocate|integer overflow|exceeds the supported maximum"
)
_WHEN_OPENING: tuple[tuple[str, Callable[[re.Match[str], str], UserError]], ...] = (
    (r"Opset (?P<wanted>\d+) is under development(?s:.*?)till opset (?P<known>\d+)", _too_new),
    (r"IR version: (?P<wanted>\d+), max supported IR version: (?P<known>\d+)", _too_new),
    (r"(?P<domain>[\w.]*):(?P<name>\w+)\(-?\d+\) is not a registered function/op", _unknown_step),
    (r"No Op registered for (?P<name>\S+) with domain_version", _unknown_step),
    (r"(?:Could not find an implementation|Failed to find kernel) for (?P<name>[\w.]+)", _unknown_for_type),
    (r"MLDataType for: (?P<name>.+?) is not currently registered", _unknown_type),
    (r"(?i)external data.*(?:not exist|not found|no such file)|filesystem error.*no such file", _missing_weights),
    (r"NO_SUCHFILE", _missing_model),
    (r"INVALID_PROTOBUF|Protobuf parsing failed|ModelProto does not have a graph", _unreadable),
    (_MEMORY, _no_memory),
)
