"""Sizes of tensors: as words, compared, and filled in where a model leaves them open."""

from __future__ import annotations

from core.types import Port

_SEQUENCE_LENGTH = 8
_SIDE_PX = 224


def in_words(shape: tuple[int | str | None, ...]) -> str:
    """`1 × 3 × 224 × 224`; a size that may be chosen shows its name."""
    return " × ".join("any" if size is None else str(size) for size in shape) or "one value"


def fits(shape: tuple[int, ...], wanted: tuple[int | str | None, ...]) -> bool:
    """Whether sizes agree with declared ones, where a name or None may be any size."""
    return len(shape) == len(wanted) and all(
        not isinstance(size, int) or size == given for given, size in zip(shape, wanted, strict=True)
    )


def default_shape(port: Port) -> tuple[int, ...]:
    """A sensible size for every dimension, open ones guessed from their names; () when even the rank is open."""
    return tuple(size if isinstance(size, int) else _guessed(size or "") for size in port.shape or ())


def _guessed(name: str) -> int:
    lowered = name.lower()
    for words, size in (
        (("past", "cache"), 0),
        (("height", "width"), _SIDE_PX),
        (("channel",), 3),
        (("seq", "length", "token"), _SEQUENCE_LENGTH),
    ):
        if any(word in lowered for word in words):
            return size
    return _SIDE_PX if lowered in ("h", "w") else 1
