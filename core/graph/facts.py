"""What is known about a graph beyond its picture: sizes, stored numbers and work, each worked out when it is needed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from core.graph.atlas import Atlas
from core.graph.levels import Levels, Spot, levels
from core.graph.numbers import external
from core.graph.shapes import Sizes, sizes
from core.graph.tree import Group, steps_of
from core.graph.weights import Holdings, holdings
from core.graph.work import added, work

if TYPE_CHECKING:
    from onnx import TensorProto

_BYTES_OF_A_SIZE = 8


@dataclass(frozen=True)
class Facts:
    atlas: Atlas
    files: Mapping[str, memoryview] = field(default_factory=dict)
    """The files with weights beside the model, by the name it knows them under."""

    @cached_property
    def levels(self) -> Levels:
        return levels(self.atlas.model, self.atlas.drawn)

    @cached_property
    def sizes(self) -> Sizes:
        return sizes(self.atlas.model, self.levels, self._read)

    @cached_property
    def held(self) -> Holdings:
        return holdings(self.atlas.model, self.atlas.drawn, self.levels)

    @cached_property
    def own(self) -> frozenset[tuple[str, str]]:
        """Domain and name of the functions the model brings."""
        return frozenset((function.domain, function.name) for function in self.atlas.model.functions)

    @cached_property
    def work(self) -> tuple[int | None, ...]:
        return work(self.atlas.drawn, self.sizes, self.levels, self.own)

    @cached_property
    def whole_work(self) -> int:
        """Of the steps that can be counted."""
        return sum(count or 0 for count in self.work)

    @cached_property
    def uncounted(self) -> int:
        return sum(count is None for count in self.work)

    @cached_property
    def parameter_count(self) -> int:
        return sum(one.count for one in self.held.all)

    @cached_property
    def readers(self) -> dict[Spot, list[int]]:
        """The steps that take a value."""
        found: dict[Spot, list[int]] = {}
        for number, step in enumerate(self.atlas.drawn.steps):
            for name in dict.fromkeys(step.inputs):
                if name and name not in step.weights:
                    found.setdefault(self.levels.home(step.scope, name), []).append(number)
        return found

    @cached_property
    def taken_count(self) -> int:
        """Numbers that steps take and that are the same each time, stored or not, as far as sizes are known."""
        drawn = self.atlas.drawn
        spots = {self.levels.home(step.scope, name) for step in drawn.steps for name in step.weights}
        return sum(math.prod(shape) for spot in spots if (shape := self.sizes.of(*spot).shape) is not None)

    def work_of(self, thing: Group | int) -> int | None:
        """None as soon as one of its steps can't be counted."""
        return added(self.work[step] for step in steps_of(thing))

    def owned(self, steps: Iterable[int]) -> int:
        """How many stored numbers these steps are the first to need."""
        return sum(self.held.all[place].count for step in steps for place in self.held.of_step[step])

    def _read(self, tensor: TensorProto) -> bytes | None:
        """Of the few numbers that say how large something is."""
        from onnx import TensorProto as Kinds

        count = 1
        for size in tensor.dims:
            count *= size
        width = _BYTES_OF_A_SIZE if tensor.data_type == Kinds.INT64 else 4
        if tensor.data_type not in (Kinds.INT64, Kinds.INT32):
            return None
        found = external(tensor, count * width, self.files)
        return None if found is None else bytes(found)
