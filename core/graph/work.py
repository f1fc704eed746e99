"""How much each step has to calculate, in multiply-accumulates: one number times another, added to a sum.

Counted are the steps that take nearly all of it: convolutions, products of tables, layers with a memory, attention.
What is done to each number by itself (adding, switching, evening out) counts as none. A body of a loop counts once, of
a choice all branches count.
"""

from __future__ import annotations

from collections.abc import Iterable

from core.graph.levels import Levels
from core.graph.operators import lookup
from core.graph.products import COUNT, Seen, UnknownSize
from core.graph.shapes import Sizes
from core.graph.sketch import Sketch, Step

_HEAVY = ("conv", "linear", "attention", "recurrent")
"""Families of steps that calculate a lot: one of them that can't be counted isn't nothing."""
_LIGHT_AMONG_THEM = ("RotaryEmbedding", "MRotaryEmbedding", "GemmaRotaryEmbedding", "TensorScatter")
_DOMAINS = ("", "ai.onnx", "com.microsoft", "com.microsoft.nchwc", "com.ms.internal.nhwc")


def work(drawn: Sketch, sizes: Sizes, levels: Levels, own: frozenset[tuple[str, str]]) -> tuple[int | None, ...]:
    """Of every step; None where it can't be told. `own`: domain and name of the functions the model brings."""
    inner = {step.scope for step in drawn.steps}
    found = []
    for step in drawn.steps:
        if (step.domain, step.operator) in own:
            is_drawn = (*step.scope, step.name or step.operator) in inner
            found.append(0 if is_drawn else None)  # its steps are counted by themselves
        else:
            found.append(_of_step(step, sizes, levels))
    return tuple(found)


def added(counts: Iterable[int | None]) -> int | None:
    """None as soon as one isn't known."""
    total = 0
    for count in counts:
        if count is None:
            return None
        total += count
    return total


def _of_step(step: Step, sizes: Sizes, levels: Levels) -> int | None:
    count = COUNT.get(step.operator)
    if count is None or step.domain not in _DOMAINS:
        return _of_others(step)
    node = levels.node(step)
    seen = Seen(
        tuple(sizes.of(step.scope, name).shape if name else None for name in step.inputs),
        tuple(sizes.of(step.scope, name).shape if name else None for name in step.outputs),
        {one.name: one for one in node.attribute} if node is not None else {},
    )
    try:
        return count(seen)
    except (UnknownSize, IndexError, ValueError):
        return None


def _of_others(step: Step) -> int | None:
    known = lookup(step.operator, step.domain)
    is_heavy = known.family in _HEAVY and step.operator not in _LIGHT_AMONG_THEM
    return None if is_heavy or known.title == "Unknown step" else 0
