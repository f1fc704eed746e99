"""What an answer can be: a small closed set of kinds, so a page can draw any task without knowing it.

Arrays are checked when a result is made. Dispatch on `result.kind`, never on the class: a hot reload
makes new classes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.types import Value


@dataclass(frozen=True)
class RankedLabel:
    label: str
    score: float
    """0 to 1."""


@dataclass(frozen=True)
class Ranking:
    """Labels with the most likely one first."""

    rows: tuple[RankedLabel, ...]
    sure: bool = True
    """False when the best score is too low to be called an answer."""
    note: str = ""
    """One sentence for the user: why it isn't sure, or what was overruled."""
    independent: bool = False
    """True when each label was judged on its own, so that scores don't add up to 1 and several may hold."""
    kind: Literal["ranking"] = "ranking"


@dataclass(frozen=True)
class Picture:
    """A picture the model made."""

    pixels: NDArray[np.uint8]
    """uint8 (H, W, 3) red, green, blue, or (H, W, 4) with transparency last."""
    kind: Literal["picture"] = "picture"

    def __post_init__(self) -> None:
        shape, dtype = self.pixels.shape, self.pixels.dtype
        if dtype != np.uint8 or len(shape) != 3 or shape[2] not in (3, 4) or 0 in shape:
            raise ValueError(f"a picture is uint8 (H, W, 3 or 4), not {dtype} {shape}")


@dataclass(frozen=True)
class Boxes:
    """Things found in a picture, each with a box around it."""

    names: tuple[str, ...]
    """Of the classes; `classes` counts in it."""
    boxes: NDArray[np.float32]
    """float32 (N, 4): left, top, right, bottom in pixels of the user's picture. The highest score comes first."""
    scores: NDArray[np.float32]
    """float32 (N,), 0 to 1. All above `kept_above` are here, so that a page can move the limit without a new run."""
    classes: NDArray[np.int64]
    """int64 (N,), each the place of a name."""
    width_px: int
    height_px: int
    """Of the user's picture."""
    shown_above: float = 0.25
    """Where the limit for showing a box starts."""
    kept_above: float = 0.05
    note: str = ""
    kind: Literal["boxes"] = "boxes"

    def __post_init__(self) -> None:
        count = len(self.scores)
        if self.boxes.shape != (count, 4) or self.scores.shape != (count,) or self.classes.shape != (count,):
            raise ValueError(f"{self.boxes.shape}, {self.scores.shape} and {self.classes.shape} are no list of boxes")
        if count and not 0 <= int(self.classes.min()) <= int(self.classes.max()) < len(self.names):
            raise ValueError("a box is of a class without a name")


@dataclass(frozen=True)
class Areas:
    """What each place of a picture belongs to."""

    names: tuple[str, ...]
    classes: NDArray[np.uint16]
    """uint16 (H, W), each the place of a name. Proportions are those of the user's picture, the size may be less."""
    note: str = ""
    background: tuple[int, ...] = ()
    """Places of names that mean “nothing in particular”; drawn clear."""
    kind: Literal["areas"] = "areas"

    def __post_init__(self) -> None:
        if self.classes.dtype != np.uint16 or self.classes.ndim != 2 or 0 in self.classes.shape:
            raise ValueError(f"areas are uint16 (H, W), not {self.classes.dtype} {self.classes.shape}")
        if int(self.classes.max()) >= len(self.names):
            raise ValueError("a place is of a class without a name")


@dataclass(frozen=True)
class Depth:
    """How far away each place of a picture is."""

    values: NDArray[np.float32]
    """float32 (H, W), finite. The proportions are those of the user's picture."""
    unit: Literal["nearness", "metres"] = "nearness"
    """`nearness`: the larger, the nearer; no unit, and comparable within one picture only. `metres`: distance."""
    note: str = ""
    kind: Literal["depth"] = "depth"

    def __post_init__(self) -> None:
        if self.values.dtype != np.float32 or self.values.ndim != 2 or 0 in self.values.shape:
            raise ValueError(f"depth is float32 (H, W), not {self.values.dtype} {self.values.shape}")


@dataclass(frozen=True)
class Span:
    start: int
    end: int
    """Characters of the text, the end not included."""
    label: str
    score: float
    """0 to 1."""


@dataclass(frozen=True)
class Spans:
    """Places found in a text."""

    text: str
    spans: tuple[Span, ...]
    """In the order of the text; they don't overlap."""
    headline: str = ""
    """The answer itself where there is one, such as that to a question; shown large."""
    note: str = ""
    kind: Literal["spans"] = "spans"

    def __post_init__(self) -> None:
        if any(not 0 <= span.start < span.end <= len(self.text) for span in self.spans):
            raise ValueError("a span lies outside its text")


@dataclass(frozen=True)
class Match:
    place: int
    """Which of the given things, counted from 0."""
    score: float
    """-1 to 1; 1 is the same."""


@dataclass(frozen=True)
class Matches:
    """The given pictures, the best match first."""

    field: str
    """Name of the field they were given in."""
    rows: tuple[Match, ...]
    note: str = ""
    kind: Literal["matches"] = "matches"


@dataclass(frozen=True)
class Heat:
    """Which places of a picture an answer rests on."""

    values: NDArray[np.float32]
    """float32 (h, w) in [0, 1], over the whole of the user's picture; 1 is where it rests most."""
    label: str
    """The answer that is explained."""
    score: float
    method: str
    """One sentence: how it was found out, with how many looks at the picture."""
    kind: Literal["heat"] = "heat"

    def __post_init__(self) -> None:
        if self.values.dtype != np.float32 or self.values.ndim != 2 or 0 in self.values.shape:
            raise ValueError(f"heat is float32 (h, w), not {self.values.dtype} {self.values.shape}")


@dataclass(frozen=True)
class Influence:
    start: int
    end: int
    weight: float
    """-1 to 1: how much the score falls (positive) or rises when these characters are left out."""


@dataclass(frozen=True)
class Influences:
    """Which words of a text an answer rests on."""

    text: str
    parts: tuple[Influence, ...]
    label: str
    score: float
    method: str
    kind: Literal["influences"] = "influences"


@dataclass(frozen=True)
class Matrix:
    """How alike things are, each with each."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: NDArray[np.float32]
    """float32 (rows, columns) in [-1, 1]; 1 is the same meaning."""
    kind: Literal["matrix"] = "matrix"

    def __post_init__(self) -> None:
        if self.values.shape != (len(self.rows), len(self.columns)):
            raise ValueError(f"{len(self.rows)} rows and {len(self.columns)} columns need not {self.values.shape}")


@dataclass(frozen=True)
class Table:
    """Rows under named columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | int | float, ...], ...]
    score_column: str = ""
    """The column that holds a score in 0 to 1, to be drawn as a bar; empty when there is none."""
    note: str = ""
    """One sentence for the user, shown above the rows: what to think of them."""
    kind: Literal["table"] = "table"

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("every row needs one cell per column")


@dataclass(frozen=True)
class TextLine:
    text: str
    score: float
    """0 to 1."""
    box: tuple[float, float, float, float]
    """Left, top, right, bottom in pixels of the user's picture."""


@dataclass(frozen=True)
class TextLines:
    """Lines of text found in a picture, in reading order."""

    lines: tuple[TextLine, ...]
    width_px: int
    height_px: int
    kind: Literal["text_lines"] = "text_lines"


@dataclass(frozen=True)
class Tensors:
    """The raw outputs of a model nobody has a reader for."""

    outputs: dict[str, Value]
    """Arrays of any type and shape, lists (sequence), dicts (map) or None (empty optional), by output name."""
    kind: Literal["tensors"] = "tensors"


KINDS: dict[str, type] = {
    "ranking": Ranking,
    "picture": Picture,
    "boxes": Boxes,
    "areas": Areas,
    "depth": Depth,
    "spans": Spans,
    "matches": Matches,
    "heat": Heat,
    "influences": Influences,
    "matrix": Matrix,
    "table": Table,
    "text_lines": TextLines,
    "tensors": Tensors,
}

Result: TypeAlias = (
    Ranking
    | Picture
    | Boxes
    | Areas
    | Depth
    | Spans
    | Matches
    | Heat
    | Influences
    | Matrix
    | Table
    | TextLines
    | Tensors
)
