"""Steps that only change how numbers are written (int8, float16), each folded into the step that it serves.

Making a model smaller adds them: QuantizeLinear and DequantizeLinear around steps, DynamicQuantizeLinear with
MatMulInteger, Cast and Mul in place of MatMul, Casts between float32 and float16.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.graph.sketch import Sketch

FLOATS = {1: "float32", 10: "float16", 11: "float64", 16: "bfloat16"}
"""Numbers of element types in ONNX files, and their names."""
NOWHERE = -1
QUANTIZES = frozenset({"QuantizeLinear", "DynamicQuantizeLinear"})
_OF_INTEGERS = frozenset({"MatMulInteger", "ConvInteger"})


@dataclass(frozen=True)
class Folding:
    behind: Mapping[int, int]
    """Of each folded step the one whose value it hands on, which may be folded too; NOWHERE for an input."""
    host: Mapping[int, int]
    """Of each folded step the one that it serves."""


def folding(drawn: Sketch, dtypes: Sequence[int], casts: Mapping[int, int]) -> Folding:
    """`dtypes`: the element type that each step takes first, 0 when nobody knows. `casts`: what Casts make."""
    found = _Found(drawn, _before(drawn), _after(drawn), {}, set())
    for place, step in enumerate(drawn.steps):
        if step.operator in QUANTIZES:
            found.behind[place] = found.source(place)
        elif step.operator == "DequantizeLinear":
            _dequantize(place, found)
        elif step.operator == "Cast" and dtypes[place] in FLOATS and casts.get(place) in FLOATS:
            found.behind[place] = found.source(place)
        elif step.operator in _OF_INTEGERS:
            _of_integers(place, found)
    return Folding(*_hosted(found))


@dataclass(frozen=True)
class _Found:
    drawn: Sketch
    before: Sequence[Sequence[int]]
    after: Sequence[Sequence[int]]
    behind: dict[int, int]
    late: set[int]
    """Those that serve the step before them."""

    def source(self, place: int) -> int:
        """The step that makes the first value this one takes."""
        first = next(iter(self.drawn.steps[place].inputs), "")
        return next((one for one in self.before[place] if first in self.drawn.steps[one].outputs), NOWHERE)

    def only_reader(self, place: int, operator: str) -> int:
        """The one step that reads this one, if it is of this kind; else NOWHERE."""
        readers = self.after[place]
        alone = len(readers) == 1 and self.drawn.steps[readers[0]].operator == operator
        return readers[0] if alone else NOWHERE


def _dequantize(place: int, found: _Found) -> None:
    source = found.source(place)
    found.behind[place] = source
    if source != NOWHERE and found.drawn.steps[source].operator not in QUANTIZES:
        found.late.add(place)  # whole numbers were worked out; what makes them ends here


def _of_integers(place: int, found: _Found) -> None:
    """Whole numbers multiplied: a Cast and a Mul with the scales make them floats again, an Add may follow."""
    cast = found.only_reader(place, "Cast")
    scaled = found.only_reader(cast, "Mul") if cast != NOWHERE else NOWHERE
    if scaled == NOWHERE:
        return
    scales = [one for one in found.before[scaled] if one != cast]
    for scale in scales:
        sources = found.before[scale]
        is_scale = found.drawn.steps[scale].operator == "Mul" and len(found.after[scale]) == 1
        if is_scale and all(found.drawn.steps[one].operator == "DynamicQuantizeLinear" for one in sources):
            found.behind[scale] = sources[0] if sources else NOWHERE
    found.behind[cast], found.behind[scaled] = place, cast
    found.late.update((cast, scaled))
    bias = found.only_reader(scaled, "Add")
    is_bias = bias != NOWHERE and len(found.before[bias]) == 1 and bool(found.drawn.steps[bias].weights)
    if is_bias and found.drawn.steps[place].operator == "ConvInteger":
        found.behind[bias] = scaled
        found.late.add(bias)


def _hosted(found: _Found) -> tuple[dict[int, int], dict[int, int]]:
    """Those before a step belong to the first that reads them, those after one to it; what has neither isn't folded."""
    folded = sorted(found.behind)
    host: dict[int, int] = {}

    def settle(place: int, near: Sequence[int]) -> None:
        real = [host.get(one, NOWHERE) if one in found.behind else one for one in near]
        real = [one for one in real if one != NOWHERE]
        if real:
            host.setdefault(place, real[0])

    for place in folded:
        if place in found.late:
            settle(place, (found.behind[place],))
    for place in reversed(folded):
        if place not in found.late:
            settle(place, found.after[place])
    for place in folded:  # read by nobody
        settle(place, (found.behind[place],))
    return {place: found.behind[place] for place in folded if place in host}, host


def _before(drawn: Sketch) -> list[list[int]]:
    before: list[list[int]] = [[] for _ in drawn.steps]
    for start, end in drawn.edges:
        before[end].append(start)
    return before


def _after(drawn: Sketch) -> list[list[int]]:
    after: list[list[int]] = [[] for _ in drawn.steps]
    for start, end in drawn.edges:
        after[start].append(end)
    return after
