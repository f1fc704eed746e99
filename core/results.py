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
    "matrix": Matrix,
    "table": Table,
    "text_lines": TextLines,
    "tensors": Tensors,
}

Result: TypeAlias = Ranking | Picture | Matrix | Table | TextLines | Tensors
