"""A value inside a model as something to look at: what kind of thing it is, by shape and numbers, never by names."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.graph import small
from core.graph.kinds import MOST_BARS, MOST_TEXTS, Fed, drawn
from core.graph.words import cut
from core.scenes import Shown


def shown(box: str, title: str, name: str, value: Any, fed: Fed) -> Shown:
    """Any value that leaves a graph."""
    head: dict[str, Any] = {"box": box, "title": title, "name": cut_name(name)}
    if isinstance(value, list | tuple | dict) or value is None:
        return Shown(**head, **_loose(value))
    array = np.asarray(value)
    head["shape"] = in_words(array)
    if array.dtype.kind in "OUS":
        return Shown(**head, kind="texts", labels=tuple(cut(str(one)) for one in array.reshape(-1)[:MOST_TEXTS]))
    if not array.size:
        return Shown(**head, kind="nothing", notes=("It is empty for this input.",))
    notes: list[str] = []
    looks = drawn(_first(array, fed, notes), fed, notes)
    return Shown(**head, **small.statistics(array), **looks, notes=tuple(notes))


def cut_name(name: str) -> str:
    """A name from a file as one line of sane length."""
    flat = " ".join("".join(letter if letter.isprintable() else " " for letter in name[:400]).split())
    return flat if len(flat) <= 80 else f"{flat[:39]}…{flat[-40:]}"


def in_words(array: NDArray[Any]) -> str:
    sizes = " × ".join(f"{size:,}" for size in array.shape) or "one"
    many = "" if array.size == 1 else "s"
    return f"{sizes} " + (f"text{many}" if array.dtype.kind in "OUS" else f"number{many} ({array.dtype.name})")


def _loose(value: Any) -> dict[str, Any]:
    """Lists and dictionaries: scores by name are bars, of anything else only the size is told."""
    if value is None:
        return {"shape": "nothing", "kind": "nothing", "notes": ("It is empty for this input.",)}
    size = f"a list of {len(value):,}" if isinstance(value, list | tuple) else f"{len(value):,} values by name"
    table = value[0] if isinstance(value, list | tuple) and value else value
    if isinstance(table, dict) and table and all(_is_score(one) for one in table.values()):
        figures = np.array([float(one) for one in list(table.values())[:MOST_BARS]], np.float64)
        with np.errstate(all="ignore"):
            found = figures.astype(np.float32)
        names = tuple(cut(str(name)) for name in list(table)[:MOST_BARS])
        bars = {"kind": "vector", "figures": found, "labels": names, "total": len(table)}
        return {"shape": size, **bars, **small.statistics(figures)}
    return {"shape": size, "kind": "nothing", "notes": (f"It is {size}, which isn't drawn.",)}


def _is_score(value: Any) -> bool:
    return isinstance(value, int | float | np.number)


def _first(array: NDArray[Any], fed: Fed, notes: list[str]) -> NDArray[Any]:
    """The part that belongs to the first of several things that were fed at once."""
    if array.ndim < 2:
        return array
    count = array.shape[0]
    if count == 1:
        return array[0] if array.ndim > 2 else array
    if count == fed.batch:
        notes.append(f"{count:,} were given at once; one of them is drawn.")
        return array[0] if array.ndim > 2 else array[:1]
    if fed.batch > 1 and fed.length and count % fed.batch == 0:  # the places or heads of all texts in one row
        notes.append(f"{fed.batch:,} were given at once; one of them is drawn.")
        return array[: count // fed.batch]
    return array
