"""The longest common subsequence of two long lists, by whole words of bits (Crochemore et al. 2001, Hyyrö 2004)."""

from __future__ import annotations

from collections.abc import Sequence

_MOST_BITS = 2**29
"""What is kept for the way back: 64 MB. Longer lists are cut into pieces of the same share, and may lose a little."""


def common(first: Sequence[int], second: Sequence[int]) -> list[tuple[int, int]]:
    """Places in both lists that hold the same, as many as can be, in order."""
    found: list[tuple[int, int]] = []
    waiting = [(0, len(first), 0, len(second))]
    while waiting:
        start, end, begin, stop = waiting.pop()
        while start < end and begin < stop and first[start] == second[begin]:
            found.append((start, begin))
            start, begin = start + 1, begin + 1
        while start < end and begin < stop and first[end - 1] == second[stop - 1]:
            end, stop = end - 1, stop - 1
            found.append((end, stop))
        if start == end or begin == stop:
            continue
        if (end - start) * (stop - begin) > _MOST_BITS:
            middle, centre = (start + end) // 2, (begin + stop) // 2
            waiting += [(start, middle, begin, centre), (middle, end, centre, stop)]
            continue
        found += [(start + a, begin + b) for a, b in _inner(first[start:end], second[begin:stop])]
    return sorted(found)


def _inner(first: Sequence[int], second: Sequence[int]) -> list[tuple[int, int]]:
    """Row n has a zero bit wherever one more of `second` can be matched by the first n of `first`."""
    places: dict[int, int] = {}
    for place, value in enumerate(second):
        places[value] = places.get(value, 0) | 1 << place
    full = (1 << len(second)) - 1
    rows = [full]
    for value in first:
        row = rows[-1]
        hit = row & places.get(value, 0)
        rows.append(((row + hit) | (row - hit)) & full)
    found, column = [], len(second) - 1
    for place in range(len(first) - 1, -1, -1):
        while column >= 0 and rows[place + 1] >> column & 1:
            column -= 1  # this one adds nothing to what is matched
        if column < 0:
            break
        if rows[place] >> column & 1:  # it does only thanks to this one
            found.append((place, column))
            column -= 1
    return found
