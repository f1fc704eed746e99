"""A layered layout of a few boxes of real size: where each lies, and how the arrows bend around them.

Ranks by longest path, barycentre sweeps against crossings (Sugiyama, Tagawa and Toda 1981), places across each rank by
isotonic regression. Meant for the children of one group, at most some dozens; lengths are in pixels, y runs down.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

Point = tuple[float, float]
SIDE_GAP, RANK_GAP = 22.0, 40.0
_SWEEPS = 8
_THIN = 8.0
"""Width of an arrow that passes a rank."""
_STRAIGHT, _HALF, _PLAIN = 8.0, 2.0, 1.0
"""How strongly long arrows are kept straight (Gansner et al. 1993)."""


@dataclass(frozen=True)
class Layout:
    centres: list[Point]
    """Of each box."""
    bends: dict[tuple[int, int], list[Point]]
    """Of each arrow: from the lower edge of a box to the upper edge of another."""


@dataclass
class _Ranked:
    """Boxes, and in each rank an arrow passes a stand-in for it."""

    count: int
    rank: list[int]
    above: list[list[int]] = field(default_factory=list)
    below: list[list[int]] = field(default_factory=list)
    chains: dict[tuple[int, int], list[int]] = field(default_factory=dict)


def layout(sizes: Sequence[tuple[float, float]], edges: Sequence[tuple[int, int]]) -> Layout:
    """`sizes`: width and height of each box; `edges` without circles, each pair once. Arrows never point up."""
    count = len(sizes)
    ranked = _with_stand_ins(_ranks(count, edges), edges, count)
    layers = _uncrossed(_layers(ranked), ranked)
    widths = [sizes[one][0] if one < count else _THIN for one in range(len(ranked.rank))]
    across = _across(layers, ranked, widths)
    heights = [max((sizes[one][1] for one in layer if one < count), default=0.0) for layer in layers]
    middles, top = [], 0.0
    for height in heights:
        middles.append(top + height / 2)
        top += height + RANK_GAP
    centres = [(across[one], middles[ranked.rank[one]]) for one in range(len(ranked.rank))]
    bends = {pair: _bent(chain, centres, sizes, heights, ranked) for pair, chain in ranked.chains.items()}
    return Layout(centres[:count], bends)


def _ranks(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """As high as what comes before allows; what has more readers than sources moves down to the first of them."""
    after: list[list[int]] = [[] for _ in range(count)]
    sources = [0] * count
    for start, end in edges:
        after[start].append(end)
        sources[end] += 1
    waits, rank, order = list(sources), [0] * count, []
    ready = deque(one for one in range(count) if not waits[one])
    while ready:
        one = ready.popleft()
        order.append(one)
        for end in after[one]:
            rank[end] = max(rank[end], rank[one] + 1)
            waits[end] -= 1
            if not waits[end]:
                ready.append(end)
    for one in reversed(order):
        if after[one] and len(after[one]) >= sources[one]:
            rank[one] = max(rank[one], min(rank[end] for end in after[one]) - 1)
    return rank


def _with_stand_ins(rank: list[int], edges: Sequence[tuple[int, int]], count: int) -> _Ranked:
    made = _Ranked(count, list(rank), [[] for _ in range(count)], [[] for _ in range(count)])
    for start, end in sorted(edges, key=lambda pair: rank[pair[1]] - rank[pair[0]]):
        if rank[start] >= rank[end]:
            continue  # part of a circle, which the caller has ruled out
        chain = [start]
        for passed in range(rank[start] + 1, rank[end]):
            made.rank.append(passed)
            made.above.append([])
            made.below.append([])
            chain.append(len(made.rank) - 1)
        chain.append(end)
        for upper, lower in itertools.pairwise(chain):
            made.below[upper].append(lower)
            made.above[lower].append(upper)
        made.chains[start, end] = chain
    return made


def _layers(ranked: _Ranked) -> list[list[int]]:
    """Each rank from left to right, neighbours of one chain near each other."""
    layers: list[list[int]] = [[] for _ in range(max(ranked.rank, default=-1) + 1)]
    seen: set[int] = set()
    for first in sorted(range(ranked.count), key=lambda one: ranked.rank[one]):
        waiting = [first]
        while waiting:
            one = waiting.pop()
            if one not in seen:
                seen.add(one)
                layers[ranked.rank[one]].append(one)
                waiting += [other for other in reversed(ranked.below[one]) if other not in seen]
    return layers


def _uncrossed(layers: list[list[int]], ranked: _Ranked) -> list[list[int]]:
    """Each box moved to the middle of its neighbours, rank by rank, down and up; the best of all tries is kept."""
    place = {one: number for layer in layers for number, one in enumerate(layer)}
    best, kept = _crossings(layers, ranked, place), [list(layer) for layer in layers]
    for sweep in range(_SWEEPS):
        if not best:
            break
        near = ranked.above if sweep % 2 == 0 else ranked.below
        for layer in layers[1:] if sweep % 2 == 0 else layers[-2::-1]:
            middle = {one: _mean([place[other] for other in near[one]], place[one]) for one in layer}
            layer[:] = [one for _, _, one in sorted((middle[one], place[one], one) for one in layer)]
            place.update({one: number for number, one in enumerate(layer)})
        found = _crossings(layers, ranked, place)
        if found < best:
            best, kept = found, [list(layer) for layer in layers]
    return kept


def _mean(numbers: Sequence[float], otherwise: float) -> float:
    return sum(numbers) / len(numbers) if numbers else otherwise


def _crossings(layers: list[list[int]], ranked: _Ranked, place: dict[int, int]) -> int:
    """Between neighbouring ranks, counted with a tree of sums (Barth, Jünger and Mutzel 2002)."""
    found = 0
    for layer in layers[:-1]:
        ends = [end for one in layer for end in sorted(place[other] for other in ranked.below[one])]
        sums = [0] * (max(ends, default=0) + 2)
        for before, end in enumerate(ends):
            left, at = 0, end + 1
            while at:
                left += sums[at]
                at &= at - 1
            found += before - left
            at = end + 1
            while at < len(sums):
                sums[at] += 1
                at += at & -at
    return found


def _across(layers: list[list[int]], ranked: _Ranked, widths: list[float]) -> list[float]:
    """Where each box lies from left to right: near its neighbours, in order, without touching."""
    x = [0.0] * len(widths)
    gaps = [[(widths[a] + widths[b]) / 2 + SIDE_GAP for a, b in itertools.pairwise(layer)] for layer in layers]
    for layer, between in zip(layers, gaps, strict=True):
        at = -sum(between) / 2
        for number, one in enumerate(layer):
            x[one] = at
            at += between[number] if number < len(between) else 0
    for sweep in range(_SWEEPS):
        last = sweep >= _SWEEPS - 2
        for number in range(len(layers)) if sweep % 2 == 0 else range(len(layers) - 1, -1, -1):
            wanted, weights = [], []
            for one in layers[number]:
                near = ranked.above[one] + ranked.below[one] if last else (ranked.above, ranked.below)[sweep % 2][one]
                pulls = [_pull(one, other, ranked.count) for other in near]
                total = sum(pulls)
                wanted.append(
                    sum(p * x[other] for p, other in zip(pulls, near, strict=True)) / total if near else x[one]
                )
                weights.append(total if near else 0.1)
            for one, value in zip(layers[number], _spread(wanted, gaps[number], weights), strict=True):
                x[one] = value
    return x


def _pull(one: int, other: int, count: int) -> float:
    stand_ins = (one >= count) + (other >= count)
    return (_PLAIN, _HALF, _STRAIGHT)[stand_ins]


def _spread(wanted: Sequence[float], gaps: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Nearest to what is wanted with the gaps kept: weighted least squares by pooling neighbours that collide."""
    offsets = [0.0]
    for gap in gaps:
        offsets.append(offsets[-1] + gap)
    blocks: list[tuple[float, float, int]] = []
    for value, offset, weight in zip(wanted, offsets, weights, strict=False):
        block = (weight, weight * (value - offset), 1)
        while blocks and blocks[-1][1] / blocks[-1][0] >= block[1] / block[0]:
            before = blocks.pop()
            block = (before[0] + block[0], before[1] + block[1], before[2] + block[2])
        blocks.append(block)
    spread = [total / weight for weight, total, many in blocks for _ in range(many)]
    return [value + offset for value, offset in zip(spread, offsets, strict=False)]


def _bent(
    chain: list[int],
    centres: list[Point],
    sizes: Sequence[tuple[float, float]],
    heights: list[float],
    ranked: _Ranked,
) -> list[Point]:
    """Straight down beside each rank that is passed, so that no tall box is crossed; points in line are left out."""
    start, end = chain[0], chain[-1]
    points = [(centres[start][0], centres[start][1] + sizes[start][1] / 2)]
    for one in chain[1:-1]:
        x, y = centres[one]
        half = heights[ranked.rank[one]] / 2
        points += [(x, y - half), (x, y + half)]
    points.append((centres[end][0], centres[end][1] - sizes[end][1] / 2))
    kept = [points[0]]
    for point, following in itertools.pairwise(points):
        before = kept[-1]
        turn = (point[0] - before[0]) * (following[1] - before[1]) - (following[0] - before[0]) * (point[1] - before[1])
        if abs(turn) > 1:
            kept.append(point)
    return [*kept, points[-1]]
