"""Many children made few: repeats folded into one box, and what is still too many cut where it is thinnest."""

from __future__ import annotations

from collections.abc import Sequence

from core.graph.tree import MOST_CHILDREN, Group, Plan, measure_one, steps_of

_LONGEST_PERIOD = 64
_LEAST_TIMES = 3
_LEAST_FOLDED = 6
_TOLERANCE = 0.6


def folded(root: Group, known: Plan) -> None:
    """No group has more than 24 children after this. The order of children is kept, so no circle can arise."""
    waiting = [root]
    while waiting:
        group = waiting.pop()
        if len(group.children) > MOST_CHILDREN and group.kind not in ("repeat", "part"):
            group.children = _repeats_of_repeats(group.children, known)
        while len(group.children) > MOST_CHILDREN:
            group.children = _cut(group.children, known, group.kind == "repeat")
        waiting += [child for child in group.children if isinstance(child, Group)]


def _repeats_of_repeats(children: list[Group | int], known: Plan) -> list[Group | int]:
    """Inner repeats first: what is longer than 64 children may be short once its own repeats are folded."""
    once = _repeats(children, known)
    return _repeats(once, known) if len(once) > MOST_CHILDREN else once


def _repeats(children: list[Group | int], known: Plan) -> list[Group | int]:
    """Wherever the same shapes come three times or more in a row, one group; what saves most is taken first."""
    shapes = [_shape(child, known) for child in children]
    found: list[Group | int] = []
    place, count = 0, len(children)
    while place < count:
        times, period = _best_repeat(shapes, place)
        if not times:
            found.append(children[place])
            place += 1
            continue
        found.append(_repeat(children[place : place + times * period], times, period, known))
        place += times * period
    return found


def _best_repeat(shapes: Sequence[bytes], place: int) -> tuple[int, int]:
    best = (0, 0)
    for period in range(1, min(_LONGEST_PERIOD, (len(shapes) - place) // _LEAST_TIMES) + 1):
        if shapes[place] != shapes[place + period]:
            continue
        first, times = shapes[place : place + period], 1
        while shapes[place + times * period : place + (times + 1) * period] == first:
            times += 1
        if times >= _LEAST_TIMES and times * period >= max(_LEAST_FOLDED, best[0] * best[1] + 1):
            best = (times, period)
    return best


def _repeat(children: list[Group | int], times: int, period: int, known: Plan) -> Group:
    blocks: list[Group | int] = []
    for start in range(0, times * period, period):
        some = children[start : start + period]
        blocks += some if period == 1 else [_group("block", some, known)]
    made = _group("repeat", blocks, known)
    made.count = times
    return made


def _cut(children: list[Group | int], known: Plan, alike: bool) -> list[Group | int]:
    """In at most 24 pieces of about equal size, each cut where the fewest values cross; masks don't count."""
    count = len(children)
    width = [0] * (count + 1) if alike else _widths(children, known)
    pieces = min(MOST_CHILDREN, max(2, round(count**0.5)))
    step = count / pieces
    tolerance = max(1, int(step * _TOLERANCE))
    cuts = [0]
    for number in range(1, pieces):
        wanted = int(number * step)
        low, high = max(cuts[-1] + 1, wanted - tolerance), min(count - 1, wanted + tolerance)
        if low <= high:
            cuts.append(min((width[at], abs(at - wanted), at) for at in range(low, high + 1))[2])
    ends = [*cuts[1:], count]
    found: list[Group | int] = []
    for start, end in zip(cuts, ends, strict=True):
        some = children[start:end]
        found.append(some[0] if len(some) == 1 else _group("part", some, known))
    return found


def _widths(children: Sequence[Group | int], known: Plan) -> list[int]:
    """Of each gap between two children: how many values are made before and read after it."""
    owner = {step: place for place, child in enumerate(children) for step in steps_of(child)}
    width = [0] * (len(children) + 1)
    for step, place in owner.items():
        if step in known.hubs:
            continue
        far = max((owner[end] for end in known.after[step] if end in owner), default=place)
        if far > place:
            width[place + 1] += 1
            width[min(far + 1, len(children))] -= 1
    for place in range(1, len(width)):
        width[place] += width[place - 1]
    return width


def _group(kind: str, children: list[Group | int], known: Plan) -> Group:
    made = Group("", children, kind)
    measure_one(made, known)
    return made


def _shape(child: Group | int, known: Plan) -> bytes:
    return child.shape if isinstance(child, Group) else known.operator(child).encode("utf-8", "replace")
