"""Changes files at random: any file byte by byte, and models by what their bytes mean. The same dice, the same file."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Iterator
from typing import Any

from onnx import AttributeProto, GraphProto, ModelProto, TensorProto, TypeProto, helper

Dice = random.Random
NUMBERS = (0, 1, -1, 2, 3, 127, 128, 255, 256, 2**16, 2**31 - 1, -(2**31), 2**32, 2**53, 2**62, 2**63 - 1, -(2**63))
WORDS = (
    "",
    "x",
    "y",
    "a\0b",
    "../x",
    "a" * 3000,
    "\u202eevil",
    "é\U0001f600",
    "%s{0}",
    "weights.bin",
    "Infinity",
    "-1",
)
OPERATORS = [
    "If",
    "Loop",
    "Scan",
    "Add",
    "MatMul",
    "Conv",
    "Reshape",
    "Resize",
    "Cast",
    "Gather",
    "Slice",
    "Concat",
    "Constant",
    "Identity",
    "Shape",
    "Pad",
    "Range",
]
MOST_CHANGES = 6


def changed_bytes(data: bytes, other: bytes, dice: Dice) -> bytes:
    """One to six changes that know nothing of the format."""
    for _ in range(dice.randint(1, MOST_CHANGES)):
        data = dice.choice(_OF_BYTES)(data, other, dice) if data else other
    return data


def changed_model(data: bytes, other: bytes, dice: Dice) -> bytes:
    """One to six changes to what the model says; byte by byte where it can't be read, and sometimes on top."""
    try:
        model, stranger = ModelProto.FromString(data), ModelProto.FromString(other)
    except Exception:  # noqa: BLE001  protobuf's own errors share no public ancestor
        return changed_bytes(data, other, dice)
    for _ in range(dice.randint(1, MOST_CHANGES)):
        try:
            dice.choice(_OF_MODELS)(model, stranger, dice)
        except (IndexError, ValueError, TypeError, AttributeError):
            continue  # there is nothing of this kind in this model
    found = model.SerializeToString()
    if dice.random() < 0.1:
        found = _no_unicode(model, found, dice)
    return changed_bytes(found, other, dice) if dice.random() < 0.1 else found


def _place(data: bytes, dice: Dice) -> int:
    return dice.randrange(len(data) + 1)


def _flip(data: bytes, _other: bytes, dice: Dice) -> bytes:
    found = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 8, 32))):
        found[dice.randrange(len(found))] ^= 1 << dice.randrange(8)
    return bytes(found)


def _splice(data: bytes, other: bytes, dice: Dice) -> bytes:
    start, place = _place(other, dice), _place(data, dice)
    piece = other[start : start + dice.choice((1, 4, 16, 256, 4096))]
    return data[:place] + piece + data[place + dice.choice((0, len(piece))) :]


def _cut(data: bytes, _other: bytes, dice: Dice) -> bytes:
    return data[: _place(data, dice)] if dice.random() < 0.7 else data[_place(data, dice) :]


def _again(data: bytes, _other: bytes, dice: Dice) -> bytes:
    start = _place(data, dice)
    piece = data[start : start + dice.choice((1, 8, 64, 1024))]
    return data[:start] + piece * dice.choice((2, 3, 50)) + data[start + len(piece) :]


def _number(data: bytes, _other: bytes, dice: Dice) -> bytes:
    number = dice.choice(NUMBERS) & (2**64 - 1)
    forms = (
        struct.pack("<Q", number),
        struct.pack(">Q", number),
        struct.pack("<I", number & 0xFFFFFFFF),
        struct.pack(">I", number & 0xFFFFFFFF),
        bytes(_varint(number)),
    )
    piece, place = dice.choice(forms), _place(data, dice)
    return data[:place] + piece + data[place + len(piece) :]


def _varint(value: int) -> Iterator[int]:
    while value > 127:
        yield value & 127 | 128
        value >>= 7
    yield value


_OF_BYTES: tuple[Callable[[bytes, bytes, Dice], bytes], ...] = (_flip, _flip, _splice, _cut, _again, _number)


def _graphs(model: ModelProto) -> list[GraphProto]:
    """The main one and those inside its steps."""
    found = [model.graph]
    for graph in found:
        for node in graph.node:
            for attribute in node.attribute:
                found += [attribute.g] if attribute.HasField("g") else []
                found += attribute.graphs
        if len(found) > 100:
            break
    return found


def _graph(model: ModelProto, dice: Dice) -> GraphProto:
    return dice.choice(_graphs(model)) if dice.random() < 0.3 else model.graph


def _ports(graph: GraphProto) -> list[Any]:
    return [*graph.input, *graph.output, *graph.value_info]


def _tensor(model: ModelProto, dice: Dice) -> TensorProto:
    graph = _graph(model, dice)
    inside = [attribute.t for node in graph.node for attribute in node.attribute if attribute.HasField("t")]
    return dice.choice([*graph.initializer, *inside])


def _names(graph: GraphProto) -> list[str]:
    return [name for node in graph.node for name in (*node.input, *node.output)] + [port.name for port in _ports(graph)]


def _dims(model: ModelProto, _stranger: ModelProto, dice: Dice) -> None:
    dims = _tensor(model, dice).dims
    _change_list(dims, dice)


def _change_list(numbers: Any, dice: Dice) -> None:
    match dice.randrange(4):
        case 0:
            numbers.append(dice.choice(NUMBERS))
        case 1:
            numbers.pop(dice.randrange(len(numbers)))
        case _:
            numbers[dice.randrange(len(numbers))] = dice.choice(NUMBERS)


def _stored(model: ModelProto, _stranger: ModelProto, dice: Dice) -> None:
    tensor = _tensor(model, dice)
    match dice.randrange(4):
        case 0:
            tensor.data_type = dice.choice((*range(27), 100, -1))
        case 1:
            tensor.raw_data = changed_bytes(tensor.raw_data or b"\0", b"\xff" * 64, dice)
        case 2:
            tensor.int64_data.append(dice.choice(NUMBERS))
        case _:
            tensor.raw_data = bytes(dice.choice((0, 1, 4, 8, 64)))


def _external(model: ModelProto, _stranger: ModelProto, dice: Dice) -> None:
    tensor = _tensor(model, dice)
    tensor.data_location = dice.choice((0, 1, 1, 1))
    tensor.ClearField("raw_data")
    tensor.external_data.add(key="location", value=dice.choice(("weights.bin", "weights.bin", *WORDS)))
    for key in ("offset", "length", "checksum"):
        if dice.random() < 0.6:
            tensor.external_data.add(key=key, value=str(dice.choice((*NUMBERS, "", "1e3", " 8", "0x10", "\u0661"))))


def _attribute(model: ModelProto, _stranger: ModelProto, dice: Dice) -> None:
    node = dice.choice(_graph(model, dice).node)
    if not node.attribute or dice.random() < 0.2:
        node.attribute.append(helper.make_attribute(dice.choice(("axis", "to", "mode", "value", "body", "x")), 1))
    attribute = dice.choice(node.attribute)
    match dice.randrange(6):
        case 0:
            attribute.i = dice.choice(NUMBERS)
        case 1:
            attribute.f = dice.choice((0.0, float("nan"), float("inf"), -1e38))
        case 2:
            attribute.s = dice.choice(WORDS).encode() + dice.choice((b"", b"\xff"))
        case 3:
            _change_list(attribute.ints, dice)
        case 4:
            attribute.type = dice.choice(list(AttributeProto.AttributeType.values()))
        case _:
            node.attribute.remove(attribute)


def _operator(model: ModelProto, stranger: ModelProto, dice: Dice) -> None:
    node = dice.choice(_graph(model, dice).node)
    node.op_type = dice.choice([*OPERATORS, *WORDS, *(other.op_type for other in stranger.graph.node[:50])])
    if dice.random() < 0.2:
        node.domain = dice.choice(("ai.onnx.ml", "com.microsoft", "ai.onnx.preview.training", *WORDS))


def _wire(model: ModelProto, _stranger: ModelProto, dice: Dice) -> None:
    """Another name where one goes in or comes out; steps are fed in another order."""
    graph = _graph(model, dice)
    node = dice.choice(graph.node)
    names = dice.choice((node.input, node.input, node.output))
    match dice.randrange(4):
        case 0:
            swapped = list(names)
            dice.shuffle(swapped)
            names[:] = swapped
        case 1:
            names.append(dice.choice([*_names(graph), *WORDS]))
        case 2:
            names.pop(dice.randrange(len(names)))
        case _:
            names[dice.randrange(len(names))] = dice.choice([*_names(graph), *WORDS])


def _steps(model: ModelProto, stranger: ModelProto, dice: Dice) -> None:
    """Twice, not at all, elsewhere, or one of the other model's."""
    nodes = _graph(model, dice).node
    match dice.randrange(4):
        case 0:
            nodes.append(dice.choice(nodes))
        case 1:
            nodes.pop(dice.randrange(len(nodes)))
        case 2:
            nodes.insert(0, nodes.pop(dice.randrange(len(nodes))))
        case _:
            nodes.insert(dice.randrange(len(nodes) + 1), dice.choice(stranger.graph.node))


def _port(model: ModelProto, _stranger: ModelProto, dice: Dice) -> None:
    """Another size, type, name or structure of an input or output."""
    graph = _graph(model, dice)
    port = dice.choice(_ports(graph))
    of = port.type.tensor_type
    match dice.randrange(7):
        case 0 | 1:
            dice.choice(of.shape.dim).dim_value = dice.choice(NUMBERS)
        case 2:
            dice.choice(of.shape.dim).dim_param = dice.choice(WORDS)
        case 3:
            of.elem_type = dice.choice((*range(27), 100, -1))
        case 4:
            port.name = dice.choice([*_names(graph), *WORDS])
        case 5:
            of.shape.dim.add().dim_value = dice.choice(NUMBERS)
        case _:
            port.type.CopyFrom(_structure(port.type, dice))


def _structure(of: TypeProto, dice: Dice) -> TypeProto:
    for _ in range(dice.choice((1, 1, 2, 40))):
        match dice.randrange(4):
            case 0:
                of = helper.make_sequence_type_proto(of)
            case 1:
                of = helper.make_optional_type_proto(of)
            case 2:
                of = helper.make_map_type_proto(dice.choice((TensorProto.INT64, TensorProto.STRING, 1, 99)), of)
            case _:
                of = helper.make_sparse_tensor_type_proto(dice.randrange(20), [1, 2])
    return of


def _ends(model: ModelProto, stranger: ModelProto, dice: Dice) -> None:
    """Inputs and outputs more, fewer, twice, or the other model's."""
    ports = dice.choice((model.graph.input, model.graph.output))
    match dice.randrange(3):
        case 0:
            ports.pop(dice.randrange(len(ports)))
        case 1:
            ports.append(dice.choice(_ports(stranger.graph)))
        case _:
            ports.append(dice.choice(_ports(model.graph)))


def _inside(model: ModelProto, _stranger: ModelProto, dice: Dice) -> None:
    """All steps in both branches of an If, or in the body of a Loop."""
    graph = model.graph
    body = GraphProto(name="body")
    body.node.extend(graph.node)
    body.output.extend(graph.output)
    outputs = [port.name for port in graph.output]
    graph.initializer.append(helper.make_tensor("go__", TensorProto.BOOL, [], [True]))
    if dice.random() < 0.5:
        outer = helper.make_node("If", ["go__"], outputs, then_branch=body, else_branch=body)
    else:
        rounds = dice.choice((0, 1, 2, 2**40, -1))
        graph.initializer.append(helper.make_tensor("rounds__", TensorProto.INT64, [], [rounds]))
        body.input.append(helper.make_tensor_value_info("i__", TensorProto.INT64, []))
        body.input.append(helper.make_tensor_value_info("on__", TensorProto.BOOL, []))
        body.output.insert(0, helper.make_tensor_value_info("on__", TensorProto.BOOL, []))
        outer = helper.make_node("Loop", ["rounds__", "go__"], outputs, body=body)
    del graph.node[:]
    graph.node.append(outer)


def _head(model: ModelProto, stranger: ModelProto, dice: Dice) -> None:
    """Versions, notes, functions."""
    match dice.randrange(5):
        case 0:
            model.ir_version = dice.choice(NUMBERS)
        case 1:
            dice.choice(model.opset_import).version = dice.choice((*NUMBERS, *range(1, 30)))
        case 2:
            model.opset_import.add(domain=dice.choice(("ai.onnx.ml", *WORDS)), version=dice.choice(NUMBERS))
        case 3:
            model.metadata_props.add(key=dice.choice(WORDS), value=dice.choice(("{", "[1, 2", "0: a\n1: b", *WORDS)))
        case _:
            node = dice.choice(model.graph.node)
            steps = dice.choice((model, stranger)).graph.node[:5]
            made = helper.make_function("own", node.op_type, node.input, node.output, steps, model.opset_import)
            model.functions.append(made)
            node.domain = "own"


def _cross(model: ModelProto, stranger: ModelProto, dice: Dice) -> None:
    """The head of one, the steps or the weights of the other."""
    match dice.randrange(3):
        case 0:
            del model.graph.initializer[:]
            model.graph.initializer.extend(stranger.graph.initializer)
        case 1:
            model.graph.node.extend(stranger.graph.node)
            model.graph.initializer.extend(stranger.graph.initializer)
        case _:
            del model.graph.node[:]
            model.graph.node.extend(stranger.graph.node)


def _no_unicode(model: ModelProto, data: bytes, dice: Dice) -> bytes:
    """One of its names in bytes that are no text: protobuf's own library would refuse to write them."""
    sizes = [dim.dim_param for port in _ports(model.graph) for dim in port.type.tensor_type.shape.dim]
    domains = [opset.domain for opset in model.opset_import] + [node.domain for node in model.graph.node]
    notes = [model.producer_name, model.doc_string, model.graph.name, *(note.key for note in model.metadata_props)]
    names = [name for name in dice.choice((_names(model.graph), sizes, domains, notes)) if name]
    name = dice.choice(names or ["x"])
    name = name if isinstance(name, bytes) else name.encode()  # bytes where it was no text before
    return data.replace(name, b"\xff" * len(name), dice.choice((1, 2, -1)))


_OF_MODELS: tuple[Callable[[ModelProto, ModelProto, Dice], None], ...] = (
    *(_dims, _stored, _external, _attribute, _attribute, _operator, _wire, _wire, _steps, _port, _port, _ends),
    *(_inside, _head, _cross),
)
