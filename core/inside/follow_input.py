"""What an input becomes inside a model: the values behind a box, or those of the main blocks one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core import in_words, registry
from core.errors import UserError
from core.graph.follow import Trails
from core.graph.kinds import Fed
from core.graph.shown import shown
from core.inside._atlas import atlas_of
from core.inside._desk import Desk
from core.inside._followed import Kept, Visit, bytes_of, fingerprint
from core.inside._inputs import read
from core.inside._model import graphs, info_of
from core.inside._token_words import token_words
from core.model.inner import with_outputs
from core.run.session import Content, open_graph
from core.scenes import Followed, Shown
from core.types import ModelInfo

RESULT = Followed
MOST_VALUES = 4
_ROOM_BYTES = 400 * 2**20
"""For all inner values of one run: they are held until it ends."""
_GROWTH = 96
"""Bytes that a layer may make of one number that is fed; layers of many channels come early, at full size."""
_NOT_USED = "This part of the model wasn't used for this input."


def do(request: dict[str, Any], desk: Desk) -> Followed:
    """`request`: the model (see `_model.info_of`), "task", "given", "threads", "part": a role, "box": an id, or "" for
    the main blocks.
    """
    info, role, box = info_of(request, desk), request["part"], str(request["box"])
    trails = _trails(role, desk)
    boxes = (box,) if box else trails.main_blocks
    stand = {one: trails.of(one) for one in boxes}
    names = {one: stand[one].names[: MOST_VALUES if box else 2] for one in boxes}
    if not any(names.values()):
        return Followed((), notes=tuple(filter(None, (one.why for one in stand.values()))))
    kept: Kept = desk.kept.setdefault("followed", Kept())
    mark = fingerprint(request["mark"], request["task"], request["given"])
    visit = kept.visit(mark, lambda: _visited(request, info, desk))
    if role not in visit.feeds:
        return Followed((), visit.answer, (_NOT_USED,))
    look = _Look(info, role, mark, visit, kept, desk, request["threads"])
    found = look.at([name for one in boxes for name in names[one]], trails.beside(box) if box else ())
    drawn: list[Shown] = []
    for one in boxes:
        best = _main_first([found[name] for name in names[one]])
        drawn += [replace(value, box=one, title=stand[one].title) for value in best[: None if box else 1]]
    more = len(stand[box].names) - MOST_VALUES if box else 0
    return Followed(tuple(drawn), visit.answer, _notes(visit, role, more))


def _trails(role: str, desk: Desk) -> Trails:
    known: dict[str, Trails] = desk.kept.setdefault("trails", {})
    if role not in known:
        known[role] = Trails(atlas_of(role, desk))
    return known[role]


def _visited(request: dict[str, Any], info: ModelInfo, desk: Desk) -> Visit:
    """Lets the task answer. When that fails after the model was fed, what it was fed can be followed all the same."""
    task = registry.load("core.tasks")[request["task"]]
    parts, _ = graphs(info, desk, request["threads"])
    inputs = read(task.fields(info), request["given"], desk)
    visit = Visit()
    desk.say(None, "Running it on your input")
    try:
        recorded = {role: visit.recording(role, graph) for role, graph in parts.items()}
        visit.answer = in_words.short(task.answer(inputs, recorded, info, desk.say))
    except UserError as error:
        if not visit.feeds:
            raise
        visit.trouble = error.title
    return visit


@dataclass(frozen=True)
class _Look:
    """One part of a model, fed with one input."""

    info: ModelInfo
    role: str
    mark: str
    visit: Visit
    kept: Kept
    desk: Desk
    threads: int

    def at(self, wanted: Sequence[str], likely: Sequence[str]) -> dict[str, Shown]:
        """These inner values, drawn; along with them, where there is room, what is likely to be looked at next."""
        found = {name: one for name in wanted if (one := self.kept.find(self.mark, self.role, name)) is not None}
        missing = [name for name in dict.fromkeys(wanted) if name not in found]
        if not missing:
            return found
        self.desk.say(None, "Looking inside")
        per_value = _GROWTH * max((np.size(value) for value in self._feeds.values()), default=1)
        room = max(1, _ROOM_BYTES // max(per_value, 1))
        extra = [name for name in likely if self.kept.find(self.mark, self.role, name) is None and name not in wanted]
        if len(missing) < room and extra:
            try:
                return found | self._run([*missing, *extra[: room - len(missing)]])[0]
            except UserError:
                room = max(1, room // 4)  # one of those nobody asked for may be the cause
        while missing:
            some, missing = missing[:room], missing[room:]
            drawn, largest = self._run(some)
            found |= drawn
            room = max(1, _ROOM_BYTES // max(2 * largest, 1))
        return found

    @property
    def _feeds(self) -> dict[str, Any]:
        return self.visit.feeds[self.role]

    def _run(self, names: Sequence[str]) -> tuple[dict[str, Shown], int]:
        """Opens the part once more so that it gives these too; drawn, and how many bytes the largest took."""
        graph, files = self.info.parts[self.role], self.desk.files
        inner = [name for name in names if name not in self._feeds]
        values = dict(self._feeds)
        if inner:
            weights = {name: files[f"{self.role}/{name}"] for name in graph.external_files}
            content = Content(with_outputs(files[f"{self.role}/"], inner), weights)
            values |= open_graph(graph, self.threads, content)(self._feeds)
        fed = self._fed()
        found: dict[str, Shown] = {}
        for name in names:
            found[name] = shown("", "", name, values[name], fed)
            self.kept.keep(self.mark, self.role, name, found[name])
        return found, max(bytes_of(values[name]) for name in names)

    def _fed(self) -> Fed:
        first = {value.shape[0] for value in self._feeds.values() if isinstance(value, np.ndarray) and value.ndim > 1}
        length, tokens = token_words(self.info, self._feeds)
        labels = self.info.preparation.get("labels")
        names = labels.value if labels is not None and isinstance(labels.value, list | tuple) else ()
        return Fed(first.pop() if len(first) == 1 else 1, length, tokens, tuple(map(str, names)))


def _main_first(drawn: Sequence[Shown]) -> list[Shown]:
    """Sizes and single numbers come after what can be looked at."""
    return sorted(drawn, key=lambda one: one.kind in ("number", "texts", "nothing"))


def _notes(visit: Visit, role: str, more: int) -> tuple[str, ...]:
    notes = []
    if visit.trouble:
        notes.append(f"The model came to no answer for this input: {visit.trouble}")
    if visit.runs[role] > 1:
        notes.append(f"This part works {visit.runs[role]:,} times for one answer. The first time is shown.")
    if more > 0:
        notes.append(f"{more:,} more values leave this box and aren't drawn.")
    return tuple(notes)
