"""A toy model for measuring the frameworks around it: it costs well under a millisecond, and means nothing."""

import numpy as np

MOODS = ("calm", "glad", "sad", "angry", "curious")
_WEIGHTS = np.random.default_rng(0).normal(size=(64, len(MOODS)))


def classify(text: str, sharpness: float) -> dict[str, float]:
    """Five shares that add up to 1; `sharpness` is 0 to 1."""
    counts = np.bincount([ord(letter) % 64 for letter in text] or [0], minlength=64)
    scores = np.exp((counts @ _WEIGHTS) / np.sqrt(counts.sum()) * (0.1 + sharpness))
    return dict(zip(MOODS, (scores / scores.sum()).tolist(), strict=True))
