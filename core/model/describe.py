"""Describes an ONNX file from what is written in it: what it takes, what it gives, what it is made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from core.model import names_inside
from core.model.check import check
from core.model.parse import Contents, Parsed, collect, key, parse
from core.model.ports import port
from core.model.steps import KnownSteps, check_steps, unknown_steps
from core.model.weights import Beside, count, external_names
from core.types import GraphInfo, Port

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto

MAX_NOTES = 1_000
MAX_NOTE_CHARACTERS = 1_000_000
_STANDARD = ("", "ai.onnx")


def examine(data: bytes | memoryview, beside: Beside, known: KnownSteps | None = None) -> GraphInfo:
    """Check and describe the content of an .onnx file. Raises a ModelError, or TooLarge.

    `known` are the steps the runtime has; without them that isn't judged. The path stays empty: only who gave the
    content knows it.
    """
    parsed = parse(data)
    contents = collect(parsed.model)
    files = check(parsed.model, contents, beside)
    if known is not None:
        check_steps(parsed.model, contents, known)
    return _described(parsed, contents, files)


def outline(data: bytes, known: KnownSteps) -> tuple[GraphInfo, tuple[str, ...]]:
    """What is written in a model without weights (see `core.model.skeleton`), and the steps nobody knows.

    Nothing about weights is checked: they aren't there.
    """
    parsed = parse(data)
    contents = collect(parsed.model)
    files = dict.fromkeys(filter(None, external_names(contents.weights)), 0)
    return _described(parsed, contents, files), unknown_steps(parsed.model, contents, known)


def _described(parsed: Parsed, contents: Contents, files: Mapping[str, int]) -> GraphInfo:
    model = parsed.model
    return GraphInfo(
        path="",
        sha256=parsed.sha256,
        size_bytes=parsed.size_bytes + sum(files.values()),
        inputs=_inputs(model),
        outputs=tuple(port(declared) for declared in model.graph.output),
        ir_version=model.ir_version,
        opsets={opset.domain or "ai.onnx": opset.version for opset in model.opset_import},
        operators=_operators(model, contents),
        parameter_count=sum(count(weight.dims) for weight in contents.weights) + _short_constants(contents),
        producer=_text(f"{model.producer_name} {model.producer_version}".strip()),
        description=_text(model.doc_string or model.graph.doc_string),
        metadata={_text(note.key): _text(note.value) for note in model.metadata_props[:MAX_NOTES]},
        external_files=tuple(files),
        class_names=names_inside.class_names(model.graph),
        words=names_inside.words(model.graph),
    )


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
