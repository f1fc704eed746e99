"""The columns a model for tables takes: which there are, what they are called, which headings mean them.

A plan is a list of dicts, one per column and in order, as `core.tasks._cells` wants them.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.errors import BadFile
from core.fields import Rows
from core.tasks import _cells
from core.types import Fact, GraphInfo, Port

MAX_COLUMNS = 2_000
"""As many as a table that is read may have."""
DTYPES = ("float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "bool", "string")
HEADINGS = "the headings of your table"
VALUES = "the values in your table"
_GUESSED = "the file doesn't name its columns"
_MOST_WORDS = 50
_ALIKE = 0.9


def width(port: Port) -> int:
    """How many columns an input holds; 0 when it isn't rows of columns, or leaves that open."""
    if port.kind != "tensor" or port.dtype not in DTYPES or port.shape is None or len(port.shape) not in (1, 2):
        return 0
    if port.shape[0] == 0:
        return 0
    if len(port.shape) == 1:
        return 0 if isinstance(port.shape[0], int) and port.shape[0] > 1 else 1  # [4] may be one row of four
    size = port.shape[1]
    return size if isinstance(size, int) else 0


def facts(graph: GraphInfo) -> dict[str, Fact]:
    """`columns` and `words`: the names of the inputs where each is one column, else numbers."""
    widths = [width(port) for port in graph.inputs]
    if len(widths) > 1 and set(widths) == {1}:
        names = Fact([port.name for port in graph.inputs], "the names of the inputs")
    else:
        names = Fact([f"column {place + 1}" for place in range(sum(widths))], _GUESSED, certain=False)
    keys = [f"{port.name}[{place}]" for port, count in zip(graph.inputs, widths, strict=True) for place in range(count)]
    known = {name: list(graph.words[key]) for name, key in zip(names.value, keys, strict=True) if key in graph.words}
    return {"columns": names, "words": Fact(known, "the words written inside the model")}


def plan(graph: GraphInfo, preparation: Mapping[str, Fact]) -> list[dict[str, Any]]:
    """One dict per column; names that don't fit in number are left aside."""
    ports = [port for port in graph.inputs for _ in range(width(port))]
    names = [str(name) for name in preparation["columns"].value]
    if len(names) != len(ports) or len(set(names)) != len(names):
        names = [f"column {place + 1}" for place in range(len(ports))]
    words = preparation["words"].value
    return [
        {
            "name": name,
            "port": port.name,
            "dtype": port.dtype,
            "rank": len(port.shape or ()),
            "words": [str(word) for word in words.get(name, ())],
        }
        for name, port in zip(names, ports, strict=True)
    ]


def places(columns: Sequence[str], rows: Sequence[Sequence[str]], wanted: Sequence[str], certain: bool) -> list[int]:
    """Which column of a given table is which of the model's: by name, else by order. Raises BadFile."""
    by_name = _by_name(wanted, columns)
    whole = [place for place in by_name if place is not None]
    if len(whole) == len(wanted):
        return whole
    if (certain and whole) or len(columns) < len(wanted):
        missing = [name for name, place in zip(wanted, by_name, strict=True) if place is None]
        raise _lacking(missing if whole else list(wanted), len(columns))
    if len(columns) == len(wanted):
        return [*range(len(wanted))]
    numbers = [place for place in range(len(columns)) if rows and _is_number(rows[0][place])]
    return numbers if len(numbers) == len(wanted) else [*range(len(wanted))]


def _lacking(missing: list[str], count: int) -> BadFile:
    listed = ", ".join(f"“{name[:40]}”" for name in missing[:8]) + (" …" if len(missing) > 8 else "")
    return BadFile(
        "This table lacks a column that the model needs.",
        f"It has {count:,}, and none is called {listed}." if len(missing) == 1 else f"Missing: {listed}.",
        "Add what is missing, or correct the headings.",
    )


def learned(table: Rows, chosen: Sequence[int], known: Sequence[Mapping[str, Any]], certain: bool) -> dict[str, Fact]:
    """`columns`, `ranges` and `words` as this table has them."""
    headings = [table.columns[place].strip() for place in chosen]
    keeps = certain or len(set(headings)) < len(headings) or all(heading.isdecimal() for heading in headings)
    names = [column["name"] for column in known] if keeps else headings
    ranges: dict[str, list[float]] = {}
    words: dict[str, list[str]] = {}
    for name, place, column in zip(names, chosen, known, strict=True):
        cells = [row[place] for row in table.rows]
        if column["words"]:
            words[name] = column["words"]
        elif column["dtype"] == "string":
            different = sorted({cell.strip() for cell in cells} - {""})
            words |= {name: different} if 1 < len(different) <= _MOST_WORDS else {}
        elif column["dtype"] != "bool":
            values, wrong = _cells.numbers([cell.strip() for cell in cells], "float64", missing_fed=False)
            kept = np.delete(values, list(wrong))
            ranges |= {name: [float(kept.min()), float(kept.max())]} if len(kept) and kept.min() < kept.max() else {}
    found = {"ranges": Fact(ranges, VALUES, certain=False), "words": Fact(words, VALUES, certain=False)}
    return found if keeps else {"columns": Fact(names, HEADINGS, certain=False), **found}


def _by_name(wanted: Sequence[str], columns: Sequence[str]) -> list[int | None]:
    """The column each name means: the same but for case and marks; of the rest the one that is nearly so."""
    names, free = [_bare(name) for name in wanted], dict(enumerate(map(_bare, columns)))
    found: list[int | None] = []
    for name in names:
        same = [place for place, word in free.items() if word == name]
        found.append(same[0] if len(same) == 1 else None)
    free = {place: word for place, word in free.items() if place not in found}
    for at, name in enumerate(names):
        if found[at] is None:
            place = found[at] = _nearly(name, free)
            free = {other: word for other, word in free.items() if other != place}
    return found


def _nearly(name: str, free: Mapping[int, str]) -> int | None:
    begins = [place for place, word in free.items() if _begins_alike(word, name)]
    if len(begins) == 1:
        return begins[0]
    close = difflib.get_close_matches(name, free.values(), n=2, cutoff=_ALIKE)
    return next(place for place, word in free.items() if word == close[0]) if len(close) == 1 else None


def _begins_alike(one: str, other: str) -> bool:
    """`sepallength` and `sepallengthcm` do; `x1` and `x10` don't."""
    short, long = sorted((one, other), key=len)
    return len(short) > 3 and long.startswith(short) and not long[len(short)].isdecimal()


def _bare(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
