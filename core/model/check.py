"""Says in words what is wrong with a model file, before onnxruntime sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.errors import DamagedModel, TooLarge, TooNew
from core.model.expansion import check_expansion
from core.model.parse import Contents
from core.model.weights import Beside, check_weights

if TYPE_CHECKING:
    from onnx import ModelProto

MAX_PORTS = 5_000
"""Inputs, and outputs."""
_STANDARD = ("", "ai.onnx")


def check(model: ModelProto, contents: Contents, beside: Beside) -> dict[str, int]:
    """Raises the ModelError that says why this model can't be opened; else the sizes of its files with weights.

    Steps the runtime doesn't know are judged in `core.model.steps`: only the runtime can tell what it knows.
    """
    _check_age(model)
    _check_ports(model)
    _check_names(model, contents)
    check_expansion(model, contents)
    return check_weights([*contents.weights, *contents.indices], beside)


def _check_age(model: ModelProto) -> None:
    import onnx

    if model.ir_version > onnx.IR_VERSION:
        raise _too_new("file format (IR version)", model.ir_version, int(onnx.IR_VERSION))
    known = _known_opsets()
    for opset in model.opset_import:
        limit = known.get(opset.domain)
        if limit is not None and opset.version > limit:
            raise _too_new(f"operator set {opset.domain or 'ai.onnx'}", opset.version, limit)


def _known_opsets() -> dict[str, int]:
    from onnx.helper import VERSION_TABLE

    standard = max(row[2] for row in VERSION_TABLE)
    return {**dict.fromkeys(_STANDARD, standard), "ai.onnx.ml": max(row[3] for row in VERSION_TABLE)}


def _too_new(what: str, wanted: int, known: int) -> TooNew:
    return TooNew(
        "This model was made with a newer ONNX than this app knows.",
        f"It uses version {wanted} of the {what}; this app knows versions up to {known}.",
        "Update the app, or export the model again for an older version.",
    )


def _check_ports(model: ModelProto) -> None:
    graph = model.graph
    if not graph.output:
        raise DamagedModel(
            "This model gives nothing back.",
            "It has no output, so there is nothing to show.",
            "Export it once more with at least one output.",
        )
    for word, ports in (("inputs", graph.input), ("outputs", graph.output)):
        stored = len(graph.initializer) if word == "inputs" else 0  # old files list every weight as an input
        if len(ports) - stored > MAX_PORTS:
            raise TooLarge(
                f"This model has too many {word}.",
                f"It has {len(ports) - stored:,}; the limit is {MAX_PORTS:,}.",
                "Use a model that takes and gives its values in fewer, larger tensors.",
            )


def _check_names(model: ModelProto, contents: Contents) -> None:
    """Names that are no valid text come out of the parser as bytes."""
    names: list[object] = [port.name for port in (*model.graph.input, *model.graph.output)]
    names += [weight.name for weight in contents.weights]
    names += [opset.domain for opset in model.opset_import]
    for _, node in contents.nodes:
        names += [node.op_type, node.domain, *node.input, *node.output]
    if any(isinstance(name, bytes) for name in names):
        raise DamagedModel(
            "A name in this model is not readable text.",
            "Names of inputs, outputs and steps must be UTF-8; at least one is not.",
            "The file may be damaged: download or export it once more.",
        )
