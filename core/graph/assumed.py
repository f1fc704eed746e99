"""Numbers for the sizes a model leaves open: one at a time, texts of 128 pieces, pictures of 224 × 224, else 1."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.graph.texts import plain

if TYPE_CHECKING:
    from onnx import TensorShapeProto, ValueInfoProto

BATCH, TEXT, SIDE, OTHER, CHANNELS = 1, 128, 224, 1, 3
AT_A_TIME = "pictures or texts at a time"
_LONGEST_NAME = 40
_NAMELESS = re.compile(r"\?|-1|None||unk__\d+|Dynamic\w*\.\d+|[ds]\d+|dim_?\d+|\w+_dim_\d+", re.IGNORECASE)
"""Names that exporters make up: they tell nothing."""
_NAMES = (
    (re.compile(r"past|cache"), 0, "text read before"),
    (re.compile(r"batch|^(n|b|bs)$"), BATCH, AT_A_TIME),
    (re.compile(r"height|width|^[hw]$"), SIDE, "picture side"),
    (re.compile(r"channel"), CHANNELS, "colours"),
    (re.compile(r"seq|length|token|text"), TEXT, "text length"),
)
_ORDINARY_CHANNELS = (1, 3, 4)


@dataclass
class Assumed:
    """What is filled in, and what was said about it."""

    stated: dict[str, int] = field(default_factory=dict)
    """By plain words, or by the name the model has for it."""
    by_name: dict[str, int] = field(default_factory=dict)

    def closed(self, port: ValueInfoProto) -> ValueInfoProto:
        """An input of the model without any open size."""
        import onnx

        made = onnx.ValueInfoProto()
        made.CopyFrom(port)
        if made.type.HasField("tensor_type") and made.type.tensor_type.HasField("shape"):
            shape = made.type.tensor_type.shape
            is_whole = made.type.tensor_type.elem_type in (onnx.TensorProto.INT64, onnx.TensorProto.INT32)
            numbers = [self._number(shape, place, is_whole) for place in range(len(shape.dim))]
            for dim, number in zip(shape.dim, numbers, strict=True):
                dim.dim_value = number
        return made

    def replaced(self, port: ValueInfoProto) -> ValueInfoProto:
        """A value from inside the model, with what is known by now of its open sizes."""
        import onnx

        made = onnx.ValueInfoProto()
        made.CopyFrom(port)
        for dim in made.type.tensor_type.shape.dim if made.type.HasField("tensor_type") else ():
            if (name := _readable(dim.dim_param)) in self.by_name:
                dim.dim_value = self.by_name[name]
            elif dim.dim_value <= 0:
                dim.Clear()
        return made

    def _number(self, shape: TensorShapeProto, place: int, is_whole: bool) -> int:
        dim = shape.dim[place]
        if dim.dim_value > 0:
            return int(dim.dim_value)
        name = _readable(dim.dim_param)
        if _NAMELESS.fullmatch(name):
            return self._say(*_by_place([one.dim_value for one in shape.dim], place, is_whole))
        if name not in self.by_name:
            self.by_name[name] = sum(self._of_part(part) for part in name.split("+"))
        return self.by_name[name]

    def _of_part(self, part: str) -> int:
        """`past_sequence_length + 1` is a sum."""
        name = part.strip()
        if name.isascii() and name.isdigit():
            return int(name[:9])
        lowered = name.lower()
        found = next(((number, words) for pattern, number, words in _NAMES if pattern.search(lowered)), None)
        return self._say(*(found or (OTHER, plain(name, _LONGEST_NAME))))

    def _say(self, number: int, words: str) -> int:
        self.stated[words] = number
        return number


def _by_place(sizes: list[int], place: int, is_whole: bool) -> tuple[int, str]:
    """Where the name tells nothing, its place among the others may."""
    if place == 0:
        return BATCH, AT_A_TIME
    if len(sizes) == 4 and not is_whole:
        last = sizes[3] in _ORDINARY_CHANNELS and sizes[1] not in _ORDINARY_CHANNELS
        if place == (3 if last else 1):
            return CHANNELS, "colours"
        return SIDE, "picture side"
    if is_whole or len(sizes) == 3:
        return TEXT, "text length"
    return OTHER, "other open sizes"


def _readable(name: str | bytes) -> str:
    """The parser gives bytes for a name that is no valid text."""
    return name.decode("utf-8", "replace") if isinstance(name, bytes) else name
