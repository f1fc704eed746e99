"""Levels and boxes that say nothing, taken away: groups of one, light steps, sizes and masks, frames around all."""

from __future__ import annotations

import re
from collections import defaultdict

from core.graph.order import knots
from core.graph.tree import MOST_CHILDREN, Group, Plan, between, groups_of, measure_one, sort

LIGHT = frozenset(
    [
        "BatchNormalization",
        "Relu",
        "LeakyRelu",
        "PRelu",
        "Clip",
        "Sigmoid",
        "HardSigmoid",
        "HardSwish",
        "Tanh",
        "Gelu",
        "Elu",
        "Selu",
        "Celu",
        "Softplus",
        "Mish",
        "Dropout",
        "Identity",
        "Cast",
        "Mul",
        "Add",
        "Sub",
        "Div",
        "Erf",
        "Sqrt",
        "Pow",
        "QuantizeLinear",
        "DequantizeLinear",
        "Softmax",
        "Reshape",
        "Transpose",
        "Unsqueeze",
        "Squeeze",
        "Flatten",
        "InstanceNormalization",
        "LayerNormalization",
        "Neg",
        "Exp",
        "Expand",
        "Slice",
        "Pad",
        "Split",
    ]
)
HEAVY = frozenset(
    [
        "Conv",
        "ConvTranspose",
        "MatMul",
        "Gemm",
        "MatMulInteger",
        "QLinearConv",
        "QLinearMatMul",
        "ConvInteger",
        "LSTM",
        "GRU",
        "RNN",
        "Attention",
        "MultiHeadAttention",
        "Einsum",
        "MaxPool",
        "AveragePool",
        "GlobalAveragePool",
        "Resize",
        "Upsample",
        "Gather",
        "Concat",
        "ReduceMean",
    ]
)
_ABOUT_SIZES = frozenset(
    [
        "Shape",
        "Range",
        "Where",
        "ConstantOfShape",
        "Expand",
        "And",
        "Or",
        "Not",
        "Equal",
        "Less",
        "Greater",
        "GreaterOrEqual",
        "LessOrEqual",
        "Unsqueeze",
        "GatherND",
        "Size",
    ]
)
_LEAST_LOOSE = 12
_LEAST_BOOKKEEPING = 6
_MOST_OF_PARENT = 0.6


def merged(root: Group) -> None:
    """A in b in c, each alone, becomes c; a group of one step becomes the step."""
    for group in reversed(list(groups_of(root))):
        children: list[Group | int] = []
        for given in group.children:
            child = given
            if isinstance(child, Group) and len(child.children) == 1:
                only = child.children[0]
                if isinstance(only, Group):
                    only.label = f"{child.label}/{only.label}"
                child = only
            if not isinstance(child, Group) or child.children:
                children.append(child)
        group.children = children


def fused(root: Group, known: Plan) -> None:
    """A light step whose only source is read by nobody else joins that one's box, where many steps lie loose."""
    sources: dict[int, list[int]] = defaultdict(list)
    for start, end in known.sketch.edges:
        sources[end].append(start)
    for group in list(groups_of(root)):
        loose = {child for child in group.children if not isinstance(child, Group)}
        if len(loose) < _LEAST_LOOSE:
            continue
        owner: dict[int, int] = {}
        members: dict[int, list[int]] = {}
        for child in group.children:
            if isinstance(child, Group):
                continue
            before = sources[child]
            joins = known.operator(child) in LIGHT and len(before) == 1 and before[0] in owner
            owner[child] = owner[before[0]] if joins and len(known.after[before[0]]) == 1 else child
            members.setdefault(owner[child], []).append(child)
        group.children = [
            made for child in group.children if (made := _one_box(child, owner, members, known)) is not None
        ]
    sort(root, known)


def _one_box(
    child: Group | int, owner: dict[int, int], members: dict[int, list[int]], known: Plan
) -> Group | int | None:
    if isinstance(child, Group):
        return child
    if owner[child] != child:
        return None
    if len(members[child]) == 1:
        return child
    box = Group("", list(members[child]), "fused")
    measure_one(box, known)
    return box


def bookkeeping(root: Group, known: Plan) -> None:
    """Steps about sizes and masks that lie loose beside real groups become one box, where that makes no circle."""
    pairs = between(root, known.sketch.edges)
    for group in list(groups_of(root)):
        if group.size <= 100 or not any(isinstance(child, Group) for child in group.children):
            continue
        mine = pairs.get(group, set())
        for run in _loose_runs(group, mine, known):
            mine = _boxed(group, run, mine, known)


def _loose_runs(group: Group, pairs: set[tuple[Group | int, Group | int]], known: Plan) -> list[list[int]]:
    """Loose steps that hang together, none of them heavy."""
    heavy = HEAVY - {"Gather", "Concat", "ReduceMean"}
    loose = [child for child in group.children if not isinstance(child, Group) and known.operator(child) not in heavy]
    if len(loose) < _LEAST_BOOKKEEPING:
        return []
    near: dict[int, set[int]] = {step: set() for step in loose}
    for start, end in pairs:
        if not isinstance(start, Group) and not isinstance(end, Group) and start in near and end in near:
            near[start].add(end)
            near[end].add(start)
    runs, seen = [], set()
    for first in loose:
        if first in seen:
            continue
        seen.add(first)
        run, waiting = [], [first]
        while waiting:
            step = waiting.pop()
            run.append(step)
            fresh = near[step] - seen
            seen |= fresh
            waiting += fresh
        runs.append(sorted(run, key=known.position.__getitem__))
    return runs


def _boxed(
    group: Group, run: list[int], pairs: set[tuple[Group | int, Group | int]], known: Plan
) -> set[tuple[Group | int, Group | int]]:
    """The run as one box, or its halves where the whole makes a circle; gives what runs between the children now."""
    waiting = [run]
    while waiting:
        some = waiting.pop()
        if len(some) < 4 or not any(known.operator(step) in _ABOUT_SIZES for step in some):
            continue
        box, inside = Group("", list(some), "bookkeeping"), set(some)
        children: list[Group | int] = [
            child for child in group.children if isinstance(child, Group) or child not in inside
        ]
        children.append(box)
        moved = {
            (a, b)
            for start, end in pairs
            if (a := _moved(start, inside, box)) is not (b := _moved(end, inside, box)) and a != b
        }
        if knots(children, moved):
            half = len(some) // 2
            waiting += [some[:half], some[half:]]
            continue
        measure_one(box, known)
        group.children, pairs = children, moved
    return pairs


def _moved(child: Group | int, inside: set[int], box: Group) -> Group | int:
    return box if not isinstance(child, Group) and child in inside else child


def without_frames(root: Group) -> None:
    """A group that holds most of its parent says nothing: its children are shown in its place."""
    for group in groups_of(root):
        while True:
            found = next(
                (
                    place
                    for place, child in enumerate(group.children)
                    if isinstance(child, Group)
                    and child.kind in ("scope", "part")
                    and child.size >= _MOST_OF_PARENT * group.size
                    and len(group.children) - 1 + len(child.children) <= MOST_CHILDREN
                ),
                None,
            )
            if found is None:
                break
            frame = group.children[found]
            if isinstance(frame, Group):
                _take_over_name(frame)
                group.children[found : found + 1] = frame.children


def _take_over_name(frame: Group) -> None:
    """`0` inside `layers` is called `layers 0` once the frame is gone."""
    for child in frame.children:
        if isinstance(child, Group) and child.kind == "scope" and re.fullmatch(r"\d+", child.label):
            child.label = f"{frame.label.rsplit('/', maxsplit=1)[-1]} {child.label}"
