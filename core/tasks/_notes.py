"""What a model file says about itself in its metadata; see `core.notes`."""

from __future__ import annotations

from core.notes import LABEL_KEYS, colour_numbers, labels

__all__ = ["LABEL_KEYS", "colour_numbers", "labels"]
