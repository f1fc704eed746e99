"""Random values for a model's input, the same in the app and in the scripts it writes."""

from __future__ import annotations

import numpy as np


def draw(dtype: str, shape: tuple[int, ...], seed: int) -> np.ndarray:
    """Standard normal floats, whole numbers 0 to 9, or true and false; the same for the same seed.

    Types of 4 and 2 bits hold fewer numbers, so these end earlier. Types NumPy lacks come as float32 or int8.
    """
    rng = np.random.default_rng(seed)
    if dtype == "string":
        return np.full(shape, "text", dtype=object)
    if dtype == "bool":
        return rng.integers(0, 2, shape).astype(bool)
    if "int" in dtype:
        highest = {"int4": 7, "uint4": 9, "int2": 1, "uint2": 3}
        numbers = rng.integers(0, highest.get(dtype, 9) + 1, shape)
        return numbers.astype("int8" if dtype in highest else dtype)
    if dtype in ("float64", "complex128"):
        return rng.standard_normal(shape).astype(dtype)
    return rng.standard_normal(shape, dtype=np.float32).astype(
        dtype if dtype in ("float16", "complex64") else "float32"
    )
