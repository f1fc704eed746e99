"""Whether a model fits this computer, as arithmetic: how much memory it needs against how much is free.

The factors were measured with onnxruntime on the CPU: what a session takes over the size of its file. Its weights are
held once as they are and once more as the kernels want them; 16-bit numbers are widened to 32.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import psutil

from core import settings
from core.listings import Variant
from core.quantities import size

Level = Literal["comfortable", "tight", "too large"]

_FACTORS = {"fp32": 2.0, "fp16": 3.4, "int8": 2.2, "uint8": 2.2, "q4": 2.6, "q4f16": 2.1, "bnb4": 2.1}
_FACTOR_UNKNOWN = 3.4
_FACTOR_BESIDE = 1.13
"""Weights in files of their own are mapped, not copied; only 32-bit ones are used as they lie."""
_COMFORTABLE, _TIGHT = 0.5, 0.8
_AT_WORK_BYTES = {
    "image-segmentation": 1_000_000_000,
    "background-removal": 1_000_000_000,
    "mask-generation": 1_000_000_000,
    "image-to-image": 1_000_000_000,
    "depth-estimation": 600_000_000,
    "object-detection": 400_000_000,
    "image-classification": 300_000_000,
    "image-feature-extraction": 300_000_000,
    "zero-shot-image-classification": 300_000_000,
    "image-to-text": 500_000_000,
    "text-generation": 500_000_000,
}
_AT_WORK_ELSE_BYTES = 200_000_000
_PICTURE_TO_PICTURE = ("image-to-image", "background-removal", "object-detection")
_WRITERS = ("text-generation", "summarization", "translation", "image-to-text")
_CONV_BELOW_BYTES = 200_000_000
_ORDERS = {
    "pictures": ("fp32", "fp16", "int8", "uint8"),
    "writers": ("q4", "int8", "q4f16", "fp32", "fp16", "uint8"),
    "else": ("int8", "fp32", "uint8", "fp16", "q4", "q4f16"),
}
_REASONS = {
    "fp32": "Full precision: the safest choice, and not too large.",
    "fp16": "Half the download; it takes as much memory as full precision.",
    "int8": "A quarter of the download and quicker, nearly as exact.",
    "uint8": "A quarter of the download, nearly as exact.",
}
_SMALLEST = ("q4", "q4f16")


@dataclass(frozen=True)
class Fit:
    weights_bytes: int
    factor: float
    at_work_bytes: int
    """For what passes through the model while it works."""
    needed_bytes: int
    free_bytes: int
    level: Level
    is_measured: bool

    @property
    def sentence(self) -> str:
        """The arithmetic, in words."""
        if self.is_measured:
            return (
                f"Its process took up to {size(self.needed_bytes)} here (measured); {size(self.free_bytes)} are free."
            )
        if not self.weights_bytes:
            return f"Its source doesn't say how large it is, so nobody knows yet; {size(self.free_bytes)} are free."
        return (
            f"{size(self.weights_bytes)} of weights × {self.factor:g} + {size(self.at_work_bytes)} while it works = "
            f"about {size(self.needed_bytes)} of memory; {size(self.free_bytes)} are free. "
            "An estimate, until you have run it."
        )


def of_variant(variant: Variant, task: str, measured_bytes: int | None = None) -> Fit:
    """Of one variant on this computer now; a number measured here replaces the estimate.

    One whose size nobody says is never called comfortable.
    """
    graphs = sum(file.size_bytes or 0 for file in variant.files if file.path in variant.parts.values())
    beside = sum(file.size_bytes or 0 for file in variant.files if _holds_weights(file.path, variant))
    factor = _FACTORS.get(variant.numbers, _FACTOR_UNKNOWN)
    if beside > graphs and variant.numbers == "fp32":
        factor = _FACTOR_BESIDE
    at_work_bytes = _AT_WORK_BYTES.get(task, _AT_WORK_ELSE_BYTES)
    needed_bytes = measured_bytes or round((graphs + beside) * factor) + at_work_bytes
    free_bytes = free_memory_bytes()
    level = _level(needed_bytes, free_bytes)
    if not (measured_bytes or graphs + beside) and level == "comfortable":
        level = "tight"
    return Fit(graphs + beside, factor, at_work_bytes, needed_bytes, free_bytes, level, bool(measured_bytes))


def recommend(variants: Sequence[Variant], task: str, fits: Mapping[str, Fit]) -> tuple[str, str]:
    """Id of the variant that suits this computer best, and why, in one sentence; ("", "") when there is none.

    Convolutional networks lose by quantization and gain little; transformers gain much; models that write are large.
    """
    if not variants:
        return "", ""
    fitting = [one for one in variants if fits[one.id].level != "too large"]
    if not fitting:
        smallest = min(variants, key=lambda one: fits[one.id].needed_bytes)
        return smallest.id, "The smallest there is, but this computer has too little free memory for it now."
    full_bytes = max((one.size_bytes for one in variants if one.numbers == "fp32"), default=0)
    sort = _sort(task, full_bytes)
    order = _ORDERS[sort]
    useful = [one for one in fitting if not _saves_nothing(one, full_bytes)] or fitting
    best = min(useful, key=lambda one: order.index(one.numbers) if one.numbers in order else len(order))
    return best.id, _reason(best.numbers, sort)


def free_memory_bytes() -> int:
    """What a model may take now: what is free on this computer, within what the app takes for all models."""
    return min(psutil.virtual_memory().available, _container_free_bytes(), budget_bytes())


def budget_bytes() -> int:
    """What all models together may take: a share of this computer's memory, or of what the container may have."""
    total = min(psutil.virtual_memory().total, *(_number(limit) for limit, _ in _CONTAINER))
    return int(total * settings.MEMORY_SHARE)


_CONTAINER = (
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
    ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
)
"""Where Linux says what a container may take, and what it takes."""
_NO_LIMIT = 2**62


def _container_free_bytes() -> int:
    """What the container has read from files counts as used, but gives way at once."""
    return max(0, min(_number(limit) - _number(used, 0) + _cached(used) for limit, used in _CONTAINER))


def _cached(used: str) -> int:
    try:
        with open(f"{used.rpartition('/')[0]}/memory.stat", encoding="ascii") as file:  # noqa: PTH123  a system file
            lines = dict(line.split(maxsplit=1) for line in file)
        return int(lines.get("total_inactive_file") or lines.get("inactive_file") or 0)
    except (OSError, ValueError):
        return 0


def _number(path: str, otherwise: int = _NO_LIMIT) -> int:
    try:
        with open(path, encoding="ascii") as file:  # noqa: PTH123  a system file
            return int(file.read())
    except (OSError, ValueError):
        return otherwise


def _level(needed_bytes: int, free_bytes: int) -> Level:
    share = needed_bytes / max(1, free_bytes)
    return "comfortable" if share <= _COMFORTABLE else "tight" if share <= _TIGHT else "too large"


def _sort(task: str, full_bytes: int) -> str:
    if task in _WRITERS:
        return "writers" if full_bytes > 4 * 100_000_000 or not full_bytes else "else"
    return "pictures" if task in _PICTURE_TO_PICTURE and full_bytes < _CONV_BELOW_BYTES else "else"


def _reason(numbers: str, sort: str) -> str:
    if numbers in _SMALLEST and sort == "writers":
        return "The smallest that is still good for a model that writes."
    return _REASONS.get(numbers, "The one that fits this computer best.")


def _saves_nothing(one: Variant, full_bytes: int) -> bool:
    """4-bit blocks exist for matrices only: of a convolutional network nothing gets smaller."""
    return one.numbers in ("q4", "q4f16", "bnb4") and full_bytes > 0 and one.size_bytes > 0.9 * full_bytes


def _holds_weights(path: str, variant: Variant) -> bool:
    small = (".json", ".txt", ".jinja", ".md", ".model", ".yaml", ".yml")
    return path not in variant.parts.values() and not path.lower().endswith(small)
