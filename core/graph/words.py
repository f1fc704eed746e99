"""What stands in a box, in words a beginner reads: never a raw name of an operator or a tensor alone."""

from __future__ import annotations

import re
from collections import Counter

from core.graph.operators import lookup
from core.graph.sketch import Sketch
from core.graph.tree import Group
from core.scenes import Words

_LONGEST = 34
_MAIN_FAMILIES = ("conv", "linear", "attention", "recurrent", "table")
_WEIGHT_OF_MAIN = 6
_PARTS = (
    (re.compile(r"(^|[./_])embed", re.IGNORECASE), "Words to numbers"),
    (re.compile(r"(^|[./_])(self_?)?att(entio)?n", re.IGNORECASE), "Attention"),
    (re.compile(r"(^|[./_])(mlp|ffn|feed_?forward|intermediate|fc\d?)([./_]|$)", re.IGNORECASE), "Thinking layer"),
    (re.compile(r"(^|[./_])(layer_?norm|ln_?\w*|norm\d?|batch_?norm|bn\d?)([./_]|$)", re.IGNORECASE), "Evening out"),
    (re.compile(r"(^|[./_])pool(er|ing)?", re.IGNORECASE), "Summing up"),
    (re.compile(r"(^|[./_])(classifier|head|logits|predictions?|cls)([./_]|$)", re.IGNORECASE), "Answer"),
    (re.compile(r"(^|[./_])(stem|patch)", re.IGNORECASE), "First look"),
    (re.compile(r"(^|[./_])encoder", re.IGNORECASE), "Reading part"),
    (re.compile(r"(^|[./_])decoder", re.IGNORECASE), "Writing part"),
    (re.compile(r"(^|[./_])(backbone|features?)([./_]|$)", re.IGNORECASE), "Feature finder"),
    (re.compile(r"(^|[./_])neck([./_]|$)", re.IGNORECASE), "Mixing of sizes"),
)
_NUMBERED = re.compile(r"(?:^|[./_ ])(layer|block|stage|h|resblock|dense_?block)s?[./_ ]?(\d{1,4})", re.IGNORECASE)
_DOES = {
    "conv": "Pattern finders",
    "linear": "Weighing layers",
    "attention": "Attention",
    "recurrent": "Memory layers",
    "table": "Decision rules",
    "norm": "Evening out",
    "activation": "Switches",
    "pool": "Summing up places",
    "shape": "Rearranging",
    "math": "Calculations",
    "choose": "Choosing",
    "text": "Text handling",
    "picture": "Picture handling",
    "numbers": "Changes of number format",
    "flow": "Repeats and choices",
    "other": "Other steps",
}


def words(thing: Group | int | str, drawn: Sketch) -> Words:
    """Of a group, a step, or the name behind a pill."""
    if isinstance(thing, Group):
        return _of_group(thing)
    if isinstance(thing, int):
        known = lookup(drawn.steps[thing].operator, drawn.steps[thing].domain)
        return Words(known.title, "", known.family)
    return Words(cut(thing), "", "pill")


def family(group: Group) -> str:
    """What most of a group is about; heavy steps count more than light ones."""
    counts: Counter[str] = Counter()
    for operator, many in group.operators.items():
        of = lookup(operator, "").family
        counts[of] += many * (_WEIGHT_OF_MAIN if of in _MAIN_FAMILIES else 1)
    return counts.most_common(1)[0][0] if counts else "other"


def _of_group(group: Group) -> Words:
    about = family(group)
    size = f"{group.size:,} steps"
    if group.kind == "bookkeeping":
        return Words("Sizes and masks", size, "shape")
    if group.kind == "fused":
        first = next(iter(group.operators))
        known = lookup(first, "")
        return Words(known.title, size, known.family)
    if group.kind == "repeat":
        inner = next((child for child in group.children if isinstance(child, Group)), None)
        what = _title(inner) if inner is not None and inner.kind != "block" else _DOES[about]
        return Words(cut(f"{group.count} × {what}"), f"{group.count} alike, {size}", about)
    return Words(cut(_title(group)), size, about)


def _title(group: Group) -> str:
    """From its name where that tells something, else from what it does."""
    label = group.label
    numbers = _NUMBERED.findall(label)
    part = next((title for pattern, title in _PARTS if pattern.search(label.rsplit("/", maxsplit=1)[-1])), "")
    part = part or next((title for pattern, title in _PARTS if pattern.search(label)), "")
    if numbers and not part:
        named = [f"{'layer' if word.lower() == 'h' else word.lower()} {int(number)}" for word, number in numbers[-2:]]
        return ", ".join(named).replace("_", " ").capitalize()
    return part or _DOES[family(group)]


def cut(text: str) -> str:
    """One line that fits into a box, without anything that controls a screen."""
    flat = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return flat if len(flat) <= _LONGEST else f"{flat[: _LONGEST // 2 - 1]}…{flat[-_LONGEST // 2 :]}"
