"""Describes an ONNX file from what is written in it: what it takes, what it gives, what it is made of."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from core.model.check import check_model
from core.model.parse import Contents, Parsed, collect, key, parse
from core.model.ports import port
from core.model.weights import count, external_names
from core.types import GraphInfo, Port

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto

MAX_NOTES = 1_000
MAX_NOTE_CHARACTERS = 1_000_000
_STANDARD = ("", "ai.onnx")


def examine(path: Path, companions: Mapping[str, int] | None = None) -> GraphInfo:
    """Check and describe, reading the file once. Raises what `check` raises."""
    parsed = parse(path)
    contents = collect(parsed.model)
    check_model(parsed.model, contents, path.parent, companions)
    return _described(parsed, contents, companions)


def describe(path: Path) -> GraphInfo:
    """What is written in the file, without checking it. Raises NotOnnx, DamagedModel or TooLarge."""
    parsed = parse(path)
    return _described(parsed, collect(parsed.model), None)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file of any size, in hexadecimal. Weights in other files are not part of it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _described(parsed: Parsed, contents: Contents, companions: Mapping[str, int] | None) -> GraphInfo:
    model = parsed.model
    files = external_names([*contents.weights, *contents.indices])
    return GraphInfo(
        path=str(parsed.path),
        sha256=parsed.sha256,
        size_bytes=parsed.size_bytes + _size_bytes(files, parsed.path.parent, companions),
        inputs=_inputs(model),
        outputs=tuple(port(declared) for declared in model.graph.output),
        ir_version=model.ir_version,
        opsets={opset.domain or "ai.onnx": opset.version for opset in model.opset_import},
        operators=_operators(model, contents),
        parameter_count=sum(count(weight.dims) for weight in contents.weights) + _short_constants(contents),
        producer=_text(f"{model.producer_name} {model.producer_version}".strip()),
        description=_text(model.doc_string or model.graph.doc_string),
        metadata={_text(note.key): _text(note.value) for note in model.metadata_props[:MAX_NOTES]},
        external_files=files,
    )


def _size_bytes(files: tuple[str, ...], folder: Path, companions: Mapping[str, int] | None) -> int:
    if companions is not None:
        return sum(companions.get(name, 0) for name in files)
    return sum((folder / name).stat().st_size for name in files if (folder / name).is_file())


def _inputs(model: ModelProto) -> tuple[Port, ...]:
    graph = model.graph
    stored = {weight.name for weight in graph.initializer} | {weight.values.name for weight in graph.sparse_initializer}
    return tuple(port(declared) for declared in graph.input if declared.name not in stored)


def _operators(model: ModelProto, contents: Contents) -> dict[str, int]:
    """Calls of the model's own functions are left out: their steps are counted."""
    own = {key(function) for function in model.functions}
    nodes = [node for _, node in contents.nodes if (node.domain, node.op_type, node.overload) not in own]
    return dict(Counter(_operator(node) for node in nodes).most_common())


def _operator(node: NodeProto) -> str:
    return node.op_type if node.domain in _STANDARD else f"{node.domain}.{node.op_type}"


def _short_constants(contents: Contents) -> int:
    """Numbers that constants hold without a tensor around them."""
    constants = [node for _, node in contents.nodes if node.op_type == "Constant"]
    attributes = [attribute for node in constants for attribute in node.attribute]
    return sum(
        1 if attribute.name in ("value_float", "value_int") else len(attribute.floats) + len(attribute.ints)
        for attribute in attributes
    )


def _text(value: str | bytes) -> str:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    return text[:MAX_NOTE_CHARACTERS]
