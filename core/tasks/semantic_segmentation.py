"""Says what each place of a picture belongs to.

Facts (`info.preparation`), besides those of a picture input (`core.tasks._picture_input`): `labels` names in the order
of the scores · `background` those of them that mean “nothing in particular” · `output` name of the output that is
read · `activation` of a model with one score per place: `none` it is 0 to 1 already, `sigmoid`, or `detect`: sigmoid
when a score lies outside 0 to 1.

Reads scores (1, C, h, w), (1, h, w, C) or without the 1, enlarged first and compared then, as transformers does (such
as SegFormer, h = H / 4); one score per place, more than half of 1 being the thing; and finished maps of whole numbers
(1, H, W).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.errors import RunFailed
from core.fields import Field
from core.plain import areas_in_short
from core.results import Areas
from core.script import Script
from core.tasks import _maps, _notes, _picture_input, _pictures
from core.tasks._maps import best_of, channels_last, limited, nearest_of, resampled, spans, unseen
from core.tasks._pictures import placement
from core.types import Fact, Graph, GraphInfo, Inputs, ModelInfo, Port, Say

TITLE = "Say what each place of a picture is"
SUMMARY = "Divides your picture into areas and names each of them, such as road, sky or person."
RESULT = "areas"
SAMPLES = ("coffee", "rocket", "chelsea", "astronaut")

MOST_PX = 4_000_000
"""Of the map of areas: larger pictures get a map that is smaller than they are."""
MOST_SCORES = 1_000_000_000
"""Places times classes."""
MOST_CLASSES = 65_535
_IMPORTS = ("from collections.abc import Sequence", "from typing import Any")
_NAMES = ("logits", "out", "semantic", "seg", "masks", "mask", "output")
_NOTHING = ["background", "__background__", "unlabelled", "unlabeled", "void"]


def fits(info: ModelInfo) -> float:
    """High for one picture in and one map of several scores, or of whole numbers, out."""
    graph = next(iter(info.parts.values()))
    if len(info.parts) > 1 or len(graph.inputs) != 1 or not _picture_input.takes_picture(graph.inputs[0]):
        return 0.0
    ports = [port for port in graph.outputs if _gives_map(port)]
    names = {port.name for port in graph.outputs}
    if not ports or (len(graph.outputs) > 1 and names != {"out", "aux"}):
        return 0.0
    if names == {"out", "aux"} or (ports[0].name == "logits" and len(ports[0].shape or ()) == 4):
        return 0.95
    named = bool(_notes.labels(graph.metadata)) or "labels" in info.preparation
    return _likeness(graph, ports[0], named=named)


def assume(info: ModelInfo) -> dict[str, Fact]:
    """The picture squeezed to 512 x 512 where the size is open; names from the file's notes."""
    graph = next(iter(info.parts.values()))
    names, port = _notes.labels(graph.metadata), _output(graph)
    return {
        **_picture_input.facts(graph, graph.inputs[0], "stretch", 512, "what most models of this kind do"),
        "longest_px": Fact(2048, "our own rule, so that it fits into memory", certain=False),
        "labels": Fact(names, "the model's own notes")
        if names
        else Fact([], "the file doesn't name its classes", certain=False),
        "background": Fact(_NOTHING, "the usual names for it", certain=False),
        "output": Fact(port.name, "the names and shapes of the outputs", certain=len(graph.outputs) == 1),
        "activation": Fact("detect", "the scores that come out", certain=False),
    }


def fields(info: ModelInfo) -> tuple[Field, ...]:
    """One picture, or many at once."""
    del info
    return (Field("picture", "picture", "Your picture", many=True),)


def answer(inputs: Inputs, parts: Mapping[str, Graph], info: ModelInfo, say: Say) -> Areas:
    """The areas, at most about 4 megapixels. Raises RunFailed when what comes out is no such map."""
    del say
    role, graph = next(iter(info.parts.items()))
    facts, picture = _values(info), inputs["picture"]
    made = parts[role]({graph.inputs[0].name: _pictures.prepared(picture, facts)})
    values = _maps.checked(made, facts["output"])
    _check_classes(values, len(facts["labels"]))
    found = areas(values, picture.shape[1], picture.shape[0], _reading(info))
    return Areas(tuple(found["names"]), found["classes"], found["note"], tuple(found["background"]))


def explain(inputs: Inputs, info: ModelInfo) -> tuple[str, ...]:
    """What was done to the picture, and where areas and names come from."""
    facts = info.preparation
    return (
        *_picture_input.sentences(inputs.get("picture"), facts),
        "The map that came out was enlarged to your picture, and each place got the class with the highest score.",
        f"The names come from {facts['labels'].source}."
        if facts["labels"].value
        else "The file doesn't name its classes, so they are numbered.",
    )


def verified(info: ModelInfo) -> str:
    """What the numbers were compared with: only where scores are enlarged and compared."""
    port = _output(next(iter(info.parts.values())))
    return "transformers 5.24" if port.dtype.startswith("float") else ""


def code(inputs: Inputs, info: ModelInfo) -> Script:
    """Prepare, run, compare: the app's own functions. The map itself is left in `found["classes"]`."""
    del inputs
    role, graph = next(iter(info.parts.items()))
    facts = _values(info)
    main = (
        "fed = prepared(picture, HOW)\n"
        f"values = parts[{role!r}]({{{graph.inputs[0].name!r}: fed}})[{facts['output']!r}]\n"
        "found = areas(values, picture.shape[1], picture.shape[0], HOW)\n"
        "result = areas_in_short(found['names'], found['classes'], found['note'])"
    )
    functions = (_maps.limited, _maps.spans, _maps.taps, _maps.best_of, _maps.resampled, _maps.nearest_of)
    own = (_maps.unseen, _maps.channels_last, class_names, places_of, areas, areas_in_short)
    constants = {"HOW": _reading(info)}
    return Script(main, (*_pictures.FUNCTIONS, *functions, *own), constants, _IMPORTS)


def class_names(labels: list[str], count: int) -> tuple[list[str], str]:
    """`count` names, and a note where those that are known don't fit."""
    if len(labels) == count:
        return list(labels), ""
    if len(labels) == count - 1 and labels:
        return ["background", *labels], ""
    numbered = [f"Class {number}" for number in range(count)]
    if not labels:
        return numbered, "The file doesn't name its classes, so they are numbered."
    return numbered, f"The model has {count} classes but {len(labels)} names are known, so numbers are shown."


def places_of(
    values: np.ndarray, height: int, width: int, within: Any, how: dict[str, Any]
) -> tuple[np.ndarray, list[str], str]:
    """The class of each of `height` x `width` places, the names, and a note. `values`: (h, w, C)."""
    labels, whole = how["labels"], values.dtype.kind in "iub"
    if values.shape[2] > 1:
        return (best_of(values, height, width, within), *class_names(labels, values.shape[2]))
    one = values[:, :, 0]
    if whole or (1 < one.max() < 65_535 and one.min() >= 0 and (one == np.floor(one)).all()):  # the classes themselves
        classes = nearest_of(one, height, width, within).astype(np.uint16)
        highest = int(one.max())
        if highest == 255 and 0 < len(labels) < 255:  # a habit: 255 is for what wasn't labelled
            classes[classes == 255] = len(labels)
            return classes, [*labels, "unlabelled"], ""
        enough = len(labels) > highest
        return (classes, *((list(labels), "") if enough else class_names(labels, max(2, highest + 1))))
    outside = one.min() < -1e-5 or one.max() > 1 + 1e-5
    sigmoid = how["activation"] == "sigmoid" or (how["activation"] == "detect" and outside)
    above = resampled(one, height, width, within) > (0.0 if sigmoid else 0.5)
    return (above.astype(np.uint16), *class_names(labels or ["found"], 2))


def areas(values: np.ndarray, width: int, height: int, how: dict[str, Any]) -> dict[str, Any]:
    """What each place of a picture of that size belongs to: `names`, `classes` uint16 (H, W), `background`, `note`."""
    maps = channels_last(values, len(how["labels"]))
    most_px = min(how["most_px"], how["most_scores"] // maps.shape[2])
    wide, high = limited(width, height, most_px)
    within = spans(placement(width, height, how), maps.shape[0], maps.shape[1])
    classes, names, note = places_of(maps, high, wide, within, how)
    nothing = {name.casefold() for name in how["background"]}
    background = [place for place, name in enumerate(names) if name.casefold() in nothing]
    hidden = unseen(high, maps.shape[0], within[0])[:, None] | unseen(wide, maps.shape[1], within[1])[None]
    if hidden.any():
        classes[hidden] = len(names)
        background, names = [*background, len(names)], [*names, "not seen by the model"]
    return {"kind": "areas", "names": names, "classes": classes, "note": note, "background": background}


def _values(info: ModelInfo) -> dict[str, Any]:
    return {name: fact.value for name, fact in info.preparation.items()}


def _reading(info: ModelInfo) -> dict[str, Any]:
    facts = _values(info)
    own = {name: facts[name] for name in ("labels", "background", "activation")}
    return {**_picture_input.how(info.preparation), **own, "most_px": MOST_PX, "most_scores": MOST_SCORES}


def _check_classes(values: np.ndarray, count: int) -> None:
    """Raises RunFailed when there are more classes than there can be, or classes below 0."""
    maps = channels_last(values, count)
    low, high = (int(maps.min()), int(maps.max())) if values.dtype.kind in "iu" else (0, 0)
    whole = values.dtype.kind != "f"
    if maps.shape[2] < MOST_CLASSES and low >= 0 and high < MOST_CLASSES and not (whole and maps.shape[2] > 1):
        return
    raise RunFailed(
        "The model's answer is no map of areas.",
        f"The output has the shape {values.shape} and whole numbers from {low} to {high}.",
        "Try another task for this model, or name another output under “How it is fed”.",
    )


def _gives_map(port: Port) -> bool:
    """Whether an output can be scores (1, C, h, w), or whole numbers (1, H, W) or (1, 1, H, W)."""
    if port.kind != "tensor" or port.shape is None or len(port.shape) not in (3, 4):
        return False
    if (isinstance(port.shape[0], int) and port.shape[0] != 1) or port.shape[1:].count(1) > 1:
        return False
    return port.dtype.startswith(("int", "uint")) or (port.dtype.startswith("float") and len(port.shape) == 4)


def _output(graph: GraphInfo) -> Port:
    """The output to read: by name, else the first that can be a map."""
    ports = [port for port in graph.outputs if _gives_map(port)] or list(graph.outputs)
    by_name = {port.name.casefold(): port for port in ports}
    return next((by_name[name] for name in _NAMES if name in by_name), ports[0])


def _likeness(graph: GraphInfo, port: Port, *, named: bool) -> float:
    """By shape: how many channels, and how much smaller than the picture the map is."""
    given = _picture_input.layout(graph.inputs[0])[1:]
    if not port.dtype.startswith("float"):
        return 0.85
    shape, last = port.shape or (), given[1:] == (port.shape or ())[1:3]
    channels, sides = (shape[3], shape[1:3]) if last and None not in given[1:] else (shape[1], shape[2:])
    if not isinstance(channels, int) or channels == 1:
        return 0.3
    if channels == 3:  # might as well be a picture
        return 0.9 if named else 0.3
    if channels > 200:  # more likely inner features
        return 0.2
    if not isinstance(given[1], int) or not isinstance(sides[0], int):
        return 0.7
    smaller = given[1] / max(1, sides[0])
    return (0.9 if named else 0.85) if smaller in {1, 2, 4, 8} else 0.2
