"""`config.json` as timm writes it: names of classes, and under `pretrained_cfg` how its pictures are prepared.

As timm's `transforms_imagenet_eval`: the shortest side resized to the side of the input divided by `crop_pct`, then the
middle (`center`); both sides (`squash`); or the whole picture in a frame (`border`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from core.evidence import _ports, _scale
from core.evidence._contract import NOTHING, Evidence, Parts, Said
from core.evidence._plain import number, numbers, table, whole, word
from core.types import Fact

RANK = 26
NAME = "config.json"
FILES = (NAME,)
_RESAMPLE = ("bicubic", "bilinear", "nearest", "lanczos", "box", "hamming")


def read(said: Said, parts: Parts) -> Evidence:
    """For a model that timm saved; nothing for any other."""
    config = table(said.json(NAME))
    prepared = table(config, "pretrained_cfg") or (config if "crop_pct" in config else {})
    port = _ports.picture(parts)
    if not word(config.get("architecture")) or not prepared or port is None:
        return NOTHING
    classes = whole(config.get("num_classes"), 0, 1_000_000) or whole(prepared.get("num_classes"), 0, 1_000_000)
    tasks = ("image_classification",) if classes else ("image_similarity", "image_search")
    mean, std = numbers(prepared.get("mean")), numbers(prepared.get("std"), lowest=1e-6)
    scaled = _scale.facts(
        NAME, mean or _scale.IMAGENET_MEAN, std or _scale.IMAGENET_STD, grey=_ports.is_grey(port), certain=bool(mean)
    )
    facts = {**_labels(config), **_resized(prepared, _ports.size(port)), **scaled}
    if not _ports.is_grey(port):
        facts["colour"] = Fact("RGB", NAME)
    return Evidence(tasks, facts)


def _resized(prepared: Mapping[str, Any], fixed: tuple[int, int] | None) -> dict[str, Fact]:
    """The size it is tested at has a share of its own."""
    own, tested = (_side(prepared.get(key)) for key in ("input_size", "test_input_size"))
    at_test = bool(fixed and tested and fixed == tested and tested != own)
    share = number(prepared.get("test_crop_pct"), 0.1, 1) if at_test else None
    share = share or number(prepared.get("crop_pct"), 0.1, 1) or 0.875
    width, height = fixed or own or (224, 224)
    mode = word(prepared.get("crop_mode")) or "center"
    resample = word(prepared.get("interpolation"))
    facts = {
        "resize": Fact({"squash": "stretch_crop", "border": "fit"}.get(mode, "crop"), NAME, certain=mode != "border"),
        "resize_px": Fact(math.floor(min(width, height) / share), NAME, certain=width == height),
        "middle": Fact("rounded", NAME),
        "resample": Fact(resample if resample in _RESAMPLE else "bicubic", NAME),
    }
    return facts if fixed else {**facts, "width_px": Fact(width, NAME), "height_px": Fact(height, NAME)}


def _side(value: Any) -> tuple[int, int] | None:
    """Width and height out of channels, height, width."""
    if not isinstance(value, list) or len(value) != 3:
        return None
    height, width = whole(value[1]), whole(value[2])
    return (width, height) if width and height else None


def _labels(config: Mapping[str, Any]) -> dict[str, Fact]:
    given = config.get("label_names", config.get("labels"))
    described = table(config, "label_descriptions")
    if not isinstance(given, list) or not given:
        return {}
    names = [word(described.get(name, name) if isinstance(name, str) else None) for name in given]
    return {"labels": Fact(names, NAME)} if all(names) else {}
