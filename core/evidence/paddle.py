"""`inference.yml` of PaddleX and PaddleClas, `infer_cfg.yml` of PaddleDetection: what is done to a picture, and names.

What readers of text (PaddleOCR) have there is for their own task to read.

Only the few keys that are used are picked out of the text, line by line: YAML has more to it than is good for a file
from a stranger.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.evidence import _ports, _scale
from core.evidence._contract import NOTHING, Evidence, Parts, Said
from core.types import Fact

RANK = 58
FILES = ("inference.yml", "infer_cfg.yml")
_READERS = ("character_dict", "DBPostProcess", "CTCLabelDecode")
_MOST_LINES = 200_000
_KEY = re.compile(r"\s*(?:- )?\s*([A-Za-z_]+):\s*(.*?)\s*")
_ITEM = re.compile(r"\s*- (.*?)\s*")
_NUMBER = re.compile(r"-?\d{1,9}(?:\.\d{1,12})?(?:e-?\d{1,2})?")
_INTERPOLATION = {"0": "nearest", "1": "bilinear", "2": "bicubic", "4": "lanczos"}
"""As OpenCV counts them."""


def read(said: Said, parts: Parts) -> Evidence:
    """For a detector or a classifier."""
    name = next((name for name in FILES if name in said.names), "")
    text, port = said.text(name), _ports.picture(parts)
    if not text or port is None or any(word in text for word in _READERS):
        return NOTHING
    lines = text.splitlines()[:_MOST_LINES]
    found, plain = dict(_lists(lines)), dict(_singles(lines))
    fixed = _ports.size(port) is not None
    facts = {**_labels(found, name), **_scaling(found, plain, name, grey=_ports.is_grey(port))}
    if "draw_threshold" in plain:
        return Evidence(("object_detection",), {**facts, **_resized(found, plain, name, fixed=fixed)})
    tasks = ("image_classification",) if "topk" in plain else ()
    return Evidence(tasks, {**facts, **_cut(plain, name, fixed=fixed)})


def _singles(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Keys with one value on their line, the first of each name last, so that it stays."""
    for line in reversed(lines):
        match = _KEY.fullmatch(line)
        if match and match[2]:
            yield match[1], _bare(match[2])


def _lists(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Keys with a list on the lines below, or in brackets on their own line."""
    key, items = "", []
    for line in lines:
        pair, item = _KEY.fullmatch(line), _ITEM.fullmatch(line)
        if item and key and not (pair and pair[2] == "" and line.lstrip().startswith("- ")):
            items.append(_bare(item[1]))
            continue
        if key and items:
            yield key, items
        key, items = (pair[1], []) if pair and not pair[2] else ("", [])
        if pair and pair[2].startswith("[") and pair[2].endswith("]"):
            yield pair[1], [_bare(part.strip()) for part in pair[2][1:-1].split(",") if part.strip()]
    if key and items:
        yield key, items


def _bare(text: str) -> str:
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "'\""
    return text[1:-1] if quoted else text


def _labels(found: dict[str, list[str]], name: str) -> dict[str, Fact]:
    labels = found.get("label_list") or found.get("labels") or []
    return {"labels": Fact(labels, name)} if labels else {}


def _scaling(found: dict[str, list[str]], plain: dict[str, str], name: str, *, grey: bool) -> dict[str, Fact]:
    mean, std = _numbers(found.get("mean", [])), _numbers(found.get("std", []))
    if not mean or not std or len(mean) != len(std) or min(std) <= 0:
        return {}
    if plain.get("norm_type") == "none":
        mean, std = [0.0], [1.0]
    divides = plain.get("is_scale", "true").casefold() != "false"
    return _scale.facts(name, mean, std, factor=1 / 255 if divides else 1.0, grey=grey)


def _resized(found: dict[str, list[str]], plain: dict[str, str], name: str, *, fixed: bool) -> dict[str, Fact]:
    sides = [int(side) for side in _numbers(found.get("target_size", []))]
    if len(sides) != 2 or min(sides) < 1 or max(sides) > 8192:
        return {}
    keeps = plain.get("keep_ratio", "false").casefold() == "true"
    facts = {
        "resize": Fact("fit_corner" if keeps else "stretch", name),
        "resample": Fact(_INTERPOLATION.get(plain.get("interp", "1"), "bilinear"), name),
    }
    if keeps:
        facts["pad"] = Fact(0, name)
    return facts if fixed else {**facts, "height_px": Fact(sides[0], name), "width_px": Fact(sides[1], name)}


def _cut(plain: dict[str, str], name: str, *, fixed: bool) -> dict[str, Fact]:
    """The middle, as PaddleClas says it: `resize_short` first, then `size`."""
    shortest, side = (_numbers([plain.get(key, "")]) for key in ("resize_short", "size"))
    if not shortest or not side or not all(1 <= one <= 8192 for one in (*shortest, *side)):
        return {}
    facts = {
        "resize": Fact("crop", name),
        "resize_px": Fact(int(shortest[0]), name),
        "resample": Fact("bilinear", name),
    }
    return facts if fixed else {**facts, "height_px": Fact(int(side[0]), name), "width_px": Fact(int(side[0]), name)}


def _numbers(items: list[str]) -> list[float]:
    given = [float(item) for item in items if _NUMBER.fullmatch(item)]
    return given if len(given) == len(items) else []
