"""A picture of a model: boxes and arrows with places, in pixels from its left top. Plain data, drawn by a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class Words:
    """What stands in a box."""

    title: str
    second: str = ""
    family: str = "other"
    """Decides its colour."""


@dataclass(frozen=True)
class Box:
    id: str
    """`g…` a group, `s…` a step, `i…` an input of the model, `o…` an output."""
    x: float
    y: float
    width: float
    height: float
    title: str
    second: str
    family: str
    is_group: bool
    is_open: bool
    is_repeat: bool
    depth: int
    value: str | None = None
    """What it is coloured by, in words."""
    level: int | None = None
    """1 to 5: the step of the scale; 0 for none."""
    share: float | None = None
    """Of the whole, 0 to 1."""


@dataclass(frozen=True)
class Arrow:
    points: tuple[Point, ...]
    start: str
    """Id of a box; empty where it comes in from outside of a group."""
    end: str
    faint: bool = False
    """One of many from the same box, such as a mask."""


@dataclass(frozen=True)
class Scene:
    boxes: tuple[Box, ...]
    """Open groups before what lies in them."""
    arrows: tuple[Arrow, ...]
    width: float
    height: float


@dataclass(frozen=True)
class Hit:
    """A box that was searched for."""

    id: str
    title: str
    path: tuple[str, ...]
    """Ids of the groups that have to be open to see it, the outermost first."""


@dataclass(frozen=True)
class Found:
    hits: tuple[Hit, ...]
    """At most 200, from the inputs of the model down to its outputs."""
    total: int


@dataclass(frozen=True)
class Value:
    """Something that flows between steps, in words."""

    name: str
    shape: str = ""
    """`1 × 3 × 224 × 224 numbers (float32)`; empty when nobody knows."""


@dataclass(frozen=True)
class Weight:
    """Stored numbers of one step."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    count: int
    size_bytes: int
    low: float | None = None
    high: float | None = None
    zero_share: float | None = None
    """0 to 1; None where the numbers weren't read."""
    histogram: tuple[int, ...] = ()
    """Counts in equal steps from `low` to `high`."""


@dataclass(frozen=True)
class Detail:
    """What is said about one box."""

    id: str
    title: str
    sentence: str
    operators: dict[str, int]
    """How often each occurs in it."""
    name: str = ""
    domain: str = ""
    definition: str = ""
    """Address of the operator's definition."""
    attributes: dict[str, str] = field(default_factory=dict)
    inputs: tuple[Value, ...] = ()
    outputs: tuple[Value, ...] = ()
    weights: tuple[Weight, ...] = ()
    parameter_count: int = 0
    parameter_share: float = 0.0
    work: int | None = None
    """Multiply-accumulates; None when sizes aren't known."""
    work_share: float | None = None


Kind: TypeAlias = Literal["maps", "picture", "attention", "grid", "rows", "vector", "number", "texts", "nothing"]


def _no_pixels() -> NDArray[np.uint8]:
    return np.zeros((0, 0, 0), np.uint8)


def _no_figures() -> NDArray[np.float32]:
    return np.zeros(0, np.float32)


@dataclass(frozen=True)
class Shown:
    """A value inside a model, made small enough to be looked at. Statistics are of all of it."""

    box: str
    """Id of the box that gives it."""
    title: str
    """Of that box."""
    name: str
    shape: str
    """`1 × 32 × 112 × 112 numbers (float32)`."""
    kind: Kind
    """`maps` pictures of channels · `picture` one in colour · `attention` grids whose rows sum to 1 · `grid` others
    with a row and a column per word · `rows` one vector per word or place · `vector` · `number` · `texts` · `nothing`
    that can be drawn."""
    low: float | None = None
    """Statistics leave out what is not a number or endless; None where there are none."""
    high: float | None = None
    mean: float | None = None
    zero_share: float | None = None
    not_finite: int = 0
    pixels: NDArray[np.uint8] = field(default_factory=_no_pixels)
    """Of maps uint8 (channels, h, w), each from its own lowest to its highest value; of a picture (h, w, 3)."""
    channels: tuple[int, ...] = ()
    """Of maps: which of all channels, the liveliest first, counted from 0."""
    total: int = 0
    """Of maps: all channels; of rows: the numbers of each; of a vector: all its numbers."""
    side: tuple[int, ...] = ()
    """Of maps and pictures: height and width before they were made small."""
    figures: NDArray[np.float32] = field(default_factory=_no_figures)
    """Of grids float32 (grids, rows, columns), of rows (rows, features), of a vector (n,), of a number (1,). What was
    not finite is still in here."""
    labels: tuple[str, ...] = ()
    """What the rows are called, or the bars of a vector, or the texts themselves."""
    likeness: NDArray[np.float32] = field(default_factory=_no_figures)
    """Of rows float32 (rows, rows): how alike they are, -1 to 1."""
    notes: tuple[str, ...] = ()
    """Sentences: what was left out to make it small."""

    def __post_init__(self) -> None:
        if self.pixels.dtype != np.uint8 or self.pixels.ndim != 3:
            raise ValueError(f"pixels are uint8 with three dimensions, not {self.pixels.dtype} {self.pixels.shape}")
        if self.figures.dtype != np.float32 or self.likeness.dtype != np.float32:
            raise ValueError("figures are float32")
        if self.kind == "maps" and len(self.channels) != len(self.pixels):
            raise ValueError(f"{len(self.pixels)} maps and {len(self.channels)} channels")
        wanted = {"attention": 3, "grid": 3, "rows": 2, "vector": 1, "number": 1}.get(self.kind)
        if wanted is not None and self.figures.ndim != wanted:
            raise ValueError(f"{self.kind} need {wanted} dimensions, not {self.figures.shape}")
        if self.likeness.size and self.likeness.shape != (self.figures.shape[0],) * 2:
            raise ValueError(f"likeness of {self.figures.shape[0]} rows, not {self.likeness.shape}")


@dataclass(frozen=True)
class Followed:
    """What an input becomes inside a model."""

    shown: tuple[Shown, ...]
    """Of a box: what it gives, the main value first. Of a strip: one value per main block, in the order of work."""
    answer: str = ""
    """The model's answer in a few words; empty when it came to none."""
    notes: tuple[str, ...] = ()
    """Sentences: why something can't be shown, or how what is shown came about."""


@dataclass(frozen=True)
class Colour:
    """Of one box."""

    value: str
    """`8 % of the time`."""
    level: int
    """1 to 5: the step of the scale; 0 for none."""
    share: float
    """Of the whole, 0 to 1; 0 where there is no such thing."""


@dataclass(frozen=True)
class Coloured:
    """Boxes coloured by one thing."""

    title: str
    unit: str
    """`of the time`."""
    boxes: dict[str, Colour]
    """By id; what nothing is known about is left out."""
    total: str
    """What the whole comes to: a sentence."""
    coverage: str
    """How much of it is shown, what was left out or assumed: sentences."""
    steps: tuple[str, ...]
    """What the five colours mean, from the faintest to the strongest."""


@dataclass(frozen=True)
class Choice:
    """Something boxes can be coloured by."""

    id: str
    title: str
    summary: str
    needs_run: bool = False
    """The model is run for it, on the person's input where there is one."""


Mark: TypeAlias = Literal["same", "changed", "added", "removed"]


@dataclass(frozen=True)
class Partner:
    """The box of the other picture that a box belongs to."""

    id: str
    path: tuple[str, ...]
    """Ids of the groups that have to be open to see it, the outermost first."""


@dataclass(frozen=True)
class Side:
    """One of two pictures that are compared. What is said is said about boxes that are seen, by their ids."""

    scene: Scene
    opened: tuple[str, ...]
    """Ids of the groups that are open in it."""
    steps: int
    marks: dict[str, Mark]
    """A group in which something differs is changed; added or removed only when all of it is."""
    partners: dict[str, Partner]
    notes: dict[str, str]
    """What happened to a box, in a few words; nothing about those that are the same."""


@dataclass(frozen=True)
class Compared:
    """Two pictures side by side. Steps that only change number formats count with the step they serve."""

    first: Side
    second: Side
    sentence: str
    counts: dict[str, int]
    """Steps that are same, changed, added and removed."""
    changes: dict[str, int]
    """How many steps changed in what: operator, weights, format, attributes."""


@dataclass(frozen=True)
class Block:
    """One of the main boxes of a model."""

    id: str
    title: str
    steps: int
    work: int | None
    """Multiply-accumulates; None as soon as one of its steps can't be counted."""
    work_share: float
    """Of what could be counted, 0 to 1."""
    parameter_count: int
    """What several blocks need counts for the first of them."""


@dataclass(frozen=True)
class Use:
    """One operator, and how often the file has it."""

    operator: str
    domain: str
    title: str
    sentence: str
    count: int


@dataclass(frozen=True)
class GraphSummary:
    """A model for somebody who never opens a box."""

    sentence: str
    blocks: tuple[Block, ...]
    """In the order of work; every step is in exactly one."""
    operators: tuple[Use, ...]
    """The most frequent first; those that only prepare weights included."""
    parameter_count: int
    """Numbers the file stores, whatever for."""
    parameter_bytes: int
    work: int | None
    """Multiply-accumulates for one answer; None when nothing could be counted."""
    uncounted: int
    """Steps whose work isn't known: `work` is the least it can be."""
    assumed: dict[str, int]
    """Sizes the model leaves open, and what was taken for them."""
    opsets: dict[str, int]
    """Version of the operator set by domain; the standard domain is `ai.onnx`."""
    producer: str
    """`PyTorch 1.7`; empty when the file doesn't say."""
    missing: tuple[str, ...]
    """Steps that the installed onnxruntime doesn't have."""
    verdict: str
    """Whether it can be run here: a sentence."""
