"""`preprocessor_config.json` of transformers, or `image_processor` in the newer `processor_config.json`.

Every field a picture is prepared by, as the processors of transformers read it: sizes may be a number, `{height,
width}` or `{shortest_edge, longest_edge}`; what a number means, and what a field is when it is left out, depends on the
kind of processor. Checked against transformers itself in tests/reference/preparation.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from core.evidence import _ports, _scale
from core.evidence._contract import NOTHING, Evidence, Parts, Said
from core.evidence._plain import LARGEST_PX, number, numbers, switch, table, whole, word
from core.types import Fact

RANK = 20
FILES = ("preprocessor_config.json", "processor_config.json")
Facts: TypeAlias = dict[str, Fact]

_RESAMPLE = ("nearest", "lanczos", "bilinear", "bicubic", "box", "hamming")
"""By Pillow's number."""
_SHORTEST = (
    *("Bit", "ChineseCLIP", "CLIP", "ConvNext", "Levit", "MobileNetV1", "MobileNetV2", "MobileViT", "Poolformer"),
    *("Detr", "Yolos", "RTDetr", "Siglip", "TextNet", "Vilt", "MaskFormer", "Mask2Former", "OneFormer", "Dinov2"),
    *("ConditionalDetr", "DeformableDetr", "GroundingDino", "PoolFormer", "LeViT", "MobileViTV2"),
)
"""Kinds for which a size that is a single number means the shortest side; for all others, both sides."""
_BICUBIC = (
    *("Beit", "Bit", "ChineseCLIP", "CLIP", "ConvNext", "Deit", "DPT", "EfficientNet", "Levit", "Poolformer"),
    *("Siglip", "MobileViT", "LeViT", "PoolFormer", "DeiT"),
)
"""Kinds that resize so when nothing is said; all others bilinear."""
_CROPS = ("Deit", "DeiT", "CLIP", "ChineseCLIP", "Bit", "Levit", "LeViT", "MobileNetV1", "MobileNetV2", "MobileViT")
_IMAGENET = ("Detr", "Yolos", "Segformer", "RTDetr", "ConditionalDetr", "DeformableDetr", "MaskFormer", "Poolformer")
_PLAIN_COLOURS = ("MobileViT", "RTDetr", "GLPN", "Swin2SR")
"""Kinds that only divide by 255 when nothing is said."""


def read(said: Said, parts: Parts) -> Evidence:
    """How a picture is resized, cut, and scaled."""
    name, config = _config(said)
    port = _ports.picture(parts)
    if not config or port is None:
        return NOTHING
    kind = _kind(config)
    facts = {
        **_resized(config, kind, f"{name}", _ports.size(port)),
        **_colours(config, kind, name, grey=_ports.is_grey(port)),
    }
    if switch(config.get("do_reduce_labels", config.get("reduce_labels")), otherwise=False):
        facts["reduce_labels"] = Fact(True, name)
    return Evidence((), facts)


def _config(said: Said) -> tuple[str, Mapping[str, Any]]:
    """The newer file when it speaks of pictures, else the older."""
    whole_file = table(said.json("processor_config.json"))
    nested = table(whole_file, "image_processor")
    if nested:
        return "processor_config.json", nested
    older = table(said.json("preprocessor_config.json"))
    older = table(older, "image_processor") or older
    if _speaks_of_pictures(older):
        return "preprocessor_config.json", older
    return "processor_config.json", whole_file if _speaks_of_pictures(whole_file) else {}


def _speaks_of_pictures(config: Mapping[str, Any]) -> bool:
    known = ("size", "image_mean", "mean", "do_resize", "do_normalize", "image_processor_type", "size_divisor")
    return any(key in config for key in known) and "sampling_rate" not in config


def _kind(config: Mapping[str, Any]) -> str:
    """`ViT` out of `ViTImageProcessorFast` or the older `ViTFeatureExtractor`."""
    said = word(config.get("image_processor_type")) or word(config.get("feature_extractor_type"))
    for end in ("Fast", "Pil", "ImageProcessor", "FeatureExtractor"):
        said = said.removesuffix(end)
    return said


def _resized(config: Mapping[str, Any], kind: str, source: str, fixed: tuple[int, int] | None) -> Facts:
    values = _placement(config, kind)
    if not values:
        return {}
    values |= _resample(config, kind)
    facts = {name: Fact(value, source) for name, value in values.items()}
    return _in_fixed(facts, fixed, _padding(config, kind)) if fixed else facts


def _placement(config: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Values of the facts about size; see `placement` in core/tasks/_pictures.py for what they mean."""
    if not switch(config.get("do_resize"), otherwise=True):
        return _own(config)
    shortest, longest, height, width = _sizes(config, kind)
    crops = switch(config.get("do_center_crop"), otherwise=kind in _CROPS)
    crop = _pair(config.get("crop_size")) or ((height, width) if height and width else (shortest, shortest))
    if kind.startswith("ConvNext") and (shortest or height):
        return _convnext(shortest or height or 0, number(config.get("crop_pct"), 0.01, 1) or 224 / 256)
    if height and width:
        return _stretched(config, height, width, crop if crops else None)
    if shortest and crops and crop[0] and crop[1]:
        return {"resize": "crop", "resize_px": shortest, "height_px": crop[0], "width_px": crop[1], "pad": 0}
    return _with_proportions(config, kind, shortest, longest)


def _with_proportions(
    config: Mapping[str, Any], kind: str, shortest: int | None, longest: int | None
) -> dict[str, Any]:
    """The whole picture, nothing cut off or stretched."""
    if shortest:
        step = 16 if kind == "Yolos" else whole(config.get("size_divisibility"), 2)
        down = {"resize": "shortest_down", "multiple_px": step} if step else {"resize": "shortest"}
        return {**down, "resize_px": shortest, "longest_px": longest or LARGEST_PX}
    if longest:
        pad = _pair(config.get("pad_size")) or (longest, longest)
        return {"resize": "fit_corner", "height_px": pad[0], "width_px": pad[1]}
    return _own(config)


def _own(config: Mapping[str, Any]) -> dict[str, Any]:
    """At its own size, to a multiple of something."""
    given = (config.get(name) for name in ("size_divisor", "size_divisibility", "pad_size"))
    step = next((found for found in map(whole, given) if found), None)
    return {"resize": "own", "multiple_px": step} if step else {}


def _stretched(
    config: Mapping[str, Any], height: int, width: int, crop: tuple[int | None, int | None] | None
) -> dict[str, Any]:
    step = whole(config.get("ensure_multiple_of")) or 1
    if switch(config.get("keep_aspect_ratio"), otherwise=False):
        return {"resize": "near", "multiple_px": step, "height_px": height, "width_px": width}
    if crop and crop[0] and crop[1] and crop != (height, width):
        sides = {"height_px": crop[0], "width_px": crop[1], "pad": 0}
        return {"resize": "stretch_crop", "resize_px": height, **sides} if height == width else {}
    rounded = {"height_px": round(height / step) * step, "width_px": round(width / step) * step}
    return {"resize": "stretch", **rounded}


def _convnext(side: int, share: float) -> dict[str, Any]:
    """Small ones see the middle, large ones the whole picture stretched."""
    if side >= 384:
        return {"resize": "stretch", "height_px": side, "width_px": side}
    return {"resize": "crop", "resize_px": int(side / share), "height_px": side, "width_px": side}


def _sizes(config: Mapping[str, Any], kind: str) -> tuple[int | None, int | None, int | None, int | None]:
    """Shortest side, longest side, height, width; None for what isn't said."""
    size = config.get("size", config.get("image_size"))
    if isinstance(size, Mapping):
        given = (size.get(name) for name in ("shortest_edge", "longest_edge", "height", "width"))
        shortest, longest, height, width = map(whole, given)
        return shortest, longest, height, width
    both = _pair(size)
    if both is None:
        return None, whole(config.get("max_size")), None, None
    if kind in _SHORTEST and not isinstance(size, list):
        return both[0], whole(config.get("max_size")), None, None
    return None, None, both[0], both[1]


def _pair(value: Any) -> tuple[int, int] | None:
    """Height and width from a number, a pair or an object."""
    if isinstance(value, Mapping):
        height = whole(value.get("height", value.get("shortest_edge")))
        width = whole(value.get("width", value.get("shortest_edge")))
    elif isinstance(value, list) and len(value) == 2:
        height, width = whole(value[0]), whole(value[1])
    else:
        height = width = whole(value)
    return (height, width) if height and width else None


def _resample(config: Mapping[str, Any], kind: str) -> dict[str, str]:
    given = config.get("resample", config.get("interpolation"))
    if isinstance(given, str) and given.casefold() in _RESAMPLE:
        return {"resample": given.casefold()}
    index = whole(given, 0, len(_RESAMPLE) - 1)
    if index is not None:
        return {"resample": _RESAMPLE[index]}
    return {"resample": "bicubic" if kind in _BICUBIC else "bilinear"}


def _in_fixed(facts: Facts, fixed: tuple[int, int], pad: int) -> Facts:
    """The same in a graph whose size is fixed: that size counts, whatever the file says."""
    width, height = fixed
    why = f"{facts['resize'].source} and the shape of the input"
    kind = facts["resize"].value
    if kind in ("shortest", "shortest_down"):
        return {"resize": Fact("fit_corner", why, certain=False), "pad": Fact(pad, why), "resample": facts["resample"]}
    if kind in ("near", "own"):
        return {"resize": Fact("stretch", why, certain=False), "resample": facts["resample"]}
    asked = facts.pop("width_px").value, facts.pop("height_px").value
    if "resize_px" in facts and asked != fixed:
        facts["resize_px"] = Fact(round(facts["resize_px"].value * min(fixed) / min(asked)), why, certain=False)
    if width != height and kind == "stretch_crop":
        facts["resize"] = Fact("stretch", why, certain=False)
    return facts


def _padding(config: Mapping[str, Any], kind: str) -> int:
    """The grey that is nothing to the model: padding is added after scaling, as zeros."""
    mean = _mean_std(config, kind)[0]
    return min(max(round(255 * sum(mean) / len(mean)), 0), 255)


def _mean_std(config: Mapping[str, Any], kind: str) -> tuple[list[float], list[float]]:
    mean, std = (config.get(f"image_{name}", config.get(name)) for name in ("mean", "std"))
    means, stds = numbers(mean), numbers(std, lowest=1e-6)
    if not switch(config.get("do_normalize"), otherwise=bool(means) or kind not in _PLAIN_COLOURS):
        return [0.0], [1.0]
    habit = (_scale.IMAGENET_MEAN, _scale.IMAGENET_STD) if kind in _IMAGENET else ((0.5,), (0.5,))
    return (means, stds) if means and stds else (list(habit[0]), list(habit[1]))


def _colours(config: Mapping[str, Any], kind: str, source: str, *, grey: bool) -> Facts:
    flips = switch(config.get("do_flip_channel_order"), otherwise=kind.startswith("MobileViT"))
    colour = "grey" if grey else "BGR" if flips else "RGB"
    mean, std = _mean_std(config, kind)
    rescales = switch(config.get("do_rescale"), otherwise=True)
    factor = (number(config.get("rescale_factor"), 1e-6, 1) or 1 / 255) if rescales else 1.0
    if kind == "EfficientNet" and switch(config.get("include_top"), otherwise=True):
        std = [one * one for one in std] if switch(config.get("do_normalize"), otherwise=True) else std
    offset = -1.0 if switch(config.get("rescale_offset"), otherwise=False) else 0.0
    scaled = _scale.facts(source, _order(mean, flips), _order(std, flips), factor=factor, offset=offset, grey=grey)
    return {"colour": Fact(colour, source), **scaled}


def _order(values: list[float], flips: bool) -> list[float]:
    """The numbers go with red, green, blue; the colours are turned round after scaling."""
    return values[::-1] if flips else values
