"""Exact where a network ends in an average over places and one linear layer: one look at the picture is enough."""

from __future__ import annotations

import numpy as np

from core.why.maps import in_unit


def class_activation(features: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """How much each place adds to the score of one class: float32 (h, w) in [0, 1].

    `features` float (C, h, w) are what is averaged over places, `weights` float (C,) those of the class. The score is
    the mean over places of what each adds, apart from a constant. Zhou et al. 2016, arXiv 1512.04150, equation 2.
    """
    return in_unit(np.tensordot(np.asarray(weights, np.float32), np.asarray(features, np.float32), axes=1))
