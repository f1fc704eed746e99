"""What a task contributes to "show me the code": the script around it is written by `core.actions.show_code`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Script:
    """The task's share of a standalone script that gives the same answer as the app.

    Before `main` runs, the script around it has made available
    - `np`, `json`, and `Image` (from Pillow),
    - `parts`: the model's graphs by role, called as in the app: `parts["model"]({"image": x})["probabilities"]`,
    - one variable per field of the form, named like the field and read as in the app (`picture` is uint8 (H, W, 3),
      `text` is a str, `texts` a tuple of str, a `table` a dict with "columns" and "rows", ...).
    `main` must leave the answer in `result`: a dict as the command line's --json gives under "result"; or, for a
    picture, uint8 (H, W, 3 or 4).
    """

    main: str
    functions: tuple[Callable[..., Any], ...] = ()
    """Copied as source, in this order. They may use only `np`, `json`, `Image`, `imports` and each other."""
    constants: dict[str, Any] = field(default_factory=dict)
    """Plain data by name: strings, numbers, lists, dicts. Long ones are fine."""
    imports: tuple[str, ...] = ()
    """Further lines of import, such as `from tokenizers import Tokenizer`."""
    packages: tuple[str, ...] = ()
    """What to install besides onnxruntime, numpy and pillow."""
