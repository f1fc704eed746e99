"""The preparation doctor: answers under every preparation that comes into question, the most believable one first.

Each candidate answers for the person's picture and a few of ours. Ranked by what `core.guard` objects to, then by how
much the answers tell apart, how decided they are, and how little they change when a picture is moved, cut or mirrored.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import registry
from core.errors import InputError, UserError
from core.guard import _drawn
from core.guard._contract import Look, Seen
from core.inside import _guard, _steadiness
from core.inside._candidates import Candidate, candidates
from core.inside._desk import Desk
from core.inside._inputs import read
from core.inside._model import graphs, info_of
from core.readers.picture import read_picture
from core.types import Doubt, Fact

SHOWN = 6
_FOLLOWED = 12
"""So many of the best are looked at once more, moved and mirrored."""
_FIRST_SHARE = 0.6
"""Of the time, for the first round."""
_OURS_TO_CHECK = 2
_VIEWS = 3
_USUAL = 0.02
"""What the habit of such models weighs per question: it decides between those that do equally well."""


@dataclass(frozen=True)
class Tried:
    facts: dict[str, Any]
    """Values by name, as they would be remembered."""
    words: str
    """Such as `blue first, 0 to 1, whole picture stretched`."""
    result: Any
    """For the person's picture: one of `core.results`."""
    doubts: tuple[Doubt, ...]
    score: float
    """The higher the more believable; comparable within one search only."""
    is_current: bool


@dataclass(frozen=True)
class Search:
    found: tuple[Tried, ...]
    """The best few, the most believable first; the one in use is always among them."""
    tried: int
    pictures: int
    """How many pictures the ranking rests on."""


RESULT = Search


def do(request: dict[str, Any], desk: Desk) -> Search:
    """`request`: the model (see `_model.info_of`), "task", "given", "threads", "open_all", "photographs" (bytes of
    files), and "budget_s", about how long it may take.

    Raises InputError when nothing is open, or the task isn't about a picture.
    """
    info = info_of(request, desk)
    task = registry.load("core.tasks")[request["task"]]
    fields = task.fields(info)
    opened, _ = graphs(info, desk, request["threads"])
    inputs = read(fields, request["given"], desk)
    main = next((field.name for field in fields if field.kind == "picture"), "")
    open_ = candidates(info.preparation, task.assume(replace(info, preparation={})), request["open_all"])
    if not main or inputs.get(main) is None or len(open_) < 2:
        raise _nothing_open(bool(main))
    asked = _guard.Asked(request["mark"], request["task"], inputs, info, opened, desk)
    ours = (read_picture(one) for one in request["photographs"])
    pictures = [inputs[main], *(one for one in ours if not np.array_equal(one, inputs[main]))]
    return _Doctor(asked, main, pictures, request["budget_s"]).search(open_)


@dataclass(frozen=True)
class _Answers:
    """Those of one candidate, the person's picture first."""

    candidate: Candidate
    asked: _guard.Asked
    looks: tuple[Look | None, ...]
    """None for one of our pictures that can't be answered."""
    doubts: tuple[Doubt, ...]

    def score(self, pictures: int, wandering: float = 0.0) -> float:
        """`wandering`: how far answers move when the picture does, 0 to 1. Only so many pictures count."""
        looks = [look for look in self.looks[:pictures] if look is not None]
        clear = float(np.mean([_steadiness.decided(look) for look in looks]))
        return (_steadiness.telling(looks) + clear) / 2 - wandering + _USUAL * self.candidate.usual

    def tried(self, pictures: int, wandering: float) -> Tried:
        mine, one = self.looks[0], self.candidate
        result = mine.result if mine else None
        score = self.score(pictures, wandering)
        return Tried(one.facts, one.words, result, self.doubts, score, one.is_current)


class _Doctor:
    def __init__(self, asked: _guard.Asked, main: str, pictures: Sequence[NDArray[np.uint8]], budget_s: float) -> None:
        self._asked, self._main, self._pictures, self._budget_s = asked, main, list(pictures), budget_s
        self._start = time.perf_counter()
        self._failure: UserError | None = None

    def search(self, open_: Sequence[Candidate]) -> Search:
        seen: list[_Answers] = []
        for place, candidate in enumerate(open_):
            words = f"Trying {place + 1} of {len(open_)}: {candidate.words}"
            self._asked.desk.say(_FIRST_SHARE * place / len(open_), words)
            answers = self._answers(candidate)
            if answers is not None:
                seen.append(answers)
            self._keep_within_budget(place + 1, len(open_))
        if not seen:
            raise self._failure or _nothing_open(True)
        count = len(self._pictures)
        seen.sort(key=lambda one: (len(one.doubts), -one.score(count)))
        followed = [*seen[:_FOLLOWED], *(one for one in seen[_FOLLOWED:] if one.candidate.is_current)]
        steady = [one.tried(count, self._wandering(one, place)) for place, one in enumerate(followed)]
        steady.sort(key=lambda one: (len(one.doubts), -one.score))
        return Search((*steady[:SHOWN], *(one for one in steady[SHOWN:] if one.is_current)), len(open_), count)

    def _answers(self, candidate: Candidate) -> _Answers | None:
        """None when the model can't be fed like that."""
        changed = {name: Fact(value, "tried") for name, value in candidate.facts.items()}
        info = replace(self._asked.info, preparation={**self._asked.info.preparation, **changed})
        asked = replace(self._asked, info=info)
        try:
            mine = _guard.look_at(asked, self._main, self._pictures[0])
        except UserError as error:
            self._failure = error
            return None
        others = [_guard.look(asked, self._main, picture) for picture in self._pictures[1:]]
        blank, scene = (_guard.look(asked, self._main, picture) for picture in (_drawn.blank(), _drawn.scene()))
        doubts = _guard.doubts(Seen(mine.result, mine.outputs, info, blank, scene))
        return _Answers(candidate, asked, (mine, *others), doubts)

    def _wandering(self, one: _Answers, place: int) -> float:
        """How far the answers move when the pictures do, on average: 0 (not at all) to 1."""
        words = f"Looking at it moved and mirrored: {one.candidate.words}"
        self._asked.desk.say(_FIRST_SHARE + (1 - _FIRST_SHARE) * place / (_FOLLOWED + 1), words)
        found: list[float] = []
        for picture, look in zip(self._pictures, one.looks, strict=False):
            if look is None or (found and self._is_over()):
                continue
            for view in _steadiness.views(picture, look.result.kind):
                other = _guard.look(one.asked, self._main, view.pixels)
                found.append(1.0 if other is None else _steadiness.distance(look, other, view))
        return float(np.mean(found))

    def _keep_within_budget(self, done: int, total: int) -> None:
        """Fewer pictures of ours where the model is slow."""
        each_s = (time.perf_counter() - self._start) / done / (len(self._pictures) + _OURS_TO_CHECK)
        while len(self._pictures) > 1 and self._runs(total - done) * each_s > self._budget_s:
            self._pictures.pop()

    def _runs(self, left: int) -> int:
        pictures = len(self._pictures)
        return left * (pictures + _OURS_TO_CHECK) + _FOLLOWED * pictures * _VIEWS

    def _is_over(self) -> bool:
        return time.perf_counter() - self._start > self._budget_s


def _nothing_open(has_picture: bool) -> InputError:
    if not has_picture:
        return InputError(
            "Only models that look at pictures can be prepared in other ways here.",
            "This task takes no picture.",
            "Look at “How this was done” for what was assumed.",
        )
    return InputError(
        "Everything about how this model is fed is certain.",
        "Its files, or you, say how pictures are placed, coloured and scaled, so there is nothing to try.",
        "Choose “Question everything” to try other ways all the same.",
    )
