"""Five steps for a share of the whole, which people can name, instead of a gradient, which they can't."""

from __future__ import annotations

from collections.abc import Sequence

SHARES = (0.01, 0.05, 0.15, 0.3)
STEPS = ("under 1 %", "1 to 5 %", "5 to 15 %", "15 to 30 %", "over 30 %")


def level_of(share: float) -> int:
    """1 to 5, by share of the whole; 0 for nothing at all."""
    return 1 + sum(share >= limit for limit in SHARES) if share > 0 else 0


def level(_values: Sequence[float], share: float) -> int:
    return level_of(share)


def in_words(share: float) -> str:
    """`8 %`, `0.4 %`, `under 0.1 %`, `0 %`."""
    if not share:
        return "0 %"
    if share < 0.001:
        return "under 0.1 %"
    return f"{share:.1%}".replace("%", " %") if share < 0.01 else f"{share:.0%}".replace("%", " %")
