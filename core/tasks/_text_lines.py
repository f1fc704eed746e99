"""Reads the text in a picture: a detector finds the lines, a recogniser reads each one.

A classifier between them, where there is one, says which lines are upside down. The functions stand on their own: their
source is copied into a user's script. `how` holds the facts of the task and, by the role of a graph, `ports`: the names
of its input and output and the type of what it is fed, and `sizes`: width and height it is fixed to, 0 where open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from PIL import Image

from core.tasks._pictures import in_colours, numbers
from core.tasks._text_boxes import in_reading_order, joined_runs, line_boxes, runs_of, straightened

IMPORTS = ("from collections.abc import Callable, Mapping", "from typing import Any")
"""What the functions below need besides np and Image."""


def fed_and_read(pixels: np.ndarray, graph: Callable[..., Any], role: str, how: dict[str, Any]) -> np.ndarray:
    """What one graph says about uint8 (H, W, 3)."""
    feed, read, dtype = how["ports"][role]
    values = numbers(in_colours(pixels, how["colour"]), how["mean"], how["std"], "NCHW", dtype)
    found: np.ndarray = graph({feed: values})[read][0]
    return found


def heat_map(picture: np.ndarray, detect: Callable[..., Any], how: dict[str, Any]) -> np.ndarray:
    """How likely each place is part of a text line: float32 (h, w), 0 to 1.

    A small picture is enlarged, a large one reduced to `longest_px` squared; sides are fed as multiples of 32.
    """
    height, width = picture.shape[:2]
    larger = min(how["shortest_px"] / min(height, width), how["longest_px"] / max(height, width))
    scale = min(max(1.0, larger), how["longest_px"] / (height * width) ** 0.5)
    wide, high = how["sizes"]["detect"]
    size = (wide or max(32, round(width * scale / 32) * 32), high or max(32, round(height * scale / 32) * 32))
    fed = np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BILINEAR))
    found: np.ndarray = fed_and_read(fed, detect, "detect", how)[0]
    return found


def is_sideways(heat: np.ndarray) -> bool:
    """Whether most of the text runs up or down, as in a photograph taken with the camera turned."""
    balance = 0
    for runs in joined_runs(runs_of(heat > 0.3)):
        high, wide = np.ptp(runs[:, 0]) + 1, runs[:, 2].max() - runs[:, 1].min()
        if max(high, wide) > 3 * min(high, wide):
            balance += high * wide * (1 if high > wide else -1)
    return bool(balance > 0)


def widened(strip: np.ndarray, width_px: int) -> np.ndarray:
    """The strip with grey on its right, so that it is as wide as a graph is fixed to; as it is where that is 0."""
    missing = width_px - strip.shape[1]
    return np.pad(strip, ((0, 0), (0, missing), (0, 0)), constant_values=127) if missing > 0 else strip


def upside_down(line: np.ndarray, classify: Callable[..., Any], how: dict[str, Any]) -> float:
    """How sure the classifier is that a line stands on its head, 0 to 1; it gives the scores of 0 and 180 degrees.

    Lines are fed as RapidOCR feeds them: resized to the height, grey on the right, squeezed only when too long.
    """
    wide, high = how["sizes"]["classify"]
    wide, high = wide or 192, high or 48
    size = (min(wide, max(1, -(-high * line.shape[1] // line.shape[0]))), high)
    resized = np.asarray(Image.fromarray(line).resize(size, Image.Resampling.BILINEAR))
    return float(fed_and_read(widened(resized, wide), classify, "classify", how)[1])


def pieces(line: np.ndarray, longest_px: int) -> list[np.ndarray]:
    """A long line cut where it is emptiest, into parts of at most that many pixels."""
    parts = []
    while line.shape[1] > longest_px:
        start = longest_px * 3 // 4
        contrast = line[:, start:longest_px].mean(axis=2).std(axis=0)
        gap = np.convolve(contrast, np.ones(9), "valid").argmin() + start + 4
        parts.append(line[:, :gap])
        line = line[:, gap:]
    return [*parts, line]


def read_line(line: np.ndarray, recognise: Callable[..., Any], how: dict[str, Any]) -> tuple[str, float]:
    """The text of one straight line and how sure the model is of it, 0 to 1.

    Decoding is CTC: of letters that repeat from step to step one is kept, and the letter 0 stands for none.
    """
    height_px, alphabet, fixed_px = how["line_height_px"], how["alphabet"], how["sizes"]["recognise"][0]
    width_px = max(16, round(line.shape[1] * height_px / line.shape[0]))
    resized = np.asarray(Image.fromarray(line).resize((width_px, height_px), Image.Resampling.BILINEAR))
    texts, scores = [], []
    for part in pieces(resized, fixed_px or how["piece_px"]):
        steps = fed_and_read(widened(part, fixed_px), recognise, "recognise", how)
        best = steps.argmax(axis=1)
        kept = (best > 0) & (best < len(alphabet)) & np.concatenate(([True], best[1:] != best[:-1]))
        texts.append("".join(alphabet[letter] for letter in best[kept]).strip())
        scores += steps.max(axis=1)[kept].tolist()
    return " ".join(texts), float(np.mean(scores)) if scores else 0.0


def outline(box: dict[str, Any], width_px: int, height_px: int, sideways: bool) -> list[float]:
    """Left, top, right, bottom of a bent box, inside the picture; turned back when the picture was turned to read."""
    middle = np.polyval(box["curve"], np.linspace(box["left"], box["right"], 9))
    top, bottom = middle.min() - box["height"] / 2, middle.max() + box["height"] / 2
    corners = [box["left"], top, box["right"], bottom]
    if sideways:
        corners = [width_px - bottom, box["left"], width_px - top, box["right"]]
    return [float(min(max(at, 0), limit)) for at, limit in zip(corners, [width_px, height_px] * 2, strict=True)]


def text_lines(
    picture: np.ndarray, parts: Mapping[str, Any], how: dict[str, Any], say: Callable[[float | None, str], Any]
) -> dict[str, Any]:
    """All lines in reading order, with boxes in pixels of the picture. Text may be sideways or upside down."""
    say(None, "Looking for text")
    detect, recognise, classify = parts["detect"], parts["recognise"], parts.get("classify")
    height_px, width_px = picture.shape[:2]
    heat = heat_map(picture, detect, how)
    sideways = is_sideways(heat)
    if sideways:
        picture = np.ascontiguousarray(np.rot90(picture))
        heat = heat_map(picture, detect, how)
    boxes = in_reading_order(line_boxes(heat, picture.shape[1], picture.shape[0]))
    lines, turned = [], 0
    for number, box in enumerate(boxes, 1):
        say((number - 1) / len(boxes), f"Reading line {number} of {len(boxes)}")
        strip = straightened(picture, box)
        over = classify is not None and upside_down(strip, classify, how) > how["turn_above"]
        strip = np.ascontiguousarray(strip[::-1, ::-1]) if over else strip
        text, score = read_line(strip, recognise, how)
        if score < how["turn_below"]:
            other, other_score = read_line(np.ascontiguousarray(strip[::-1, ::-1]), recognise, how)
            over = over != (other_score > score)
            text, score = max((text, score), (other, other_score), key=lambda found: found[1])
        turned += over
        if text and score >= how["drop_below"]:
            lines.append({"text": text, "score": score, "box": outline(box, width_px, height_px, sideways)})
    lines = lines[::-1] if turned * 2 > len(boxes) else lines
    return {"lines": lines, "width_px": width_px, "height_px": height_px, "kind": "text_lines"}


def one_line(picture: np.ndarray, parts: Mapping[str, Any], how: dict[str, Any]) -> dict[str, Any]:
    """The text of a picture that is a single line, for a recogniser without a detector."""
    text, score = read_line(picture, parts[how["recognise"]], how)
    height_px, width_px = picture.shape[:2]
    box = [0.0, 0.0, float(width_px), float(height_px)]
    lines = [{"text": text, "score": score, "box": box}] if text else []
    return {"lines": lines, "width_px": width_px, "height_px": height_px, "kind": "text_lines"}
