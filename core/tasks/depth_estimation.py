"""Says how far away each place of a picture is.

Facts (`info.preparation`), besides those of a picture input (`core.tasks._picture_input`): `output` name of the output
that is read · `unit`: `nearness`, larger is nearer (MiDaS, DPT, Depth Anything), or `metres` (GLPN, ZoeDepth, DepthPro
and models trained for it) · `mirror_edges`: how much of the picture is mirrored around it before feeding and cut again,
times the root of half its side; 3 for ZoeDepth, else 0.

Reads (1, H, W), (1, 1, H, W) or (1, H, W, 1), enlarged by cubic interpolation as transformers does. With a further
output `field_of_view` in degrees (DepthPro as transformers has it) the values are 1 / metres for a picture one focal
length wide: metres are 1 / (value * 2 * tan(field / 2)).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.errors import RunFailed
from core.fields import Field
from core.plain import depth_in_short
from core.results import Depth
from core.script import Script
from core.tasks import _maps, _picture_input, _pictures
from core.tasks._maps import channels_last, limited, resampled, spans
from core.tasks._pictures import placement
from core.types import Fact, Graph, GraphInfo, Inputs, ModelInfo, Port, Say

TITLE = "Say how far away things are"
SUMMARY = "Estimates how near or far each place of your picture is."
RESULT = "depth"
SAMPLES = ("rocket", "coffee", "chelsea", "astronaut")

MOST_PX = 4_000_000
"""Of the map of distances: larger pictures get a map that is smaller than they are."""
_NAME, _FIELD_OF_VIEW = "predicted_depth", "field_of_view"
_METRES = ("metric", "glpn", "zoe", "depthpro", "unidepth")
_LETTERS = {ord(mark): None for mark in " -_"}
_HINTS = ("depth", "midas", "dpt", "disparity", "zoe", "glpn")
_IMAGENET = {"mean": [123.675, 116.28, 103.53], "std": [58.395, 57.12, 57.375]}
_HALF = {"mean": [127.5] * 3, "std": [127.5] * 3}
_HABITS: dict[str, dict[str, Any]] = {
    "depthanything": {"resize": "near", "width_px": 518, "height_px": 518, "multiple_px": 14, **_IMAGENET},
    "zoe": {"resize": "near", "width_px": 512, "height_px": 384, "multiple_px": 32, "mirror_edges": 3, **_HALF},
    "depthpro": {"width_px": 1536, "height_px": 1536, **_HALF},
    "glpn": {"resize": "own", "multiple_px": 32, "longest_px": 1024, "mean": [0.0] * 3, "std": [255.0] * 3},
    "midas": {"width_px": 384, "height_px": 384, **_IMAGENET},
    "dpt": {"width_px": 384, "height_px": 384, **_HALF},
}
"""Of families, by what a model calls itself without spaces and dashes: as transformers prepares them by default."""


def fits(info: ModelInfo) -> float:
    """Certain by the name `predicted_depth`; else for one map as large as the picture, where its name says so."""
    graph = next(iter(info.parts.values()))
    if len(info.parts) > 1 or len(graph.inputs) != 1 or not _picture_input.takes_picture(graph.inputs[0]):
        return 0.0
    if any(port.name == _NAME for port in graph.outputs):
        return 0.95
    if len(graph.outputs) != 1 or not _gives_map(graph.outputs[0]):
        return 0.0
    said, shape = f"{_said(info, graph)}|{graph.outputs[0].name.casefold()}", graph.outputs[0].shape or ()
    told = "unit" in info.preparation or any(word in said for word in _HINTS)
    sides = shape[-2:] if shape[-1] != 1 else shape[1:3]
    same = sides == _picture_input.layout(graph.inputs[0])[2:] and all(isinstance(side, int) for side in sides)
    if told:
        return 0.9 if same else 0.7
    return (0.5 if same else 0.2) if len(shape) == 3 else 0.1


def assume(info: ModelInfo) -> dict[str, Fact]:
    """Unit and size from what the model is called; a size that suits steps of 14, 16 and 32 where nothing says it."""
    graph = next(iter(info.parts.values()))
    habit, said = "what most models of this kind do", _said(info, graph)
    family = next((name for name in _HABITS if name in said), "")
    facts = {
        **_picture_input.facts(graph, graph.inputs[0], "stretch", 448, habit),
        "resample": Fact("bicubic", habit, certain=False),
        "mirror_edges": Fact(0, habit, certain=False),
        "longest_px": Fact(2048, "our own rule, so that it fits into memory", certain=False),
    }
    usual = {
        name: Fact(value, f"the habit of {family}", certain=False) for name, value in _HABITS.get(family, {}).items()
    }
    if facts["width_px"].certain:  # the file says the size
        usual = {name: fact for name, fact in usual.items() if name in {"mean", "std", "mirror_edges"}}
    facts |= {name: fact for name, fact in usual.items() if not facts[name].certain}
    named = {port.name: port for port in graph.outputs}
    maps = [port.name for port in graph.outputs if _gives_map(port)]
    return {
        **facts,
        "output": Fact(_NAME if _NAME in named else (maps or list(named))[0], "the outputs", certain=_NAME in named),
        "unit": _unit(named, said),
    }


def fields(info: ModelInfo) -> tuple[Field, ...]:
    """One picture, or many at once."""
    del info
    return (Field("picture", "picture", "Your picture", many=True),)


def answer(inputs: Inputs, parts: Mapping[str, Graph], info: ModelInfo, say: Say) -> Depth:
    """The distances, at most about 4 megapixels. Raises RunFailed when what comes out is no such map."""
    del say
    role, graph = next(iter(info.parts.items()))
    how, picture = _how(info), inputs["picture"]
    made = parts[role]({graph.inputs[0].name: _pictures.prepared(mirrored(picture, how["mirror_edges"]), how)})
    values = _maps.checked(made, how["output"])
    if channels_last(values, 1).shape[2] != 1:
        raise RunFailed(
            "The model's answer is no map of distances.",
            f"The output “{how['output']}” has the shape {values.shape}, so several numbers for each place.",
            "Try another task for this model, or name another output under “How it is fed”.",
        )
    found = distances(values, _field_of_view(made, how), picture.shape[1], picture.shape[0], how)
    return Depth(found, how["unit"])


def explain(inputs: Inputs, info: ModelInfo) -> tuple[str, ...]:
    """What was done to the picture, and what the numbers mean."""
    facts, picture = info.preparation, inputs.get("picture")
    unit = facts["unit"]
    doubt = "" if unit.certain else f"; this is a guess from {unit.source}"
    meaning = (
        f"The numbers are metres{doubt}."
        if unit.value == "metres"
        else f"The larger a number, the nearer the place; they have no unit{doubt}."
    )
    return (
        *_picture_input.sentences(picture, facts),
        *(["Its edges were mirrored around it first and cut off again."] if facts["mirror_edges"].value else []),
        "The map that came out was enlarged to your picture.",
        meaning,
    )


def verified(info: ModelInfo) -> str:
    """What the numbers were compared with."""
    del info
    return "transformers 5.24"


def code(inputs: Inputs, info: ModelInfo) -> Script:
    """Prepare, run, enlarge: the app's own functions. The map itself is left in `values`."""
    del inputs
    role, graph = next(iter(info.parts.items()))
    how = _how(info)
    field = f"made[{_FIELD_OF_VIEW!r}]" if how["field_of_view"] else "None"
    main = (
        "fed = prepared(mirrored(picture, HOW['mirror_edges']), HOW)\n"
        f"made = parts[{role!r}]({{{graph.inputs[0].name!r}: fed}})\n"
        f"values = distances(made[HOW['output']], {field}, picture.shape[1], picture.shape[0], HOW)\n"
        "result = depth_in_short(values, HOW['unit'], '')"
    )
    functions = (_maps.limited, _maps.spans, _maps.taps, _maps.resampled, _maps.channels_last)
    own = (edge_px, mirrored, distances, depth_in_short)
    return Script(main, (*_pictures.FUNCTIONS, *functions, *own), {"HOW": how}, ("from typing import Any",))


def edge_px(side_px: int, share: float) -> int:
    """How much is mirrored at either end of a side (ZoeDepth: share 3)."""
    return int((side_px / 2) ** 0.5 * share)


def mirrored(picture: np.ndarray, share: float) -> np.ndarray:
    """The picture with its edges mirrored around it, so that what is odd there can be cut off again."""
    down, across = (edge_px(side, share) for side in picture.shape[:2])
    return np.pad(picture, ((down, down), (across, across), (0, 0)), mode="reflect") if share else picture


def distances(values: np.ndarray, field: Any, width: int, height: int, how: dict[str, Any]) -> np.ndarray:
    """A model's map as one over a picture of that size: float32 (H, W). `field` is the field of view, or None."""
    one = channels_last(values, 1)[:, :, 0].astype(np.float32)
    across, down = edge_px(width, how["mirror_edges"]), edge_px(height, how["mirror_edges"])
    wide, high = limited(width + 2 * across, height + 2 * down, how["most_px"])
    place = placement(width + 2 * across, height + 2 * down, how)
    whole = resampled(one, high, wide, spans(place, *one.shape), smooth=field is None)
    if field is not None:
        factor = 2 * np.tan(np.deg2rad(float(np.reshape(field, -1)[0])) / 2)
        whole = (1 / np.clip(whole * factor, 1e-4, 1e4)).astype(np.float32)
    top, left = round(down * high / (height + 2 * down)), round(across * wide / (width + 2 * across))
    return np.ascontiguousarray(whole[top : high - top, left : wide - left])


def _how(info: ModelInfo) -> dict[str, Any]:
    facts = {name: fact.value for name, fact in info.preparation.items()}
    graph = next(iter(info.parts.values()))
    wide = any(port.name == _FIELD_OF_VIEW for port in graph.outputs) and facts["unit"] == "metres"
    own = {name: facts[name] for name in ("output", "unit", "mirror_edges")}
    return {**_picture_input.how(info.preparation), **own, "field_of_view": wide, "most_px": MOST_PX}


def _field_of_view(made: Mapping[str, Any], how: Mapping[str, Any]) -> Any:
    """The angle in degrees, or None where the model gives none. Raises RunFailed when it can't be one."""
    if not how["field_of_view"]:
        return None
    field = np.asarray(made[_FIELD_OF_VIEW], np.float64).reshape(-1)
    if len(field) and 0 < field[0] < 180:
        return field
    raise RunFailed(
        "The model's answer has no field of view.",
        f"The output “{_FIELD_OF_VIEW}” should be an angle between 0 and 180 degrees.",
        "Change how pictures are prepared under “How it is fed”, or try another picture.",
    )


def _unit(named: Mapping[str, Port], said: str) -> Fact:
    if _FIELD_OF_VIEW in named or "focallength_px" in named:
        return Fact("metres", "the names of the outputs, those of DepthPro")
    if any(word in said for word in _METRES):
        return Fact("metres", "the model's name", certain=False)
    return Fact("nearness", "what most models of this kind do", certain=False)


def _said(info: ModelInfo, graph: GraphInfo) -> str:
    """What the model and its file call themselves, in small letters without spaces and dashes."""
    words = (info.title, info.source, graph.description, *graph.metadata.values())
    return "|".join(word.translate(_LETTERS) for word in words).casefold()


def _gives_map(port: Port) -> bool:
    """Whether an output can be one number for each place: (1, H, W), (1, 1, H, W) or (1, H, W, 1)."""
    shape = port.shape or ()
    single = shape[1:].count(1) == len(shape) - 3 and (len(shape) == 3 or (len(shape) == 4 and shape[2] != 1))
    one = bool(shape) and (shape[0] == 1 or not isinstance(shape[0], int))
    return port.kind == "tensor" and port.dtype.startswith("float") and single and one
