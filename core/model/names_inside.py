"""Names that operators for tables carry inside: of the classes a model tells apart, of the words a column may hold.

Sources: https://onnx.ai/onnx/operators/#ai-onnx-ml and what skl2onnx and onnxmltools write. Nothing is executed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onnx import AttributeProto, GraphProto, NodeProto, TensorProto, ValueInfoProto

MAX_NAMES = 10_000
"""Of classes, and of all words of all columns together. A longer list is left out, not cut: its places would be wrong.
"""
MAX_CHARACTERS = 200
_DOMAIN = "ai.onnx.ml"
_CLASSIFIERS = ("LinearClassifier", "SVMClassifier", "TreeEnsembleClassifier", "ZipMap")
_CLASS_LABELS = ("classlabels_strings", "classlabels_ints", "classlabels_int64s")
_PASSING = ("Identity", "Cast", "Reshape", "Squeeze", "Unsqueeze", "Flatten")
"""Steps that hand on what they get as it is."""
_PICKING = ("Gather", "ArrayFeatureExtractor")
"""Steps that hand on one column of several."""
_FARTHEST = 20
_STRING = 8
_INT64 = 7


def class_names(graph: GraphProto) -> tuple[str, ...]:
    """The classes in the order of their scores, from the step nearest to an output that names them; else nothing."""
    if not any(node.domain == _DOMAIN for node in graph.node):
        return ()
    made_by = {name: node for node in graph.node for name in node.output if name}
    stored = {weight.name: weight for weight in graph.initializer}
    waiting = deque((port.name, True) for port in graph.output)
    seen: set[str] = set()
    while waiting:
        name, untouched = waiting.popleft()
        node = made_by.get(name)
        if node is None or name in seen:
            continue
        seen.add(name)
        if names := _named_by(node, stored, untouched):
            return names
        untouched = untouched and node.op_type in (*_PASSING, *_PICKING)
        waiting.extend((source, untouched) for source in node.input)
    return ()


def words(graph: GraphProto) -> dict[str, tuple[str, ...]]:
    """The words a column may hold, by `input[place of the column]`, where it is coded by what comes next in the graph.

    Numbers that stand for kinds are given as words too, such as `1`, `2`, `3`.
    """
    coded = [(node, names) for node in graph.node if node.input and (names := _coded_by(node))]
    walk = _Walk(graph) if coded else None
    found: dict[str, tuple[str, ...]] = {}
    for node, names in coded:
        column = walk.column(node.input[0]) if walk else ""
        if column and sum(map(len, found.values())) + len(names) <= MAX_NAMES:
            found[column] = tuple(dict.fromkeys((*found.get(column, ()), *names)))
    return found


class _Walk:
    """From a value back to the column of an input it is a copy of."""

    def __init__(self, graph: GraphProto) -> None:
        self._made_by = {name: node for node in graph.node for name in node.output if name}
        self._stored = {weight.name: weight for weight in graph.initializer}
        self._widths = {port.name: _width(port) for port in graph.input if port.name not in self._stored}

    def column(self, name: str) -> str:
        """`input[place]`, or nothing when it isn't one column of an input."""
        place: int | None = None
        for _ in range(_FARTHEST):
            if name in self._widths:
                return self._of_input(name, place)
            node = self._made_by.get(name)
            if node is None or not node.input:
                return ""
            if node.op_type == "Concat":  # one input per column, put side by side
                return self._of_inputs(node.input, place)
            if node.op_type in _PICKING:
                picked = _from_tensor(self._stored.get(node.input[1])) if len(node.input) > 1 else ()
                if len(picked) != 1 or place is not None or not picked[0].isdecimal():
                    return ""
                place = int(picked[0])
            elif node.op_type not in _PASSING:
                return ""
            name = node.input[0]
        return ""

    def _of_input(self, name: str, place: int | None) -> str:
        width = self._widths[name]
        place = 0 if place is None and width == 1 else place
        return "" if place is None or place >= width else f"{name}[{place}]"

    def _of_inputs(self, names: Sequence[str], place: int | None) -> str:
        for name in names:
            if place is None or name not in self._widths:
                return ""
            if place < self._widths[name]:
                return f"{name}[{place}]"
            place -= self._widths[name]
        return ""


def _width(port: ValueInfoProto) -> int:
    """How many columns an input has; 0 when it leaves that open or is no table."""
    sizes = port.type.tensor_type.shape.dim
    if len(sizes) == 1:
        return 1
    return max(0, sizes[1].dim_value) if len(sizes) == 2 else 0


def _named_by(node: NodeProto, stored: Mapping[str, TensorProto], untouched: bool) -> tuple[str, ...]:
    attributes = {attribute.name: attribute for attribute in node.attribute}
    if node.domain == _DOMAIN and node.op_type in _CLASSIFIERS:
        return next(filter(None, (_listed(attributes.get(key)) for key in _CLASS_LABELS)), ())
    if not untouched:  # further up, a list of words belongs to what goes in
        return ()
    if node.domain == _DOMAIN and node.op_type == "LabelEncoder":
        return _by_key(attributes)
    if node.domain == _DOMAIN and node.op_type == "ArrayFeatureExtractor" and node.input:
        return _from_tensor(stored.get(node.input[0]))
    return ()


def _by_key(attributes: Mapping[str, AttributeProto]) -> tuple[str, ...]:
    """What a LabelEncoder from 0, 1, 2 … to words gives for each number."""
    names = _listed(attributes.get("values_strings")) or _of_tensor(attributes.get("values_tensor"))
    keys = _listed(attributes.get("keys_int64s")) or _of_tensor(attributes.get("keys_tensor"))
    if len(keys) != len(names) or set(keys) != {str(place) for place in range(len(keys))}:
        return ()
    by_key = dict(zip(keys, names, strict=True))
    return tuple(by_key[str(place)] for place in range(len(by_key)))


def _coded_by(node: NodeProto) -> tuple[str, ...]:
    attributes = {attribute.name: attribute for attribute in node.attribute}
    if node.domain != _DOMAIN:
        return ()
    if node.op_type == "OneHotEncoder":
        return _listed(attributes.get("cats_strings")) or _listed(attributes.get("cats_int64s"))
    if node.op_type == "LabelEncoder":
        return _listed(attributes.get("keys_strings"))
    return ()


def _listed(attribute: AttributeProto | None) -> tuple[str, ...]:
    if attribute is None or max(len(attribute.strings), len(attribute.ints)) > MAX_NAMES:
        return ()
    return _texts(attribute.strings) or tuple(str(number) for number in attribute.ints)


def _of_tensor(attribute: AttributeProto | None) -> tuple[str, ...]:
    return _from_tensor(attribute.t) if attribute is not None and attribute.HasField("t") else ()


def _from_tensor(tensor: TensorProto | None) -> tuple[str, ...]:
    """The texts or whole numbers of a short stored list."""
    if tensor is None or len(tensor.dims) > 1:
        return ()
    if tensor.data_type == _STRING and len(tensor.string_data) <= MAX_NAMES:
        return _texts(tensor.string_data)
    if tensor.data_type == _INT64 and len(tensor.raw_data) <= 8 * MAX_NAMES and len(tensor.int64_data) <= MAX_NAMES:
        return tuple(map(str, _whole_numbers(tensor)))
    return ()


def _whole_numbers(tensor: TensorProto) -> Iterator[int]:
    raw = tensor.raw_data
    if not raw:
        return iter(tensor.int64_data)
    return (int.from_bytes(raw[start : start + 8], "little", signed=True) for start in range(0, len(raw) - 7, 8))


def _texts(values: Sequence[bytes]) -> tuple[str, ...]:
    return tuple(value.decode("utf-8", "replace")[:MAX_CHARACTERS] for value in values)
