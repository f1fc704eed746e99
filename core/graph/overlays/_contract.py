"""What a file on this shelf offers. An overlay is a module, not a class: this Protocol only describes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol, TypeAlias

import numpy as np

from core.graph.atlas import Atlas
from core.graph.facts import Facts
from core.graph.numbers import MOST_READ
from core.graph.numbers import numbers as read_numbers

Values: TypeAlias = Mapping[int, float]
"""By the place of a step in the sketch; steps that nothing is known about are left out."""


@dataclass(frozen=True)
class Times:
    """Where the time of one run went, in milliseconds; the parts add up to `run_ms`."""

    run_ms: float
    runs: int
    """How many were measured."""
    node_ms: Mapping[int, float]
    """By the place of a node in the file's graph."""
    shuffling_ms: float
    """Spent on what is no step of the file: numbers brought into another order or format."""
    between_ms: float
    """Spent between the steps, the measuring included."""
    stands_for: int
    """How many nodes of the file were found again in what was run."""
    drawn_at_random: tuple[str, ...] = ()
    """Inputs that nobody gave."""
    was_disturbed: bool = False
    """Other programs kept interrupting."""


@dataclass(frozen=True)
class Numbers:
    """What is known about a graph, worked out once where an overlay asks for it."""

    facts: Facts
    times: Times | None = None

    @cached_property
    def stored_bytes(self) -> int:
        return sum(one.size_bytes for one in self.facts.held.all)

    @cached_property
    def zeros(self) -> dict[int, tuple[int, int]]:
        """How many of the numbers of a stored tensor are zero, and how many there are, by its place in `facts.held`."""
        found = {}
        for place, one in enumerate(self.facts.held.all):
            read = read_numbers(one, self.facts.files) if 0 < one.count <= MOST_READ else None
            if read is not None:
                found[place] = (int(read.size - np.count_nonzero(read)), int(read.size))
        return found


class Overlay(Protocol):
    TITLE: str
    """What one chooses: `Time`."""
    PLACE: int
    """Among the others, in the list one chooses from."""
    SUMMARY: str
    """One sentence."""
    UNIT: str
    """What a whole is made of, after a number or a share: `of the time`."""
    AGGREGATE: Literal["sum", "max"]
    """What a group shows of its steps."""
    STEPS: tuple[str, str, str, str, str]
    """What the five colours mean, in words."""

    def values(self, atlas: Atlas, numbers: Numbers) -> Values:
        """Of every step; never below 0."""
        ...

    def words(self, values: Sequence[float], share: float) -> str:
        """What is written into a box: the values of the steps in it that are known, at least one."""
        ...

    def level(self, values: Sequence[float], share: float) -> int:
        """Its colour, 1 to 5; 0 for none."""
        ...

    def total(self, values: Values, atlas: Atlas, numbers: Numbers) -> str:
        """What the whole comes to, in a few words."""
        ...

    def coverage(self, values: Values, atlas: Atlas, numbers: Numbers) -> str:
        """How much of it the colours show, what they leave out, what was assumed."""
        ...

    # Optional: `NEEDS_RUN = True` for one that needs `numbers.times`.
    # Optional: `whole(values, atlas, numbers) -> float`, what shares are shares of. Otherwise that is the sum of all
    # values, or 1 where groups take the maximum. 0 where there is no such thing as a share.
