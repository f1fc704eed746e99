"""Cuts out what is in front, and puts it on another background.

Facts (`info.preparation`), besides those of a picture input (`core.tasks._picture_input`): `output` name of the output
that is read · `activation`: `none`, `sigmoid`, or `detect`: sigmoid when a value lies outside 0 to 1 (a rule of
transformers.js) · `min_max` whether the values are stretched until they reach from 0 to 1 (rembg) · `scale_by`: `255`,
or `brightest`: the picture's brightest value is taken for 255, the scale of `mean` and `std` (rembg, for U2Net).

Reads (1, 1, H, W), (1, H, W, 1) or (1, H, W), 1 for what is in front; of several channels the first. U2Net, ISNet,
BiRefNet, RMBG and MODNet give that as their first output.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.errors import InputError
from core.fields import Field
from core.results import Picture
from core.script import Script
from core.tasks import _cut_out, _maps, _picture_input
from core.types import Fact, Graph, GraphInfo, Inputs, ModelInfo, Port, Say

TITLE = "Remove the background"
SUMMARY = "Cuts out what is in front of your picture, and gives it another background."
RESULT = "picture"
SAMPLES = ("astronaut", "chelsea", "coffee", "rocket")

CLEAR, BLURRED, OWN = "Transparent", "Blurred", "My own picture"
COLOURS = {
    "White": [255, 255, 255],
    "Black": [0, 0, 0],
    "Grey": [128, 128, 128],
    "Red": [214, 69, 65],
    "Orange": [242, 155, 56],
    "Yellow": [247, 220, 111],
    "Green": [0, 177, 64],
    "Blue": [52, 120, 200],
    "Purple": [130, 80, 170],
}
_NAMES = ("alphas", "alpha", "matte", "pha", "mask", "output_image")
_WORDS = ("background", "matting", "matte", "salien", "cutout", "cut-out", "remover", "inspyrenet")
_TEXT_FINDERS = ("ocr", "det_", "paddle", "dbnet", "textdet")
_LENS = ("depth", "midas", "dispar")
_IMAGENET = ([123.675, 116.28, 103.53], [58.395, 57.12, 57.375])
_HALF, _PLUS_MINUS = ([127.5] * 3, [255.0] * 3), ([127.5] * 3, [127.5] * 3)
_FAMILIES = {
    "u2net": (320, _IMAGENET, "brightest", True),
    "silueta": (320, _IMAGENET, "brightest", True),
    "isnet": (1024, _HALF, "brightest", True),
    "rmbg-2": (1024, _IMAGENET, "255", False),
    "rmbg-1": (1024, _HALF, "255", True),
    "rmbg": (1024, _HALF, "255", True),
    "birefnet": (1024, _IMAGENET, "255", False),
    "modnet": (512, _PLUS_MINUS, "255", False),
}
"""What its name says of a model: side in pixels, mean and std, `scale_by`, `min_max`. As rembg and the authors do."""


def fits(info: ModelInfo) -> float:
    """Highest when names say so or each of several outputs is a mask (U2Net); else by the size of the mask."""
    graph = next(iter(info.parts.values()))
    if len(info.parts) > 1 or len(graph.inputs) != 1 or not _picture_input.takes_picture(graph.inputs[0]):
        return 0.0
    masks = [port for port in graph.outputs if _gives_mask(port)]
    return _likeness(graph, masks, _said(info, graph)) if masks and len(masks) == len(graph.outputs) else 0.0


def _likeness(graph: GraphInfo, masks: list[Port], said: str) -> float:
    """By what the model is called, then by how many masks there are and how large they are."""
    if any(word in said for word in (*_FAMILIES, *_WORDS)) or masks[0].name.casefold() in _NAMES:
        return 0.9
    if any(word in said for word in (*_LENS, *_TEXT_FINDERS)):
        return 0.1
    if len(masks) > 3:
        return 0.85
    given, made = _picture_input.layout(graph.inputs[0])[2:], _sides(masks[0])
    known = all(isinstance(side, int) for side in (*given, *made))
    if known and given != made:
        return 0.1
    return 0.6 if known else 0.35


def assume(info: ModelInfo) -> dict[str, Fact]:
    """Size and scaling of the family that the model's name gives away, else what most of them do."""
    graph = next(iter(info.parts.values()))
    port, said = graph.inputs[0], _said(info, graph)
    name = next((name for name in _FAMILIES if name in said), "")
    many = len(graph.outputs) > 3
    side_px, scale, scale_by, min_max = _FAMILIES[name or ("u2net" if many else "birefnet")]
    source = f"the habit of {name}" if name else "what most models of this kind do"
    facts = _picture_input.facts(graph, port, "stretch", side_px, source)
    if not facts["mean"].certain and len(facts["mean"].value) == 3:
        facts |= {"mean": Fact(scale[0], source, certain=False), "std": Fact(scale[1], source, certain=False)}
    masks = [one for one in graph.outputs if _gives_mask(one)] or list(graph.outputs)
    return {
        **facts,
        "resample": Fact("lanczos" if scale_by == "brightest" else "bilinear", source, certain=False),
        "output": Fact(masks[0].name, "the outputs", certain=len(graph.outputs) == 1),
        "activation": Fact("detect", "the values that come out", certain=False),
        "min_max": Fact(min_max, source, certain=False),
        "scale_by": Fact(scale_by, source, certain=False),
    }


def fields(info: ModelInfo) -> tuple[Field, ...]:
    """The picture, what comes behind it, and how soft the edge is."""
    del info
    choices = (CLEAR, *COLOURS, BLURRED, OWN)
    return (
        Field("picture", "picture", "Your picture", many=True),
        Field("background", "choice", "New background", default=CLEAR, choices=choices),
        Field("behind", "picture", "Your own background", f"Used with “{OWN}”.", required=False),
        Field("soften_px", "number", "Soft edge, in pixels", default=0.0, maximum=20.0, step=0.5),
    )


def answer(inputs: Inputs, parts: Mapping[str, Graph], info: ModelInfo, say: Say) -> Picture:
    """What is in front, as large as the user's picture. Raises InputError, and RunFailed when no mask comes out."""
    del say
    if inputs["background"] == OWN and inputs.get("behind") is None:
        raise InputError(
            "There is no picture for the new background.",
            f"You chose “{OWN}”, but none was given.",
            "Give one under “Your own background”, or choose another background.",
        )
    role, graph = next(iter(info.parts.items()))
    how, picture = _how(info), inputs["picture"]
    values = _maps.checked(parts[role]({graph.inputs[0].name: _cut_out.fed_to_cut(picture, how)}), how["output"])
    mask = _cut_out.softened(
        _cut_out.mask_of(values, picture.shape[1], picture.shape[0], how), float(inputs["soften_px"])
    )
    behind = None
    if inputs["background"] == BLURRED:
        behind = _cut_out.blurred(picture, mask)
    elif inputs["background"] == OWN:
        behind = _cut_out.covering(inputs["behind"], picture.shape[1], picture.shape[0])
    return Picture(_cut_out.cut_out(picture, mask, COLOURS.get(inputs["background"]), behind))


def explain(inputs: Inputs, info: ModelInfo) -> tuple[str, ...]:
    """How the mask was made, and what was put behind."""
    facts, background, soften_px = info.preparation, inputs.get("background", CLEAR), inputs.get("soften_px", 0.0)
    brightest = facts["scale_by"].value == "brightest"
    return (
        *_picture_input.sentences(inputs.get("picture"), facts),
        *(["It was divided by its brightest value first, which counts as 255 here."] if brightest else []),
        "The mask that came out was enlarged to your picture"
        + (", after it was stretched from fully behind to fully in front." if facts["min_max"].value else "."),
        *([f"Its edges were blurred over {soften_px:g} pixels."] if soften_px else []),
        "What is behind became transparent; colours of the old background may stay at the edges."
        if background == CLEAR
        else f"New background: {background}.",
    )


def verified(info: ModelInfo) -> str:
    """What the numbers were compared with: only where the mask is stretched as rembg does it."""
    stretched = info.preparation.get("min_max")
    return "the steps of rembg 2.0.86" if stretched and stretched.value else ""


def code(inputs: Inputs, info: ModelInfo) -> Script:
    """Prepare, run, cut out: the app's own functions."""
    role, graph = next(iter(info.parts.items()))
    how, chosen = _how(info), inputs.get("background", CLEAR)
    behind = {BLURRED: "blurred(picture, mask)", OWN: "covering(behind, picture.shape[1], picture.shape[0])"}
    main = (
        "fed = fed_to_cut(picture, HOW)\n"
        f"values = parts[{role!r}]({{{graph.inputs[0].name!r}: fed}})[{how['output']!r}]\n"
        "mask = softened(mask_of(values, picture.shape[1], picture.shape[0], HOW), soften_px)\n"
        f"result = cut_out(picture, mask, COLOURS.get(background), {behind.get(chosen, 'None')})"
    )
    constants: dict[str, Any] = {"HOW": how, "COLOURS": COLOURS}
    return Script(main, (*_cut_out.FUNCTIONS, *_cut_out.OWN), constants, _cut_out.IMPORTS)


def _how(info: ModelInfo) -> dict[str, Any]:
    own = {name: info.preparation[name].value for name in ("output", "activation", "min_max", "scale_by")}
    return {**_picture_input.how(info.preparation), **own}


def _said(info: ModelInfo, graph: GraphInfo) -> str:
    """What the model and its file call themselves, their input and outputs, in small letters."""
    ports = [port.name for port in (*graph.inputs, *graph.outputs)]
    return " ".join([info.title, info.source, graph.description, *graph.metadata.values(), *ports]).casefold()


def _sides(port: Port) -> tuple[Any, ...]:
    shape = port.shape or ()
    return tuple(shape[1:3] if shape[-1] == 1 or len(shape) == 3 else shape[2:])


def _gives_mask(port: Port) -> bool:
    """Whether an output can be one number for each place: (1, 1, H, W) or (1, H, W, 1)."""
    shape = port.shape or ()
    if port.kind != "tensor" or not port.dtype.startswith("float") or len(shape) != 4:
        return False
    return (shape[0] == 1 or not isinstance(shape[0], int)) and shape[1:].count(1) == 1 and shape[2] != 1
