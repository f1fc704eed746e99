"""In what format each step's numbers are kept: what making a model smaller changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal

from core.graph.atlas import Atlas
from core.graph.overlays._contract import Numbers, Values

TITLE = "Number format"
PLACE = 4
SUMMARY = "How exactly each step's numbers are written: more bits are more exact, and take more room."
UNIT = "bits"
AGGREGATE: Literal["sum", "max"] = "max"
STEPS = ("up to 8 bits", "16 bits", "32 bits", "64 bits and more", "texts")

_BITS = {
    **dict.fromkeys(("bool", "int2", "uint2", "float4_e2m1fn", "int4", "uint4"), 8),
    **dict.fromkeys(("float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2", "float8_e5m2fnuz", "float8_e8m0fnu"), 8),
    **dict.fromkeys(("int8", "uint8"), 8),
    **dict.fromkeys(("int16", "uint16", "bfloat16", "float16"), 16),
    **dict.fromkeys(("int32", "uint32", "float32"), 32),
    **dict.fromkeys(("int64", "uint64", "complex64", "float64", "complex128"), 64),
    "string": 1000,
}
FORMATS = tuple(_BITS)
"""From short to long; the value of a step is a place in this list."""
_LEVELS = {8: 1, 16: 2, 32: 3, 64: 4, 1000: 5}
_FOR_SIZES = frozenset({"bool", "int16", "uint16", "int32", "uint32", "int64", "uint64"})
"""What sizes and places in tables are kept in. It says nothing about the numbers a model calculates with."""
_MOST_NAMES = 3


def values(atlas: Atlas, numbers: Numbers) -> Values:
    """Of its stored numbers the format that takes most room; of a step that stores none, that of what it makes.

    Steps that only handle sizes and places are left out, unless the model has no others.
    """
    every = {step: _formats(atlas, numbers, step) for step in range(len(atlas.drawn.steps))}
    telling = {step: [name for name in names if name not in _FOR_SIZES] for step, names in every.items()}
    shown = telling if any(telling.values()) else every
    return {step: float(FORMATS.index(names[0])) for step, names in shown.items() if names}


def _formats(atlas: Atlas, numbers: Numbers, place: int) -> list[str]:
    """What tells most comes first."""
    room: Counter[str] = Counter()
    for one in numbers.facts.held.of_step[place]:
        room[numbers.facts.held.all[one].dtype] += numbers.facts.held.all[one].size_bytes
    step = atlas.drawn.steps[place]
    made = [numbers.facts.sizes.of(step.scope, name).dtype for name in step.outputs if name]
    return [name for name in (*(name for name, _ in room.most_common()), *made) if name in _BITS]


def words(values: Sequence[float], _share: float) -> str:
    names = [FORMATS[int(value)] for value in sorted(set(values))]
    return ", ".join(names) if len(names) <= _MOST_NAMES else f"{names[0]} to {names[-1]}"


def level(values: Sequence[float], _share: float) -> int:
    """That of the longest."""
    return _LEVELS[_BITS[FORMATS[int(max(values))]]] if values else 0


def whole(_values: Values, _atlas: Atlas, _numbers: Numbers) -> float:
    return 0.0


def total(values: Values, _atlas: Atlas, _numbers: Numbers) -> str:
    counted = Counter(FORMATS[int(value)] for value in values.values())
    return ", ".join(f"{many:,} steps in {name}" for name, many in counted.most_common(4)) or "No format is known."


def coverage(values: Values, atlas: Atlas, _numbers: Numbers) -> str:
    left = len(atlas.drawn.steps) - len(values)
    said = "The format of what a step stores; where it stores nothing, of what it makes."
    return f"{said} {left:,} others only handle sizes and places, or nobody knows." if left else said
