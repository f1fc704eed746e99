"""How steady an answer is when the picture is moved, cut and mirrored a little, and how decided it is.

A preparation that is wrong makes a model wander: the answer changes with what shouldn't matter, or is vague.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.guard._arrays import logistic, probabilities, scores
from core.guard._contract import Look
from core.inside._overlap import overlap

_SHIFT = 0.04
_CROP = 0.05
"""Shares of a side that are cut away."""
_SIDE = 32
"""Maps are compared at so many places across and down."""
_SAME_BOX = 0.5
_MANY_LETTERS = 20
_UNKNOWN = 0.5
"""How decided a kind of answer is that doesn't tell."""


@dataclass(frozen=True)
class View:
    """A picture a little changed, and how to find a place of the original in it."""

    pixels: NDArray[np.uint8]
    width_px: int
    height_px: int
    """Of the original."""
    left: int = 0
    top: int = 0
    mirrored: bool = False


def views(picture: NDArray[np.uint8], kind: str) -> Iterator[View]:
    """The picture moved, cut, and mirrored where that leaves its meaning.

    With letters it is only moved, into a border of its own edges: a letter that is cut or mirrored is another one.
    """
    height, width = picture.shape[:2]
    if kind == "text_lines":
        for share in (_SHIFT, _CROP):
            across, down = round(width * share), round(height * share)
            wider = np.pad(picture, ((down, 0), (across, 0), (0, 0)), "edge")
            yield View(wider, width, height, -across, -down)
        return
    across, down = round(width * _SHIFT), round(height * _SHIFT)
    yield View(np.ascontiguousarray(picture[down:, across:]), width, height, across, down)
    across, down = round(width * _CROP), round(height * _CROP)
    inner = picture[down : height - down, across : width - across]
    yield View(np.ascontiguousarray(inner), width, height, across, down)
    yield View(np.ascontiguousarray(picture[:, ::-1]), width, height, mirrored=True)


def distance(look: Look, other: Look, view: View) -> float:
    """How much the answer for a view differs from that for the picture itself, 0 (not at all) to 1.

    For rankings it is the Hellinger distance of the two rows of probabilities, and so by analogy for the others.
    """
    kind = look.result.kind
    if other.result.kind != kind:
        return 1.0
    alike = _ALIKE.get(kind, _outputs)(look, other, view)
    return float(np.sqrt(max(0.0, 1.0 - alike)))


def decided(look: Look) -> float:
    """0 (it could be anything) to 1 (there is one clear answer)."""
    measure = _DECIDED.get(look.result.kind)
    return measure(look) if measure else _UNKNOWN


def telling(looks: Sequence[Look]) -> float:
    """How much the answer tells about which of several pictures it belongs to, 0 to 1, each answer being decided.

    The mutual information of pictures and names, H(mean p) - mean H(p), over the most it can be, log N. A model that
    says the same of every picture has 0, and so has one that says everything of each.
    """
    rows = [row for row in map(shares, looks) if row is not None] if looks[0].result.kind == "ranking" else []
    if len(rows) < 2 or len({row.shape for row in rows}) > 1:
        return float(np.mean([decided(look) for look in looks]))
    gain = _entropy(np.mean(rows, axis=0)) - np.mean([_entropy(row) for row in rows])
    return float(gain / np.log(min(len(rows), rows[0].size)))


def shares(look: Look) -> NDArray[np.float64] | None:
    """The probabilities of all classes, or of those that are shown when there is no row of scores. They add up to 1."""
    result: Any = look.result
    raw = scores(result, look.outputs)
    if raw is not None and np.isfinite(raw).all():
        if not result.independent:
            return probabilities(raw)
        alone = raw if raw.min() >= 0 and raw.max() <= 1 else logistic(raw)
        single: NDArray[np.float64] = alone / max(float(alone.sum()), 1e-9)
        return single
    shown = np.clip([row.score for row in result.rows], 0, 1)
    if not len(shown) or not np.isfinite(shown).all():
        return None
    rest = max(0.0, 1.0 - float(shown.sum()))
    return np.append(shown, rest) / max(1.0, float(shown.sum()))


def _entropy(row: NDArray[np.float64]) -> float:
    kept = row[row > 0]
    return float(-(kept * np.log(kept)).sum())


def _rankings(look: Look, other: Look, _view: View) -> float:
    """The Bhattacharyya coefficient of the two rows of probabilities."""
    mine, theirs = shares(look), shares(other)
    if mine is None or theirs is None:
        return 0.0
    ours: Any = (look.result, other.result)
    if scores(ours[0], look.outputs) is None or mine.shape != theirs.shape:  # only the best few are known
        named = [{row.label: row.score for row in result.rows} for result in ours]
        return float(sum(np.sqrt(max(0, named[0][label] * named[1].get(label, 0))) for label in named[0]))
    return float(np.sqrt(mine * theirs).sum())


def _boxes(look: Look, other: Look, view: View) -> float:
    """Shown boxes that are found again in the same place with the same name, weighed by their scores."""
    mine, theirs = _shown(look.result), _shown(other.result)
    if not mine and not theirs:
        return 1.0
    moved = [(name, score, _back(box, view)) for name, score, box in theirs]
    total, shared = sum(score for _, score, _ in mine + moved), 0.0
    for name, score, box in mine:
        match = max(
            (found for found in moved if found[0] == name), key=lambda found: overlap(box, found[2]), default=None
        )
        if match is not None and overlap(box, match[2]) >= _SAME_BOX:
            shared += 2 * min(score, match[1])
            moved.remove(match)
    return min(1.0, shared / max(total, 1e-9))


def _shown(result: Any) -> list[tuple[str, float, list[float]]]:
    places = np.flatnonzero(result.scores >= result.shown_above)[:50]
    return [(result.names[result.classes[n]], float(result.scores[n]), result.boxes[n].tolist()) for n in places]


def _back(box: list[float], view: View) -> list[float]:
    left, top, right, bottom = box
    if view.mirrored:
        left, right = view.width_px - right, view.width_px - left
    return [left + view.left, top + view.top, right + view.left, bottom + view.top]


def _texts(look: Look, other: Look, _view: View) -> float:
    """Letters in the same order. No text at all is as unsteady as can be: there is nothing to hold on to."""
    ours: Any = (look.result, other.result)
    mine, theirs = ("\n".join(line.text for line in result.lines)[:2000] for result in ours)
    return difflib.SequenceMatcher(None, mine, theirs, autojunk=False).ratio() if mine and theirs else 0.0


def _maps(look: Look, other: Look, view: View) -> float:
    """Places with the same class, or how values go together, where both pictures show the same."""
    mine, theirs = _values(look.result), _values(other.result)
    high, wide = view.pixels.shape[:2]
    steps = (np.arange(_SIDE) + 0.5) / _SIDE
    here = _at(mine, (view.top + steps * high) / view.height_px, (view.left + steps * wide) / view.width_px)
    there = _at(theirs, steps, 1 - steps if view.mirrored else steps)
    if look.result.kind == "areas":
        return float((here == there).mean())
    if here.std() == 0 or there.std() == 0:
        return 0.0
    return float(np.corrcoef(here.reshape(-1), there.reshape(-1))[0, 1])


def _values(result: Any) -> NDArray[Any]:
    values: NDArray[Any] = getattr(result, {"areas": "classes", "depth": "values", "picture": "pixels"}[result.kind])
    return values


def _at(values: NDArray[Any], down: NDArray[np.float64], across: NDArray[np.float64]) -> NDArray[np.float64]:
    """The values at shares of the height and width."""
    rows = np.clip((down * values.shape[0]).astype(int), 0, values.shape[0] - 1)
    columns = np.clip((across * values.shape[1]).astype(int), 0, values.shape[1] - 1)
    found: NDArray[np.float64] = values[np.ix_(rows, columns)].astype(np.float64)
    return found


def _outputs(look: Look, other: Look, _view: View) -> float:
    """Any other answer: the angle between what the graphs gave, where that has one size."""
    mine, theirs = (
        [value for by_name in one.outputs.values() for value in by_name.values() if isinstance(value, np.ndarray)]
        for one in (look, other)
    )
    pairs = [(a, b) for a, b in zip(mine, theirs, strict=False) if a.shape == b.shape and a.dtype.kind == "f"]
    if not pairs:
        return _UNKNOWN
    a, b = (np.concatenate([np.asarray(pair[n], np.float64).reshape(-1) for pair in pairs]) for n in (0, 1))
    cosine = float(a @ b / max(float(np.linalg.norm(a) * np.linalg.norm(b)), 1e-12))
    return cosine if np.isfinite(cosine) else 0.0


def _ranking_decided(look: Look) -> float:
    row, result = shares(look), _of(look)
    if row is None or row.size < 2:
        return 0.0
    if result.independent:
        return float(np.clip(max((one.score for one in result.rows), default=0.0), 0, 1))
    return 1.0 - _entropy(row) / float(np.log(row.size))


def _of(look: Look) -> Any:
    """Its result, of the kind whoever asks knows it to be."""
    return look.result


def _boxes_decided(look: Look) -> float:
    found = [min(score, 1.0) for _, score, _ in _shown(look.result)][:10]
    return float(np.mean(found)) if found else 0.0


def _texts_decided(look: Look) -> float:
    """The score of a letter, times how much was read at all."""
    lines = _of(look).lines
    letters = sum(len(line.text) for line in lines)
    if not letters:
        return 0.0
    return float(sum(line.score * len(line.text) for line in lines) / (letters + _MANY_LETTERS))


_ALIKE: dict[str, Callable[[Look, Look, View], float]] = {
    "ranking": _rankings,
    "boxes": _boxes,
    "text_lines": _texts,
    "areas": _maps,
    "depth": _maps,
    "picture": _maps,
}
_DECIDED: dict[str, Callable[[Look], float]] = {
    "ranking": _ranking_decided,
    "boxes": _boxes_decided,
    "text_lines": _texts_decided,
}
