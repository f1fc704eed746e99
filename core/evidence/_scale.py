"""How colours are scaled, as facts `mean` and `std` on the scale of pixels, 0 to 255: (pixel - mean) / std."""

from __future__ import annotations

from collections.abc import Sequence

from core.types import Fact

IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def facts(
    source: str,
    mean: Sequence[float],
    std: Sequence[float],
    *,
    factor: float = 1 / 255,
    offset: float = 0.0,
    grey: bool = False,
    certain: bool = True,
) -> dict[str, Fact]:
    """From (pixel * factor + offset - mean) / std. Nothing when a spread is 0 or the numbers don't match."""
    count = 1 if grey else 3
    means, stds = _each(mean, count), _each(std, count)
    if not means or not stds or not factor or min(map(abs, stds)) == 0:
        return {}
    return {
        "mean": Fact([(one - offset) / factor for one in means], source, certain),
        "std": Fact([one / factor for one in stds], source, certain),
    }


def _each(given: Sequence[float], count: int) -> list[float]:
    """As many numbers as there are colours."""
    if len(given) == 1:
        return [float(given[0])] * count
    return [float(one) for one in given[:count]] if len(given) == 3 else []
