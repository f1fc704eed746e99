"""A picture the model made shows something."""

from __future__ import annotations

import numpy as np

from core.guard._contract import Seen

TITLE = "A picture that was made shows something"
_LEAST = 2
"""Of 255: less difference can't be seen."""
_STEP = 7
"""Every so many pixels are looked at: enough to see that all are alike."""


def judge(seen: Seen) -> str:
    """One even colour is no picture, unless it was made of one."""
    if seen.result.kind != "picture":
        return ""
    looked_at = seen.result.pixels[::_STEP, ::_STEP]
    spread = np.ptp(looked_at, axis=(0, 1))
    if spread.max() >= _LEAST:
        return ""
    if seen.result.pixels.shape[2] == 4:  # with transparency
        return "Nothing of the picture was kept, or all of it: the model found no outline in it."
    return "The picture that was made is one even colour: the input was probably fed in the wrong scale."
