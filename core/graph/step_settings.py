"""How a step is set: its attributes as short texts, without those that are what they are when nothing is said."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from core.graph.folding import FLOATS
from core.graph.stored import dtype_name

if TYPE_CHECKING:
    from onnx import AttributeProto, NodeProto

Setting: TypeAlias = tuple[str, str]
_FLOAT, _INT = 1, 2  # types of attributes
_LONGEST = 200


def made_by_cast(node: NodeProto) -> int:
    """The number of the element type that a Cast makes."""
    return next((int(one.i) for one in node.attribute if one.name == "to"), 0)


def settings_of(node: NodeProto, does: str) -> tuple[Setting, ...]:
    """What is set otherwise than it would be by itself; of a step in whole numbers only what the plain one has."""
    usual = _usual(does)
    named = {one.name: _written(one) for one in node.attribute if not (one.HasField("g") or one.graphs)}
    if node.op_type == "Cast" and made_by_cast(node) in FLOATS:
        named["to"] = "floats"  # which of them is a matter of number format
    if does != node.op_type:
        named = {name: value for name, value in named.items() if name in usual}
    return tuple(sorted((name[:_LONGEST], value) for name, value in named.items() if usual.get(name) != value))


def _written(attribute: AttributeProto) -> str:
    """In one line. Of a tensor only its size: large ones are weights."""
    if attribute.HasField("t"):
        return f"{list(attribute.t.dims)} {dtype_name(attribute.t.data_type)}"
    texts = [text.decode("utf-8", "replace") for text in (attribute.s, *attribute.strings) if text]
    numbers = [*attribute.ints, *(round(number, 6) for number in attribute.floats)]
    single = [round(attribute.f, 6)] if attribute.type == _FLOAT else [attribute.i] if attribute.type == _INT else []
    said = ", ".join(map(str, (*texts, *numbers, *single)))
    return said if len(said) <= _LONGEST else f"{said[:40]}… {hashlib.sha256(said.encode()).hexdigest()}"


@cache
def _usual(operator: str) -> dict[str, str]:
    """The attributes a step has, with what they are when nothing is said."""
    from onnx import defs

    try:
        schema = defs.get_schema(operator)
    except defs.SchemaError:
        return {}
    return {name: _written(attribute.default_value) for name, attribute in schema.attributes.items()}
