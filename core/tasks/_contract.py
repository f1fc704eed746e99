"""What a file on this shelf offers. A task is a module, not a class: this Protocol only describes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.fields import Field
from core.results import Result
from core.script import Script
from core.types import Fact, Graph, Inputs, ModelInfo, Say


class Task(Protocol):
    TITLE: str
    """A few words a user would say: `Name what is in a picture`."""
    SUMMARY: str
    """One sentence."""
    RESULT: str
    """The kind of result, from `core.results`."""

    def fits(self, info: ModelInfo) -> float:
        """0 (cannot be) to 1 (certain), judged from the shapes, names and notes in the file alone."""
        ...

    def assume(self, info: ModelInfo) -> dict[str, Fact]:
        """How the model would be fed and read if nobody says otherwise; `info.preparation` overrides each."""
        ...

    def fields(self, info: ModelInfo) -> tuple[Field, ...]:
        """What to ask the user for. The first is the main one."""
        ...

    def answer(self, inputs: Inputs, parts: Mapping[str, Graph], info: ModelInfo, say: Say) -> Result:
        """Encode, run, decode. `info.preparation` holds what `assume` gave, overridden by what is known."""
        ...

    def explain(self, inputs: Inputs, info: ModelInfo) -> tuple[str, ...]:
        """Sentences on what was done to the input and how the answer was read; says what was cut or guessed."""
        ...

    def code(self, inputs: Inputs, info: ModelInfo) -> Script:
        """What a standalone Python script needs to give the same answer; `core.script` says what it may rely on."""
        ...

    # Optional: `verified(info) -> str`, what the numbers of this way of reading were compared with, such as
    # `transformers 5.24`; empty or left out where nothing independent was: the page then says “not verified”.
    # Optional: `ALSO: tuple[str, ...]`, further kinds of result it may give.
    # Optional: `preview(inputs, parts, info, say) -> dict[str, uint8 (H, W, 3)]`, one small picture for each
    # choice of the field that says `pictured=True`.
    # Optional: `warm_up() -> None` imports and finds what would be imported or looked up late: it is called in a worker
    # before that closes its doors and can open no file any more.


Thumbnails: TypeAlias = dict[str, NDArray[np.uint8]]
