"""What a task can ask for: a small closed set of kinds, so a page can draw any form without knowing the task.

| kind | the page shows | a request carries | the task receives |
|---|---|---|---|
| picture | upload, camera, samples | bytes of a picture file, or `Upload` | uint8 (H, W, 3), upright, on white |
| pictures | upload of several | a tuple of bytes or `Upload` | tuple of uint8 (H, W, 3) |
| text | a text box, a .txt file | str, bytes of a file, or `Upload` | str |
| texts | a text box, one text per line | str, bytes, `Upload`, or a list of str | tuple[str, ...], no empty ones |
| file | upload, or paste | bytes, `Upload`, or str | bytes |
| choice | a list, or pictures to pick from | str | str, one of `choices` |
| number | a slider, or a box to type in | float | float within `minimum` and `maximum` |
| table | upload, or paste | bytes of a CSV file, `Upload`, or str | `Rows`: headings and rows of texts |
| tensor | numbers, a file, a picture, random | `TensorSource` or the value itself | array, list, dict or None |
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from core.types import Port, Upload


@dataclass(frozen=True)
class Rows:
    """A table that was given."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """Cells as they were written, each row as long as `columns`."""


FieldKind: TypeAlias = Literal["picture", "pictures", "text", "texts", "file", "choice", "number", "table", "tensor"]


@dataclass(frozen=True)
class Field:
    name: str
    kind: FieldKind
    title: str
    """A few plain words above the widget."""
    help: str = ""
    default: Any = None
    choices: tuple[str, ...] = ()
    pictured: bool = False
    """For a choice: the task's `preview` draws one small picture per choice."""
    minimum: float = 0.0
    maximum: float = 1.0
    step: float = 0.05
    typed: bool = False
    """For a number: typed into a box and not chosen on a slider; `minimum` and `maximum` may then be far away."""
    required: bool = True
    many: bool = False
    """May be given several times at once; each one gets an answer of its own."""
    port: Port | None = None
    """For a tensor: the input it fills."""


@dataclass(frozen=True)
class TensorSource:
    """A recipe for one input of a graph, made into a value by `core.readers.tensor`."""

    how: Literal["random", "zeros", "ones", "numbers", "picture", "text", "file"] = "random"
    shape: tuple[int, ...] = ()
    """The size of every dimension, symbolic ones filled in."""
    seed: int = 0
    text: str = ""
    """For `numbers`: separated by space, comma or line. For `text`: the text itself."""
    data: bytes | Upload = b""
    """For `picture` and `file`: the bytes of the file, or where it lies."""
    file_name: str = ""
    """For `file`: decides between .npy, .npz and .csv; never used as a path."""
