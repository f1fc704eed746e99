"""Makes a better, larger or painted picture of a picture.

Facts (`info.preparation`), besides those of a picture input (`core.tasks._picture_input`; of its size only
`multiple_px` is used, to which sides are mirrored and cut again): `output` name of the output that is read · `way`:
`tiles` the picture goes in piece by piece at its own size, or `whole` at once, shrunk where it is too large (for
networks that look at the whole picture, as those that paint do) · `tile_px` side of a piece where the model leaves it
open, `overlap_px` how far a piece looks beyond its own part · `range_out` of the values that come out: `0 to 1`,
`-1 to 1`, `0 to 255`, or `detect` from the values and the picture's brightness · `upscale` how many times longer the
result's sides are; 0 when only a run can tell.

A network with one channel works on the brightness (Y of YCbCr); the colours of the picture are enlarged to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core import settings
from core.errors import RunFailed, TooLarge
from core.fields import Field
from core.results import Picture
from core.script import Script
from core.tasks import _maps, _notes, _picture_input, _pictures, _remade, _tiles
from core.types import Fact, Graph, GraphInfo, Inputs, ModelInfo, Port, Say

TITLE = "Make a better or other picture of it"
SUMMARY = "Enlarges, cleans or repaints your picture with a model that gives a picture back."
RESULT = "picture"
SAMPLES = ("chelsea", "coffee", "rocket", "astronaut")

SIZES = {"Small": 512, "Middle": 1024, "Large": 2048, "As it is": 0}
"""The longest side of what is worked on; a smaller picture keeps its size."""
MAX_SIDE_PX = settings.MAX_PICTURE_SIDE_PX
MAX_RESULT_PX = 24_000_000
_WHOLE_PX = 1600
"""The longest side for networks that get all of it at once: their memory grows with it."""
_CHANNELS = (1, 3, 4)


def fits(info: ModelInfo) -> float:
    """High for one picture in and one picture out, with as many colours and its sides as long or a multiple."""
    graph = next(iter(info.parts.values()))
    if len(info.parts) > 1 or len(graph.inputs) != 1 or not _picture_input.takes_picture(graph.inputs[0]):
        return 0.0
    port = _output(graph)
    if port is None or sum(one.shape is None or len(one.shape) == 4 for one in graph.outputs) > 1:
        return 0.0
    return 0.95 if port.name == "reconstruction" else _likeness(graph, port)


def _likeness(graph: GraphInfo, port: Port) -> float:
    """How well the shapes of input and output agree, 0 to 0.9."""
    given, made = _picture_input.layout(graph.inputs[0])[1:], _picture_input.layout(port)[1:]
    channels = [count for count in (given[0], made[0]) if isinstance(count, int)]
    growth = _growth(given[1:], made[1:])
    if growth == "other" or len(set(channels)) > 1:
        return 0.0
    if len(channels) < 2 or _notes.labels(graph.metadata):  # things with names are areas
        return 0.2
    if growth == "larger":
        return 0.9
    if made[0] == 1:  # might as well be a mask
        return 0.3
    return 0.85 if growth == "same" else 0.7


def assume(info: ModelInfo) -> dict[str, Fact]:
    """Range and way from the kind of network: painting styles see the whole picture, others a piece at a time."""
    graph = next(iter(info.parts.values()))
    port, made, habit = graph.inputs[0], _output(graph), "what most networks of this kind do"
    upscale = _upscale(port, made)
    facts = _picture_input.facts(graph, port, "stretch", 256, habit)
    if not facts["mean"].certain:
        facts |= _range_in(info, graph, port)
    return {
        **facts,
        "output": Fact(made.name if made else graph.outputs[0].name, "the shape of the outputs", certain=bool(made)),
        "way": _way(graph, facts["layout"].value, "larger" if upscale else "same"),
        "tile_px": Fact(256, habit, certain=False),
        "overlap_px": Fact(16, habit, certain=False),
        "multiple_px": Fact(8, habit, certain=False),
        "range_out": _range_out(made),
        "upscale": Fact(upscale, "the shapes of input and output", certain=False),
    }


def fields(info: ModelInfo) -> tuple[Field, ...]:
    """A picture, or many at once, and how large to work on it."""
    del info
    return (
        Field("picture", "picture", "Your picture", many=True),
        Field(
            "size",
            "choice",
            "Work on it at",
            "The longest side: small 512, middle 1024, large 2048 pixels. Larger takes longer.",
            default="Middle",
            choices=tuple(SIZES),
        ),
    )


def answer(inputs: Inputs, parts: Mapping[str, Graph], info: ModelInfo, say: Say) -> Picture:
    """The picture that the network makes. Raises RunFailed when what comes out is no picture of this one."""
    role, how = next(iter(info.parts)), _how(info)
    small = _pictures.no_longer_than(inputs["picture"], _longest_px(inputs["size"], how))
    return Picture(_remade.remade(small, _checked(parts[role], how, small.shape[0] * small.shape[1]), how, say))


def explain(inputs: Inputs, info: ModelInfo) -> tuple[str, ...]:
    """At which size, in how many pieces, and how the values became colours."""
    how, facts = _how(info), info.preparation
    longest_px = _longest_px(inputs.get("size", "Middle"), how)
    words = [
        "The picture was worked on at its own size."
        if longest_px == MAX_SIDE_PX
        else f"The picture was made smaller where its longest side passed {longest_px} pixels, then worked on."
    ]
    if how["way"] == "whole":
        words.append("It went through the model at once, since the model looks at the whole picture.")
        if how["fixed"]:
            words.append(
                f"The model only takes {how['tile_width_px']} × {how['tile_height_px']} pixels, so the picture was "
                "squeezed to that size and the result was stretched again, which makes it soft."
            )
    else:
        words.append(
            f"It went through in pieces of up to {how['tile_width_px']} × {how['tile_height_px']} pixels, "
            f"each looking {how['overlap_px']} pixels beyond its own part, and the edges were blended."
        )
    words.append(_picture_input.sentences(None, facts)[1])
    if how["colour"] == "grey":
        words.append("The model works on brightness alone; the colours are those of your picture, enlarged.")
    if facts["upscale"].value > 1:
        words.append(f"The result is {facts['upscale'].value} times as wide and high.")
    out = facts["range_out"].value
    found = "was read from the values themselves" if out == "detect" else f"is {out}"
    return (*words, f"The range of the values that came out {found}.")


def verified(info: ModelInfo) -> str:
    """What the numbers were compared with: networks fed colour by colour."""
    graph, layout = next(iter(info.parts.values())), info.preparation.get("layout")
    if layout is None or layout.value != "NCHW":
        return ""
    return "transformers 5.24" if any(port.name == "reconstruction" for port in graph.outputs) else "torch 2.13"


def code(inputs: Inputs, info: ModelInfo) -> Script:
    """Shrink, run piece by piece, put together: the app's own functions."""
    role, how = next(iter(info.parts)), _how(info)
    longest_px = _longest_px(inputs.get("size", "Middle"), how)
    main = (
        f"small = no_longer_than(picture, {longest_px})\n"
        f"result = remade(small, parts[{role!r}], HOW, lambda share, words: print(words, file=sys.stderr))"
    )
    return Script(main, (_pictures.no_longer_than, *_remade.FUNCTIONS), {"HOW": how}, _remade.IMPORTS)


def _how(info: ModelInfo) -> dict[str, Any]:
    """All that `_remade.remade` goes by."""
    graph = next(iter(info.parts.values()))
    facts = {name: fact.value for name, fact in info.preparation.items()}
    height, width = _picture_input.layout(graph.inputs[0])[2:]
    multiple = max(1, int(facts["multiple_px"] or 1))
    open_px = max(multiple, int(facts["tile_px"]) // multiple * multiple)
    down, across = (side if isinstance(side, int) and side > 0 else open_px for side in (height, width))
    return {
        **_picture_input.how(info.preparation),
        **{name: facts[name] for name in ("output", "way", "range_out")},
        "input": graph.inputs[0].name,
        "fixed": any(isinstance(side, int) for side in (height, width)),
        "tile_height_px": down,
        "tile_width_px": across,
        "overlap_px": max(0, min(int(facts["overlap_px"]), min(down, across) // 4)),
        "multiple_px": multiple,
    }


def _longest_px(size: str, how: Mapping[str, Any]) -> int:
    longest_px = SIZES[size] or MAX_SIDE_PX
    return min(longest_px, _WHOLE_PX) if how["way"] == "whole" else longest_px


def _checked(graph: Graph, how: Mapping[str, Any], given_px: int) -> Graph:
    """The graph, its answer looked at first: each kind of surprise in words."""

    def run(feeds: Mapping[str, Any]) -> dict[str, Any]:
        made = graph(feeds)
        values = _maps.checked(made, how["output"])
        down, across, channels = _tiles.as_picture(values).shape if values.ndim > 2 else (0, 0, 0)
        if channels not in _CHANNELS:
            raise RunFailed(
                "The model's answer is no picture.",
                f"The output “{how['output']}” has the shape {values.shape}.",
                "Try another task for this model, or name another output under “How it is fed”.",
            )
        shape = feeds[how["input"]].shape
        high, wide = shape[2:] if how["layout"] == "NCHW" else shape[1:3]
        if how["way"] == "tiles" and (down % high or down // high != across / wide):
            raise RunFailed(
                "The model gave a picture of another shape.",
                f"A piece of {wide} × {high} pixels became {across} × {down}, which is not a multiple.",
                "If it looks at the whole picture at once, set “way” to “whole” under “How it is fed”.",
            )
        result_px = down * across / (high * wide) * given_px
        if result_px > MAX_RESULT_PX:
            raise TooLarge(
                "The result would be too large.",
                f"It would have {result_px / 1e6:,.0f} million pixels; {MAX_RESULT_PX // 10**6} million is the most.",
                "Choose a smaller size, or a smaller picture.",
            )
        return made

    return run


def _output(graph: GraphInfo) -> Port | None:
    """The output that can be a picture; None when there is none."""
    named = [port for port in graph.outputs if port.name == "reconstruction"]
    fits_in = [port for port in graph.outputs if _picture_input.takes_picture(port) and (port.shape or ()).count(1) < 3]
    return next(iter([*named, *fits_in]), None)


def _growth(given: Sequence[Any], made: Sequence[Any]) -> str:
    """How the sides of input and output compare: `larger`, `same`, `open` when the file doesn't say, else `other`."""
    if not all(isinstance(side, int) for side in (*given, *made)):
        return "open"
    scale, rest = divmod(made[0], given[0])
    if rest or scale < 1 or made[1] != given[1] * scale:
        return "other"
    return "larger" if scale > 1 else "same"


def _upscale(given: Port, made: Port | None) -> int:
    if made is None or _growth(_picture_input.layout(given)[2:], _picture_input.layout(made)[2:]) != "larger":
        return 0
    return int(_picture_input.layout(made)[2]) // int(_picture_input.layout(given)[2])


def _range_in(info: ModelInfo, graph: GraphInfo, port: Port) -> dict[str, Fact]:
    """`mean` and `std`: 0 to 255 for fast neural style, -1 to 1 for what came from TensorFlow, else 0 to 1."""
    order, channels = _picture_input.layout(port)[:2]
    count = 1 if channels == 1 else 3
    said = " ".join((info.title, info.source, graph.description, *graph.metadata.values())).casefold()
    painter = "InstanceNormalization" in graph.operators and order == "NCHW"
    if painter and "gan" not in said:
        mean, std, source = 0.0, 1.0, "the habit of fast neural style: 0 to 255"
    elif painter or order == "NHWC":
        mean, std, source = 127.5, 127.5, "the habit of CycleGAN and AnimeGAN: -1 to 1"
    else:
        mean, std, source = 0.0, 255.0, "what most networks of this kind do: 0 to 1"
    return {
        "mean": Fact([mean] * count, source, certain=False),
        "std": Fact([std] * count, source, certain=False),
    }


def _range_out(made: Port | None) -> Fact:
    if made is not None and made.dtype == "uint8":
        return Fact("0 to 255", "the type of the output")
    return Fact("detect", "the values that come out", certain=False)


def _way(graph: GraphInfo, order: str, growth: str) -> Fact:
    """`whole` for painting networks: the norm they use is over all of the picture, so that pieces would differ."""
    if "InstanceNormalization" in graph.operators and growth != "larger":
        return Fact("whole", "its step InstanceNormalization, which looks at the whole picture", certain=False)
    if order == "NHWC" and growth != "larger":
        return Fact("whole", "the habit of models from TensorFlow, such as AnimeGAN", certain=False)
    return Fact("tiles", "what most networks of this kind do", certain=False)
