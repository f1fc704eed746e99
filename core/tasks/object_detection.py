"""Finds things in a picture and draws a box around each.

Facts (`info.preparation`): those about the picture (see `core.tasks._picture_input`) · `decoder` how the answer is
read, one of `core.tasks._detectors.KINDS` · `labels` names of the classes · `first_class` 1 when the model counts its
classes from 1, else 0 · `score_above` 0 to 1, where showing a box starts · `overlap` 0 to 1, boxes of one class that
share more than this are one thing; 1 keeps all · `most` boxes that are kept, at most 1,000.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from core.errors import RunFailed
from core.fields import Field
from core.results import Boxes
from core.script import Script
from core.tasks import _boxes, _detector_facts, _detector_signs, _picture_input, _pictures
from core.tasks._detectors import KINDS, Kind
from core.types import Fact, Graph, GraphInfo, Inputs, ModelInfo, Port, Say

TITLE = "Find things in a picture"
SUMMARY = "Draws a box around each thing the model knows and says what it is."
RESULT = "boxes"
SAMPLES = ("coffee", "chelsea", "astronaut", "camera", "flower")

KEPT_ABOVE = 0.05
MOST = 1_000
"""Boxes in one answer."""
_LARGEST_ANSWER = 2**26
"""Numbers in one output; no detector comes near."""
_HIGHEST_CLASS = 100_000


def warm_up() -> None:
    """Reads the usual names: later no file can be opened."""
    _detector_facts.load()


def fits(info: ModelInfo) -> float:
    """High for the names and shapes that detectors are known by."""
    return _detector_facts.recognised(info).fit if len(info.parts) == 1 else 0.0


def assume(info: ModelInfo) -> dict[str, Fact]:
    """How to read the answer from names, shapes and notes; how to prepare the picture as that kind usually wants it."""
    return _detector_facts.facts(info)


def fields(info: ModelInfo) -> tuple[Field, ...]:
    """One picture, or many at once."""
    del info
    return (Field("picture", "picture", "Your picture", "Things may be anywhere in it.", many=True),)


def verified(info: ModelInfo) -> str:
    """What reading the boxes was compared with; how each kind wants its picture is said to be a guess where it is."""
    decoder = info.preparation.get("decoder")
    by_transformers = decoder is not None and str(decoder.value).startswith(
        ("detr", "deformable", "rt_detr", "rf_detr")
    )
    return "transformers 5.24" if by_transformers else "the published formulas of such detectors"


def answer(inputs: Inputs, parts: Mapping[str, Graph], info: ModelInfo, say: Say) -> Boxes:
    """Boxes in pixels of the picture, best first. Raises RunFailed when the answer can't be read as boxes."""
    del say
    role, picture, facts = next(iter(info.parts)), inputs["picture"], _values(info)
    graph, kind = info.parts[role], _kind(facts["decoder"])
    size = (picture.shape[1], picture.shape[0])
    how = _picture_input.how(info.preparation)
    place = _pictures.placement(*size, how)
    port, extras = _ports(graph)
    names = _outputs(facts["decoder"], graph)
    fed = _pictures.prepared(picture, how)
    feeds = {port.name: fed[0] if _flat(port) else fed, **_boxes.made_inputs(extras, size, place)}
    outputs = parts[role](feeds)
    found = _found(kind, [outputs[name] for name in names], _known(facts, place))
    made = _boxes.things(found, facts["labels"], _reading(kind, graph, facts), size, place)
    return Boxes(
        tuple(made["names"]),
        np.reshape(np.array(made["boxes"], np.float32), (-1, 4)),
        np.array(made["scores"], np.float32),
        np.array(made["classes"], np.int64),
        *size,
        made["shown_above"],
        made["kept_above"],
        made["note"],
    )


def explain(inputs: Inputs, info: ModelInfo) -> tuple[str, ...]:
    """What was done to the picture, and how boxes, names and limits came about."""
    facts = info.preparation
    decoder, labels, overlap = facts["decoder"], facts["labels"], facts["overlap"].value
    why = f"; this is known from {decoder.source}" if decoder.certain else f"; this is a guess from {decoder.source}"
    if decoder.source == "you":
        why = ", as you said"
    return (
        *_picture_input.sentences(inputs.get("picture"), facts),
        *_extra_sentences(_graph(info)),
        f"The answer was read as {_kind(decoder.value).words}{why}.",
        f"Boxes of one name that share more than {overlap:.0%} of their area are taken for one thing; the best stays."
        if overlap < 1
        else "The model gives one box per thing by itself; none was taken out for overlapping.",
        f"Boxes above {facts['score_above'].value:.0%} are shown at first.",
        f"The best {_most(_values(info)):,} above {KEPT_ABOVE:.0%} are kept, so that the limit can be moved.",
        "The file doesn't name its classes, so they are numbered."
        if not labels.value
        else f"The names come from {labels.source}{'' if labels.certain else '; that is a guess'}.",
    )


def code(inputs: Inputs, info: ModelInfo) -> Script:
    """Prepare, run, read boxes: the app's own functions."""
    del inputs
    role, facts = next(iter(info.parts)), _values(info)
    graph, kind = info.parts[role], _kind(facts["decoder"])
    port, extras = _ports(graph)
    main = (
        "size = (picture.shape[1], picture.shape[0])\n"
        "place = placement(*size, HOW)\n"
        f"feeds = {{{port.name!r}: prepared(picture, HOW){'[0]' if _flat(port) else ''}}}\n"
        "feeds.update(made_inputs(EXTRAS, size, place))\n"
        f"outputs = parts[{role!r}](feeds)\n"
        "known = {**KNOWN, 'width_px': place['width_px'], 'height_px': place['height_px']}\n"
        f"found = {kind.read.__name__}([outputs[name] for name in OUTPUTS], known)\n"
        "result = things(found, LABELS, READING, size, place)"
    )
    constants = {
        "HOW": _picture_input.how(info.preparation),
        "EXTRAS": extras,
        "OUTPUTS": list(_outputs(facts["decoder"], graph)),
        "KNOWN": {"labels": len(facts["labels"]), "most": _most(facts)},
        "READING": _reading(kind, graph, facts),
        "LABELS": facts["labels"],
    }
    functions: tuple[Callable[..., Any], ...] = (*_pictures.FUNCTIONS, *_boxes.FUNCTIONS, *kind.uses, kind.read)
    return Script(main, functions, constants, ("from typing import Any",))


def _graph(info: ModelInfo) -> GraphInfo:
    return next(iter(info.parts.values()))


def _values(info: ModelInfo) -> dict[str, Any]:
    return {name: fact.value for name, fact in info.preparation.items()}


def _kind(decoder: str) -> Kind:
    if decoder not in KINDS:
        raise RunFailed(
            f"There is no way of reading answers called “{str(decoder)[:60]}”.",
            f"Those there are: {', '.join(KINDS)}.",
            "Choose one of them under “How it is fed”.",
        )
    return KINDS[decoder]


def _ports(graph: GraphInfo) -> tuple[Port, list[dict[str, Any]]]:
    """The input for the picture, and those that are made."""
    port = _detector_signs.picture_port(graph)
    if port is None:
        raise RunFailed(
            "It isn't clear where the picture goes.",
            f"The model takes {', '.join(port.name for port in graph.inputs)}.",
            "Open it with “See raw numbers” and fill each input yourself.",
        )
    extras = [
        {"name": extra.name, "dtype": extra.dtype, "shape": list(extra.shape or ())}
        for extra in graph.inputs
        if extra.name != port.name
    ]
    return port, extras


def _flat(port: Port) -> bool:
    """Whether it takes one picture without the dimension of a batch, as torchvision's detectors do."""
    return port.shape is not None and len(port.shape) == 3


def _outputs(decoder: str, graph: GraphInfo) -> tuple[str, ...]:
    try:
        return _detector_signs.outputs_for(decoder, graph)
    except KeyError:
        raise RunFailed(
            "The model doesn't give what this way of reading needs.",
            f"It gives {', '.join(port.name for port in graph.outputs)}, which can't be read as “{decoder}”.",
            "Choose another way of reading under “How it is fed”.",
        ) from None


def _known(facts: Mapping[str, Any], place: Mapping[str, int]) -> dict[str, Any]:
    known = {"labels": len(facts["labels"]), "most": _most(facts)}
    return {**known, "width_px": place["width_px"], "height_px": place["height_px"]}


def _reading(kind: Kind, graph: GraphInfo, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What `core.tasks._boxes.things` goes by."""
    scaled = kind.unit == "scaled" and not any(port.name == "scale_factor" for port in graph.inputs)
    chosen = {name: facts[name] for name in ("first_class", "score_above", "overlap")}
    return {"unit": "fed" if scaled else kind.unit, "kept_above": KEPT_ABOVE, "most": _most(facts), **chosen}


def _most(facts: Mapping[str, Any]) -> int:
    return min(max(int(facts["most"]), 1), MOST)


def _found(kind: Kind, values: list[Any], known: dict[str, Any]) -> dict[str, Any]:
    """What the kind reads from the outputs, checked: whatever a strange model gives ends in words."""
    sizes = " and ".join(" × ".join(str(size) for size in np.shape(value)) or "one value" for value in values)
    strange = RunFailed(
        "The model's answer can't be read as boxes.",
        f"It has the size {sizes}, which isn't what is expected when it is read as {kind.words}.",
        "Choose another way of reading under “How it is fed”, or look at its raw numbers.",
    )
    if not all(isinstance(value, np.ndarray) and value.dtype.kind in "fiu" for value in values):
        raise strange
    if any(value.size > _LARGEST_ANSWER for value in values):
        raise strange
    if any(value.size == 0 for value in values):
        empty = np.zeros(0)
        return {"boxes": np.zeros((0, 4)), "scores": empty, "classes": empty, "count": 0}
    try:
        with np.errstate(all="ignore"):
            found = kind.read(values, known)
    except (ValueError, IndexError, TypeError):
        raise strange from None
    if not (found["boxes"].shape == (len(found["scores"]), 4) and found["scores"].shape == found["classes"].shape):
        raise strange
    return _sensible(found)


def _sensible(found: dict[str, Any]) -> dict[str, Any]:
    scores = found["scores"]
    likely = scores > KEPT_ABOVE
    boxes, classes = found["boxes"][likely], found["classes"][likely]
    if not (np.isfinite(scores).all() and np.isfinite(boxes).all() and np.isfinite(classes).all()):
        raise RunFailed(
            "The model's answer isn't made of numbers.",
            "Some scores or boxes are infinite or missing, which means it was fed something it wasn't made for.",
            "Change how pictures are prepared under “How it is fed”, or try another picture.",
        )
    if len(classes) and not (classes.min() >= 0 and classes.max() <= _HIGHEST_CLASS):
        raise RunFailed(
            "The model names a class that can't be.",
            f"Classes count from 0, and it gave {classes.min():g} to {classes.max():g}.",
            "Choose another way of reading under “How it is fed”.",
        )
    return found


def _extra_sentences(graph: GraphInfo) -> tuple[str, ...]:
    made = [port.name for port in graph.inputs if port.name in _detector_signs.EXTRAS]
    return (f"Its further inputs were filled in with sizes: {', '.join(made)}.",) if made else ()
