"""Reads an .onnx file into memory and finds every node and stored tensor in it, wherever it hides."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core import settings
from core.errors import DamagedModel, NotOnnx, TooLarge
from core.model.sniff import what_is

if TYPE_CHECKING:
    from onnx import AttributeProto, FunctionProto, GraphProto, ModelProto, NodeProto, TensorProto

MAX_NODES = 100_000
MAX_DEPTH = 40

FunctionKey = tuple[str, str, str]
"""Domain, name and overload of a function that comes with the model."""


@dataclass(frozen=True)
class Parsed:
    """One .onnx file as it was read, before anything in it is believed."""

    sha256: str
    size_bytes: int
    model: ModelProto


@dataclass(frozen=True)
class Contents:
    """Everything in a model, the bodies of loops, branches and functions included."""

    nodes: list[tuple[FunctionKey | None, NodeProto]]
    """With the function each belongs to, or None for the graph itself."""
    weights: list[TensorProto]
    """Stored tensors: initializers, and constants in attributes; of sparse ones the values."""
    indices: list[TensorProto]
    """Where the values of sparse tensors go."""


def parse(data: bytes | memoryview) -> Parsed:
    """The content of a file as onnx reads it. Raises NotOnnx, DamagedModel or TooLarge."""
    size_bytes = len(data)
    if size_bytes == 0:
        raise NotOnnx("This file is empty.", "It holds 0 bytes, so there is no model in it.", "Download it once more.")
    if size_bytes > settings.MAX_MODEL_BYTES:
        raise TooLarge(
            "This model is too large.",
            f"The file has {size_bytes / 2**30:.1f} GB; the limit is {settings.MAX_MODEL_BYTES / 2**30:.0f} GB.",
            "Use a smaller version of the model.",
        )
    if looks := what_is(bytes(data[:512])):
        raise NotOnnx(
            "This is not an ONNX model.", f"It looks like {looks}.", "Choose a file that was saved or exported as ONNX."
        )
    return Parsed(hashlib.sha256(data).hexdigest(), size_bytes, _parsed(data))


def _parsed(data: bytes | memoryview) -> ModelProto:
    import onnx
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

    model = onnx.ModelProto()
    try:
        model.ParseFromString(bytes(data))
    except (DecodeError, RuntimeError, ValueError) as error:
        raise DamagedModel(
            "This file can't be read as an ONNX model.",
            "It is cut short, damaged, or another kind of file.",
            "Download or export it once more, and compare its size with the original.",
            str(error),
        ) from error
    if not model.HasField("graph"):
        raise DamagedModel(
            "There is no network in this file.",
            "It begins like an ONNX model, but the part with the network is missing.",
            "Download or export it once more; the copy may have been cut short.",
        )
    return model


def collect(model: ModelProto) -> Contents:
    """All nodes and stored tensors. Goes through the file without recursion. Raises TooLarge, DamagedModel."""
    found = Contents([], [], [])
    todo: list[tuple[FunctionKey | None, GraphProto | FunctionProto, int]] = [(None, model.graph, 0)]
    todo += [(key(function), function, 0) for function in model.functions]
    while todo:
        owner, body, depth = todo.pop()
        if depth > MAX_DEPTH:
            raise DamagedModel(
                "This model is nested too deeply.",
                f"It has loops or branches inside each other on more than {MAX_DEPTH} levels.",
                "Export it once more with a simpler structure.",
            )
        found.nodes.extend((owner, node) for node in body.node)
        if len(found.nodes) > MAX_NODES:
            raise _too_many_steps(len(found.nodes))
        _add_stored(body, found)
        todo += [(owner, graph, depth + 1) for attribute in _attributes(body) for graph in _add(attribute, found)]
    return found


def key(function: FunctionProto) -> FunctionKey:
    """What a node that calls this function names."""
    return (function.domain, function.name, function.overload)


def _too_many_steps(count: int) -> TooLarge:
    return TooLarge(
        "This model has too many steps.",
        f"It has {count:,} or more; the limit is {MAX_NODES:,}.",
        "Use a smaller model, or simplify it before the export.",
    )


def _add_stored(body: GraphProto | FunctionProto, found: Contents) -> None:
    found.weights.extend(getattr(body, "initializer", ()))
    for sparse in getattr(body, "sparse_initializer", ()):
        found.weights.append(sparse.values)
        found.indices.append(sparse.indices)


def _attributes(body: GraphProto | FunctionProto) -> Iterator[AttributeProto]:
    for node in body.node:
        yield from node.attribute
    yield from getattr(body, "attribute_proto", ())


def _add(attribute: AttributeProto, found: Contents) -> list[GraphProto]:
    """Keeps the tensors of one attribute and returns its graphs."""
    # What is filled in counts, not what the attribute says its type is: readers differ on which one they believe.
    if attribute.HasField("t"):
        found.weights.append(attribute.t)
    found.weights.extend(attribute.tensors)
    for sparse in [
        *([attribute.sparse_tensor] if attribute.HasField("sparse_tensor") else []),
        *attribute.sparse_tensors,
    ]:
        found.weights.append(sparse.values)
        found.indices.append(sparse.indices)
    return [*([attribute.g] if attribute.HasField("g") else []), *attribute.graphs]
