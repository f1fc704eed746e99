"""What models that judge texts give: which output holds the scores, what its places are called, on which scale."""

from __future__ import annotations

from collections.abc import Sequence

from core.tasks import _notes
from core.types import Fact, GraphInfo, ModelInfo, Port

_NAMES = ("logits", "probabilities", "probs", "scores", "output", "output_0", "output1", "predictions")
_NO_SCORES = ("hidden", "embed", "pool", "features")
_MOST_CLASSES = 500
"""More are the words of a language, not labels."""


def output(graph: GraphInfo, rank: int) -> Port | None:
    """The output with scores, of this rank and with no more classes than labels there can be."""
    fitting = {port.name.split(":")[0]: port for port in graph.outputs if _is_scores(port, rank)}
    named = next((fitting[name] for name in _NAMES if name in fitting), None)
    alone = next(iter(fitting.values())) if len(graph.outputs) == len(fitting) == 1 else None
    return named or alone


def width(port: Port | None) -> int:
    """How many scores it holds when the file says so; 0 otherwise."""
    last = (port.shape or (None,))[-1] if port else None
    return last if isinstance(last, int) else 0


def labels(info: ModelInfo) -> list[str]:
    """The names of the classes, as far as somebody said them."""
    fact = info.preparation.get("labels")
    known = fact.value if fact else None
    return list(known) if isinstance(known, list | tuple) else _notes.labels(next(iter(info.parts.values())).metadata)


def labels_fact(graph: GraphInfo) -> Fact:
    """From the file's own notes."""
    names = _notes.labels(graph.metadata)
    return Fact(names, "the model's own notes") if names else Fact([], "the file doesn't name them", certain=False)


def scale(port: Port | None) -> Fact:
    """Whether the scores are shares already."""
    name = port.name.lower() if port else ""
    if "prob" in name:
        return Fact("probabilities", "the name of the output")
    return Fact("logits", "the name of the output" if "logit" in name else "what most models do", "logit" in name)


def entailment(names: Sequence[str]) -> bool:
    """Whether these are the labels of a model that says if one text follows from another."""
    return any(name.casefold().startswith("entail") for name in names)


def named(labels: Sequence[str], count: int) -> tuple[list[str], str]:
    """The labels when there is one for each of `count` scores, and a sentence when they don't help."""
    if not labels:
        return [], "The file doesn't name its labels, so they are numbered."
    if len(labels) != count:
        return [], f"The model gives {count} scores but {len(labels)} names are known, so they are numbered."
    if all(label.upper() == f"LABEL_{place}" for place, label in enumerate(labels)):
        return list(labels), "Nobody wrote down what the labels mean. Look it up where the model comes from."
    return list(labels), ""


def _is_scores(port: Port, rank: int) -> bool:
    shape = port.shape
    if port.kind != "tensor" or shape is None or len(shape) != rank or not port.dtype.startswith("float"):
        return False
    last, name = shape[-1], port.name.lower()
    return (not isinstance(last, int) or 0 < last <= _MOST_CLASSES) and not any(word in name for word in _NO_SCORES)
