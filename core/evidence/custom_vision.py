"""Azure Custom Vision: known by the names of inputs and outputs, with `labels.txt` beside the model.

Its own example (predict.py of the ONNX export) stretches the picture by Pillow's default and feeds it 0 to 255, blue
first, where the notes in the file say `Bgr8` and `NominalRange_0_255`; exports without notes are fed like that too.
"""

from __future__ import annotations

from core.evidence import _ports, _scale
from core.evidence._contract import NOTHING, Evidence, Parts, Said
from core.types import Fact

RANK = 56
FILES = ("labels.txt",)
HABIT = "what Azure Custom Vision does"
_INPUTS = {"data", "data:0", "image_tensor", "image_tensor:0"}
_OUTPUTS = ({"classLabel", "loss"}, {"model_output"}, {"model_outputs0"}, {"classLabel:0", "loss:0"})


def read(said: Said, parts: Parts) -> Evidence:
    """For a classifier of that service; nothing for any other model."""
    graph = next(iter(parts.values()))
    port = _ports.picture(parts)
    outputs = {output.name for output in graph.outputs}
    if port is None or port.name not in _INPUTS or outputs not in _OUTPUTS:
        return NOTHING
    known = "Image.BitmapPixelFormat" in graph.metadata or outputs == _OUTPUTS[0] or "labels.txt" in said.names
    facts = {
        "resize": Fact("stretch", HABIT, certain=known),
        "resample": Fact("bicubic", HABIT, certain=known),
        "colour": Fact("BGR", HABIT, certain=known),
        **_scale.facts(HABIT, [0.0], [1.0], factor=1, certain=known),
    }
    return Evidence(("image_classification",), facts)
