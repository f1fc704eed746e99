"""What the tasks about many pictures share: pictures become numbers, so that like pictures lie close together.

Any model that turns a picture into numbers will do, one that names what it sees included.

Facts (`info.preparation`), besides those of `core.tasks._picture_input`: `pooling` how one row of numbers is made of
what the model gives: `none` it is one already, `first`, `last`, `mean`, `max` of many · `compared_by` `numbers` as they
are, or `scores`: the square roots of its probabilities.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.errors import InputError, RunFailed, TooLarge
from core.tasks import _picture_input, _pictures, _tower_ports, _towers
from core.tasks._picture_sources import SCORES, source
from core.tasks._pictures import prepared
from core.tasks._towers import unit
from core.types import Fact, Graph, ModelInfo, Say

MOST_PICTURES = 500
_BATCH = 8
_STEADY = ("crop", "stretch", "stretch_crop", "fit", "fit_corner")
"""Ways to make a picture fit after which all have the same size, so that several can be fed at once."""


def assume(info: ModelInfo) -> dict[str, Fact]:
    """How pictures are fed, and how one row of numbers is made of the answer."""
    found, towers = source(info), _tower_ports.find(info)
    if found is None:
        unknown = "nothing else is known"
        return {
            "pooling": Fact("none", unknown, certain=False),
            "compared_by": Fact("numbers", unknown, certain=False),
        }
    habit = "what most models of pictures do"
    facts = (
        {**_towers.picture_facts(info, towers), **_towers.word_facts(info, towers)}
        if towers
        else _picture_input.facts(info.parts[found.role], found.picture, "crop", 224, habit)
    )
    why = f"the name of the output, “{found.output.name}”" if found.certain else "the shape of the output"
    return {
        **facts,
        "pooling": Fact("none" if found.pooling == SCORES else found.pooling, why, certain=found.certain),
        "compared_by": Fact(SCORES if found.pooling == SCORES else "numbers", why, certain=found.certain),
    }


def embed(pictures: Sequence[np.ndarray], parts: Mapping[str, Graph], info: ModelInfo, say: Say) -> np.ndarray:
    """One unit vector per picture, float32 (pictures, width). Raises RunFailed when they aren't made of numbers."""
    plan = how(info)
    try:
        found = _vectors(pictures, parts[plan["role"]], plan, say)
    except (ValueError, IndexError, TypeError) as error:
        raise RunFailed(
            "The model's answer isn't one row of numbers per picture.",
            "Its shape is another than the file promises, or changes from picture to picture.",
            "Try another task for this model, or check under “How it is fed” how pictures are made to fit.",
            repr(error),
        ) from error
    if not np.isfinite(found).all():
        raise RunFailed(
            "The model's answer isn't made of numbers.",
            "Some values are infinite or missing, which means it was fed something it wasn't made for.",
            "Change how pictures are prepared under “How it is fed”, or try other pictures.",
        )
    return found


def _vectors(pictures: Sequence[np.ndarray], graph: Graph, plan: dict[str, Any], say: Say) -> np.ndarray:
    """As `vectors`. Many files promise to take several pictures at once and can't; then it is one after the other."""
    try:
        return vectors(pictures, graph, plan, say)
    except (RunFailed, ValueError, IndexError, TypeError):
        if plan["batch"] == 1 or len(pictures) == 1:
            raise
    return vectors(pictures, graph, {**plan, "batch": 1}, say)


def check_count(pictures: Sequence[Any], fewest: int = 1) -> None:
    """Raises InputError for too few pictures, TooLarge for too many."""
    if len(pictures) < fewest:
        raise InputError(
            "There is nothing to compare yet.",
            f"{len(pictures) or 'No'} picture was given, and it takes at least {fewest}.",
            "Add more pictures.",
        )
    if len(pictures) > MOST_PICTURES:
        raise TooLarge(
            "These are too many pictures at once.",
            f"There are {len(pictures):,}; the limit is {MOST_PICTURES}.",
            "Give fewer pictures.",
        )


def how(info: ModelInfo) -> dict[str, Any]:
    """Everything `vectors` has to know, as plain data."""
    found, towers = source(info), _tower_ports.find(info)
    if found is None:
        raise RunFailed(
            "This model can't compare pictures.",
            "It doesn't take one picture and give numbers for it.",
            "Choose another task for it, or another model.",
        )
    facts = _picture_input.how(info.preparation)
    open_batch = (found.picture.shape or (1,))[0] != 1
    return {
        **facts,
        "role": found.role,
        "feed": found.picture.name,
        "read": found.output.name,
        "pooling": info.preparation["pooling"].value,
        "compared_by": info.preparation["compared_by"].value,
        "batch": _BATCH if open_batch and facts["resize"] in _STEADY else 1,
        "also": _towers.empty_words(towers, info) if towers and towers.text == found.role else {},
    }


def explain(info: ModelInfo) -> tuple[str, ...]:
    """How pictures were fed, and what their numbers are."""
    pooling = info.preparation["pooling"].value
    if info.preparation["compared_by"].value == SCORES:
        numbers = (
            "This model names what it sees. Pictures are alike here when it sees the same things in them, which is "
            "coarser than a model made for comparing."
        )
    else:
        taken = {"first": ": the first of many rows", "last": ": the last of many rows", "mean": ", an average"}
        numbers = f"The model turned each picture into a row of numbers{taken.get(pooling, '')}."
    return (*_picture_input.sentences(None, info.preparation), numbers)


def pooled(values: np.ndarray, pooling: str, layout: str) -> np.ndarray:
    """One row of numbers per picture, float32 (pictures, width).

    From (pictures, width), (pictures, places, width) or a map of places, laid out as pictures are fed.
    """
    rows = np.asarray(values, np.float32)
    if not rows.size or rows.ndim not in (2, 3, 4):
        raise ValueError(f"no row of numbers: {rows.shape}")
    if rows.ndim == 3:
        one = rows[:, -1] if pooling == "last" else rows[:, 0]
        rows = rows.mean(axis=1) if pooling == "mean" else rows.max(axis=1) if pooling == "max" else one
    elif rows.ndim == 4:
        rows = rows.mean(axis=(2, 3) if layout == "NCHW" else (1, 2))
    return rows


def roots(rows: np.ndarray) -> np.ndarray:
    """The square roots of probabilities, which are made of scores where they aren't any yet.

    The cosine between these is Bhattacharyya's measure of how much two guesses agree, 0 to 1.
    """
    with np.errstate(all="ignore"):  # what isn't a number stays none, and is told apart later
        if rows.min() < 0 or np.abs(rows.sum(axis=1) - 1).max() > 0.01:
            rows = np.exp(rows - rows.max(axis=1, keepdims=True))
        return np.asarray(np.sqrt(rows), np.float32)


def vectors(pictures: Sequence[np.ndarray], graph: Graph, how: dict[str, Any], say: Say | None = None) -> np.ndarray:
    """One unit vector per picture, float32 (pictures, width)."""
    also = {name: np.asarray(one["values"], one["dtype"]) for name, one in how["also"].items()}
    rows: list[np.ndarray] = []
    for start in range(0, len(pictures), how["batch"]):
        if say:
            say(start / len(pictures), f"{start} of {len(pictures)} pictures looked at")
        some = [prepared(picture, how) for picture in pictures[start : start + how["batch"]]]
        found = pooled(graph({how["feed"]: np.concatenate(some), **also})[how["read"]], how["pooling"], how["layout"])
        if len(found) != len(some):
            raise ValueError(f"{len(found)} rows for {len(some)} pictures")
        rows.append(roots(found) if how["compared_by"] == "scores" else found)
    return unit(np.concatenate(rows))


def likeness(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """How alike each two are, float32 (rows, columns) in [-1, 1]: the cosine between their unit vectors."""
    return np.asarray(np.clip(rows @ columns.T, -1, 1), np.float32)


FUNCTIONS = (*_pictures.FUNCTIONS, _towers.unit, pooled, roots, vectors, likeness)
"""What a script needs."""
IMPORTS = (
    "from collections.abc import Callable, Mapping, Sequence",
    "from typing import Any",
    "Graph = Say = Callable[..., Any]",
)
