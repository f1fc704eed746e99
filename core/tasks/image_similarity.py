"""How alike pictures are, each with each. Facts: see `core.tasks._picture_vectors`."""

from __future__ import annotations

from collections.abc import Mapping

from core.fields import Field
from core.results import Matrix
from core.script import Script
from core.tasks import _picture_sources, _picture_vectors, _tower_ports
from core.types import Fact, Graph, Inputs, ModelInfo, Say

TITLE = "How alike are these pictures"
SUMMARY = "Compares what is in your pictures, each with each."
RESULT = "matrix"


def fits(info: ModelInfo) -> float:
    """High for a model made to compare pictures, low for one that names what is in them."""
    found = _picture_sources.source(info)
    return found.fit if found else 0.0


def assume(info: ModelInfo) -> dict[str, Fact]:
    """See `core.tasks._picture_vectors`."""
    return _picture_vectors.assume(info)


def fields(info: ModelInfo) -> tuple[Field, ...]:
    """Two pictures or more."""
    del info
    return (Field("pictures", "pictures", "Your pictures", "Two or more."),)


def answer(inputs: Inputs, parts: Mapping[str, Graph], info: ModelInfo, say: Say) -> Matrix:
    """1 is the same, about 0 nothing in common. Raises InputError for a single picture, TooLarge for very many."""
    pictures = inputs["pictures"] or ()
    _picture_vectors.check_count(pictures, fewest=2)
    found = _picture_vectors.embed(pictures, parts, info, say)
    names = tuple(f"Picture {number}" for number in range(1, len(pictures) + 1))
    return Matrix(names, names, _picture_vectors.likeness(found, found))


def explain(inputs: Inputs, info: ModelInfo) -> tuple[str, ...]:
    """How pictures were fed, and what the numbers mean."""
    del inputs
    return (
        *_picture_vectors.explain(info),
        "A likeness of 1 is the same picture to the model. It is no probability.",
    )


def verified(info: ModelInfo) -> str:
    """What the numbers were compared with."""
    return "transformers 5.24" if _tower_ports.find(info) else ""


def code(inputs: Inputs, info: ModelInfo) -> Script:
    """Numbers of each picture, compared: the app's own functions."""
    del inputs
    main = (
        'found = vectors(pictures, parts[HOW["role"]], HOW)\n'
        'names = [f"Picture {number}" for number in range(1, len(pictures) + 1)]\n'
        'result = {"kind": "matrix", "rows": names, "columns": names, "values": likeness(found, found).tolist()}'
    )
    how = {"HOW": _picture_vectors.how(info)}
    return Script(main, _picture_vectors.FUNCTIONS, how, _picture_vectors.IMPORTS)
