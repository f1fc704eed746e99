import numpy as np
import pytest

from core.why.class_activation import class_activation


def test_what_places_add_averages_to_the_score_of_the_class():
    rng = np.random.default_rng(0)
    features, weights = rng.random((5, 3, 4), np.float32), rng.random(5, np.float32)  # nothing negative is cut off
    score = features.mean(axis=(1, 2)) @ weights  # average pooling, then a linear layer: the definition
    raw = np.tensordot(weights, features, axes=1)
    assert raw.mean() == pytest.approx(score, rel=1e-5)
    assert class_activation(features, weights) == pytest.approx(raw / raw.max(), rel=1e-5)
