"""Where each step belongs, by names: those its exporter wrote down, of the step, of what it makes, of its weights."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.graph.order import chained
from core.graph.sketch import Scope, Sketch, Step, readable

_LEAST_NAMED = 0.5
_LEAST_BY_WEIGHT = 0.03
_HEAVY = frozenset({"Conv", "ConvTranspose", "MatMul", "Gemm", "MatMulInteger", "QLinearConv", "ConvInteger", "Einsum"})
_ENDINGS = re.compile(r"(_q|_quantized|_scale|_zero_point|_cast)+$")
MOST_LEVELS = 40


def by_names(drawn: Sketch) -> list[Scope] | None:
    """From the exporter's notes, the names of steps, or of what they make; None when most have no such name."""
    found = [_of_name(step) for step in drawn.steps]
    named = sum(scope is not None for scope in found)
    deep = sum(bool(scope) for scope in found)
    if named < _LEAST_NAMED * len(found) or deep < _LEAST_NAMED * len(found):
        return None
    return [scope or () for scope in found]


def _of_name(step: Step) -> Scope | None:
    """`/encoder/layer.0/MatMul` lies in (`encoder`, `layer.0`); `/Add` in the model itself; `Add_7` says nothing."""
    words = step.namespace or step.name or readable(step.outputs[0] if step.outputs else "")
    parts = tuple(part for part in words.split("/") if part)[:MOST_LEVELS]
    if step.namespace:
        return parts
    if len(parts) > 1:
        return parts[:-1]
    return () if words.startswith("/") else None


def by_weights(drawn: Sketch) -> list[Scope] | None:
    """From names of weights such as `encoder.layer.1.attention.query.bias`; None when there are too few.

    A step without weights belongs where what comes before and after it has in common.
    """
    steps, count = drawn.steps, len(drawn.steps)
    found: list[Scope | None] = [_of_weights(step) for step in steps]
    if sum(scope is not None for scope in found) < max(6, _LEAST_BY_WEIGHT * count):
        return None
    before: list[list[int]] = [[] for _ in steps]
    after: list[list[int]] = [[] for _ in steps]
    for start, end in drawn.edges:
        before[end].append(start)
        after[start].append(end)
    for step in range(count - 1, -1, -1):  # a heavy step whose bias is added by the next one belongs to it
        users = {found[end] for end in after[step]}
        if found[step] is None and len(users) == 1 and None not in users and steps[step].operator in _HEAVY:
            found[step] = users.pop()
    order = chained(count, drawn.edges)
    last, following = list(found), list(found)
    for step in order:
        if last[step] is None:
            last[step] = max(
                (scope for one in before[step] if (scope := last[one]) is not None), key=_natural, default=None
            )
    for step in reversed(order):
        if following[step] is None:
            nearest = (scope for one in after[step] if (scope := following[one]) is not None)
            following[step] = min(nearest, key=_natural, default=None)
    filled = [
        scope if scope is not None else shared(last[step] or (), following[step] or ())
        for step, scope in enumerate(found)
    ]
    return filled if sum(map(bool, filled)) >= _LEAST_NAMED * count else None


def _of_weights(step: Step) -> Scope | None:
    for name in step.weights:
        parts = tuple(part for part in re.split(r"[./]", _ENDINGS.sub("", readable(name))) if part)
        if len(parts) > 2:
            return parts[:-1][:MOST_LEVELS]
    return None


def shared(one: Scope, other: Scope) -> Scope:
    """What two scopes begin with alike."""
    length = 0
    while length < min(len(one), len(other)) and one[length] == other[length]:
        length += 1
    return one[:length]


def _natural(scope: Sequence[str]) -> list[list[tuple[int, int, str]]]:
    """Sorts layer 2 before layer 10."""
    return [
        [(0, int(piece), "") if piece.isdecimal() else (1, 0, piece) for piece in re.split(r"(\d{1,9})", part)]
        for part in scope
    ]
