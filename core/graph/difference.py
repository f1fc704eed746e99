"""What tells two graphs apart: counted, and in one or two sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from core.graph.likeness import NOTHING
from core.graph.match import Pair
from core.graph.units import Unit
from core.quantities import size

_TABLE = 2
"""A weight with at least so many dimensions; what is smaller only shifts or scales."""
_SETTINGS_SHOWN = 3
_LONGEST = 60


@dataclass(frozen=True)
class Difference:
    counts: dict[str, int]
    """Steps that are same, changed, added and removed."""
    changes: dict[str, int]
    """How many steps changed in what: operator, weights, format, attributes. One may have changed in several."""
    tables: int
    """Weights of the first with two dimensions or more that the second has too."""
    stored_as: dict[str, int]
    """How many of these the second stores in another number format, by its name."""
    sentence: str


def difference(pairs: Sequence[Pair], first: Sequence[Unit], second: Sequence[Unit]) -> Difference:
    counts = Counter({"same": 0, "changed": 0, "added": 0, "removed": 0})
    counts.update(pair.kind for pair in pairs)
    changes: Counter[str] = Counter(change for pair in pairs for change in pair.changes)
    both = [(first[pair.first], second[pair.second]) for pair in pairs if NOTHING not in (pair.first, pair.second)]
    tables = [found for one, other in both for found in _tables(one, other)]
    stored_as = Counter(now for before, now in tables if now != before)
    made = Difference(dict(counts), dict(changes), len(tables), dict(stored_as.most_common()), "")
    return Difference(made.counts, made.changes, made.tables, made.stored_as, _sentence(made, pairs, both))


def about_sizes(before_bytes: int, now_bytes: int) -> str:
    """A sentence about the two files."""
    if before_bytes == now_bytes:
        return f"Both take {size(now_bytes)}."
    return f"It takes {size(now_bytes)} instead of {size(before_bytes)}."


def note(pair: Pair, first: Sequence[Unit], second: Sequence[Unit]) -> str:
    """What happened to one step, in a few words; empty when nothing did."""
    if pair.kind == "same":
        return ""
    if pair.first == NOTHING:
        return "Only in the second version."
    if pair.second == NOTHING:
        return "Only in the first version."
    one, other = first[pair.first], second[pair.second]
    said = {
        "operator": f"{one.does[:_LONGEST]} became {other.does[:_LONGEST]}",
        "weights": f"weights of {_shapes(one)} became {_shapes(other)}",
        "attributes": "settings changed: " + _settings(one, other),
        "format": _formats(one, other),
    }
    words = "; ".join(said[change] for change in pair.changes)
    return f"{words[:1].upper()}{words[1:]}."


def _sentence(found: Difference, pairs: Sequence[Pair], both: Sequence[tuple[Unit, Unit]]) -> str:
    counts, does = found.counts, []
    for dtype, many in found.stored_as.items():
        does.append(f"stores {many:,} of {_steps(found.tables, 'weight')} as {dtype}")
    whole = sum(other.is_whole and not one.is_whole and not _tables(one, other) for one, other in both)
    if whole:
        does.append(f"works in whole numbers in {_steps(whole, 'more step' if does else 'step')}")
    otherwise = sum(bool(set(pair.changes) - {"format"}) for pair in pairs)
    if otherwise:
        does.append(f"changes {_steps(otherwise)}")
    if counts["added"]:
        does.append(f"adds {_steps(counts['added'])}")
    if counts["removed"]:
        does.append(f"leaves out {_steps(counts['removed'])}")
    if does:
        return f"The second version {_listed(does)}; {_same(counts['same'])}."
    if counts["changed"]:
        return f"The second version does {_steps(counts['changed'])} in another number format; {_same(counts['same'])}."
    if not counts["same"]:
        return "Both are empty."
    if not all(pair.is_all_alike for pair in pairs):
        return f"All {_steps(counts['same'])} are the same, but they are connected in another way."
    return f"Both are built alike: all {_steps(counts['same'])} are the same."


def _same(many: int) -> str:
    return "no step is the same" if not many else f"{_steps(many)} {'is' if many == 1 else 'are'} the same"


def _steps(many: int, what: str = "step") -> str:
    return f"{many:,} {what}{'' if many == 1 else 's'}"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _tables(one: Unit, other: Unit) -> list[tuple[str, str]]:
    """The number formats before and now of weights that both have."""
    before = [dtype for shape, dtype in zip(one.shapes, one.formats, strict=True) if len(shape) >= _TABLE]
    now = [dtype for shape, dtype in zip(other.shapes, other.formats, strict=True) if len(shape) >= _TABLE]
    return list(zip(before, now, strict=False))


def _shapes(unit: Unit) -> str:
    shown = [" × ".join(map(str, shape)) or "one number" for shape in unit.shapes[:_SETTINGS_SHOWN]]
    return ", ".join(words[:_LONGEST] for words in shown) or "nothing"


def _settings(one: Unit, other: Unit) -> str:
    before, now = dict(one.settings), dict(other.settings)
    names = sorted(name for name in {*before, *now} if before.get(name) != now.get(name))
    said = [
        f"{name[:_LONGEST]} from {before.get(name, 'unset')[:_LONGEST]} to {now.get(name, 'unset')[:_LONGEST]}"
        for name in names[:_SETTINGS_SHOWN]
    ]
    more = len(names) - _SETTINGS_SHOWN
    return ", ".join(said) + (f" and {more} more" if more > 0 else "")


def _formats(one: Unit, other: Unit) -> str:
    changed = [(before, now) for before, now in zip(one.formats, other.formats, strict=False) if before != now]
    if changed:
        before, now = changed[0]
        return f"weights are stored as {now} instead of {before}"
    return f"works with {'whole numbers' if other.is_whole else 'decimal numbers'} now"
