"""Everything that is said about one box: what it does, what it takes and gives, what it stores, how much it works."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from core.graph.facts import Facts
from core.graph.levels import Spot
from core.graph.numbers import described
from core.graph.operators import Known, lookup, lookup_function
from core.graph.shapes import Size
from core.graph.texts import in_words, plain
from core.graph.tree import Group, steps_of
from core.graph.words import cut, words
from core.scenes import Detail, Value, Weight

MOST_VALUES = 60
MOST_WEIGHTS = 120
MOST_READ, MOST_NUMBERS = 12, 60_000_000
"""Of stored tensors, and of the numbers in them, that are read for one box; the largest tensors come first."""
_MOST_OPERATORS = 60
_LONGEST = 120
_LONGEST_NAME = 200
_FAMILIES_NAMED = 3
_TELLS_LITTLE = ("shape", "numbers", "math", "choose", "flow", "other")


def detail(facts: Facts, id_: str) -> Detail | None:
    """Of a group, a step, an input or an output of the model; None where there is no such box."""
    atlas = facts.atlas
    kind, number = id_[:1], id_[1:]
    if not (number.isascii() and number.isdigit()) or len(number) > 9:
        return None
    place = int(number)
    if kind == "s" and place < len(atlas.drawn.steps):
        return _of_step(facts, place)
    if kind == "g" and id_ in atlas.stage.groups:
        return _of_group(facts, atlas.stage.groups[id_])
    if kind == "i" and place < len(atlas.drawn.readers):
        return _of_input(facts, list(atlas.drawn.readers)[place], id_)
    if kind == "o" and place < len(atlas.drawn.makers):
        return _of_output(facts, list(atlas.drawn.makers)[place], id_)
    return None


def known_as(facts: Facts, operator: str, domain: str) -> Known:
    """What a step does, those that the model defines itself included."""
    return lookup_function(operator) if (domain, operator) in facts.own else lookup(operator, domain)


def _of_step(facts: Facts, place: int) -> Detail:
    step = facts.atlas.drawn.steps[place]
    node = facts.levels.node(step)
    told = known_as(facts, step.operator, step.domain)
    return Detail(
        f"s{place}",
        told.title,
        told.sentence,
        {plain(step.operator, _LONGEST_NAME): 1},
        plain(step.name, _LONGEST_NAME),
        plain(step.domain, _LONGEST_NAME),
        told.definition_url,
        {plain(one.name, _LONGEST): in_words(one) for one in (node.attribute if node else ())[:MOST_VALUES]},
        _values(facts, [(step.scope, name) for name in step.inputs if name]),
        _values(facts, [(step.scope, name) for name in step.outputs if name]),
        *_sums(facts, place, [place]),
    )


def _of_group(facts: Facts, group: Group) -> Detail:
    steps = list(steps_of(group))
    taken, made = _doors(facts, steps)
    counted = {plain(name, _LONGEST_NAME): many for name, many in group.operators.most_common(_MOST_OPERATORS)}
    return Detail(
        group.id,
        words(group, facts.atlas.drawn).title,
        _sentence(facts, group, steps),
        counted,
        plain(group.label, _LONGEST_NAME),
        "",
        "",
        {},
        _values(facts, taken),
        _values(facts, made),
        *_sums(facts, group, steps),
    )


def _of_input(facts: Facts, name: str, id_: str) -> Detail:
    readers = facts.atlas.drawn.readers[name]
    told = "What you give the model." if readers else "The model asks for this, but does nothing with it."
    return Detail(id_, cut(name), told, {}, plain(name, _LONGEST_NAME), outputs=_values(facts, [((), name)]))


def _of_output(facts: Facts, name: str, id_: str) -> Detail:
    makers = facts.atlas.drawn.makers[name]
    told = "The model's answer." if makers else "Part of the answer, but the same whatever you give."
    return Detail(id_, cut(name), told, {}, plain(name, _LONGEST_NAME), inputs=_values(facts, [((), name)]))


def _sums(
    facts: Facts, thing: Group | int, steps: Sequence[int]
) -> tuple[tuple[Weight, ...], int, float, int | None, float | None]:
    """Weights, how many numbers and which share of the model's, work and its share."""
    used = facts.held.used_by([facts.atlas.drawn.steps[step] for step in steps])
    count = facts.held.count(used)
    work = facts.work_of(thing)
    share = None if work is None or facts.uncounted else work / max(1, facts.whole_work)
    return _weights(facts, used), count, count / max(1, facts.parameter_count), work, share


def _weights(facts: Facts, places: Sequence[int]) -> tuple[Weight, ...]:
    """The largest first; numbers are read until it would take long."""
    stored = sorted((facts.held.all[place] for place in places), key=lambda one: -one.count)[:MOST_WEIGHTS]
    left, found = MOST_NUMBERS, []
    for place, one in enumerate(stored):
        read = place < MOST_READ and one.count <= left
        found.append(described(one, facts.files, read=read))
        left -= one.count if read else 0
    return tuple(found)


def _doors(facts: Facts, steps: Sequence[int]) -> tuple[list[Spot], list[Spot]]:
    """What these steps take from others, and what others or the model's answer take from them; each once."""
    drawn, inside = facts.atlas.drawn, set(steps)
    made: dict[Spot, None] = {}
    for step in steps:
        made |= dict.fromkeys((drawn.steps[step].scope, name) for name in drawn.steps[step].outputs if name)
    taken = {
        facts.levels.home(drawn.steps[step].scope, name): None
        for step in steps
        for name in drawn.steps[step].inputs
        if name and name not in drawn.steps[step].weights
    }
    answers = {((), name) for name in drawn.makers}
    given = [spot for spot in made if spot in answers or not inside.issuperset(facts.readers.get(spot, ()))]
    return [spot for spot in taken if spot not in made], given


def _sentence(facts: Facts, group: Group, steps: Sequence[int]) -> str:
    drawn = (facts.atlas.drawn.steps[step] for step in steps)
    titles = list(dict.fromkeys(known_as(facts, step.operator, step.domain).title for step in drawn))
    size = f"{group.size:,} steps"
    if not steps:
        return "Nothing here depends on what you give the model."
    if group.kind == "bookkeeping":
        return f"{size} that work out sizes, and which places count."
    if group.kind == "repeat":
        inner = group.size // max(1, group.count)
        return f"The same {inner:,} step{'s' if inner > 1 else ''} {group.count:,} times, each time with other numbers."
    if group.kind == "fused" or len(steps) <= _FAMILIES_NAMED:
        return f"{size} in a row: {_listed(titles)}."
    return f"{size}; most of the work is done by: {_listed(_main_titles(facts, steps))}."


def _main_titles(facts: Facts, steps: Sequence[int]) -> list[str]:
    """By work where it is known, else by how often they occur; what only rearranges numbers comes last."""
    worth: Counter[str] = Counter()
    for place in steps:
        step = facts.atlas.drawn.steps[place]
        told = known_as(facts, step.operator, step.domain)
        worth[told.title] += 1 + (facts.work[place] or 0) - (10**6 if told.family in _TELLS_LITTLE else 0)
    return [title for title, _ in worth.most_common(_FAMILIES_NAMED)]


def _listed(titles: Sequence[str]) -> str:
    small = [title if title[1:2].isupper() else f"{title[0].lower()}{title[1:]}" for title in titles]
    return small[0] if len(small) == 1 else f"{', '.join(small[:-1])} and {small[-1]}"


def _values(facts: Facts, spots: Iterable[Spot]) -> tuple[Value, ...]:
    found = list(dict.fromkeys(spots))[:MOST_VALUES]
    return tuple(Value(plain(name, _LONGEST_NAME), size_in_words(facts.sizes.of(scope, name))) for scope, name in found)


def size_in_words(size: Size) -> str:
    """`1 × 3 × 224 × 224 numbers (float32)`; empty where nobody knows."""
    if size.shape is None or not size.dtype:
        return ""
    what = {"string": ("text", "texts"), "bool": ("yes or no", "times yes or no")}.get(
        size.dtype, ("number", "numbers")
    )
    kind = "" if size.dtype in ("string", "bool") else f" ({size.dtype})"
    if not size.shape or set(size.shape) == {1}:
        return f"one {what[0]}{kind}"
    return f"{' × '.join(f'{side:,}' for side in size.shape)} {what[1]}{kind}"
