"""Files beside a model as a test writes them, read as the app reads them."""

import json

from core.inside import _evidence
from core.types import GraphInfo, ModelInfo, Port


def written(folder, files):
    """Paths by name, of files with this content: bytes, text, or what JSON can say."""
    paths = {}
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else _text(content).encode())
        paths[name] = str(path)
    return paths


def _text(content):
    return content if isinstance(content, str) else json.dumps(content)


def port(name, shape, dtype="float32"):
    return Port(name, "tensor", f"tensor({dtype})", dtype, tuple(shape))


def graph(inputs, outputs=(), metadata=None):
    return GraphInfo("", "0" * 64, 0, tuple(inputs), tuple(outputs), 8, {"ai.onnx": 17}, {}, 0, metadata=metadata or {})


PIXELS = port("pixel_values", ("batch", "channels", "height", "width"))
LOGITS = port("logits", ("batch", "classes"))
PICTURES = graph([PIXELS], [LOGITS])
WORDS = graph(
    [port(name, ("batch", "length"), "int64") for name in ("input_ids", "attention_mask")],
    [port("last_hidden_state", ("batch", "length", 384))],
)


def model(folder, files, given=PICTURES):
    return ModelInfo("m", "m", "", "upload", {"model": given}, files=written(folder, files))


def gathered(folder, files, given=PICTURES):
    """What all kinds of evidence say."""
    return _evidence.gathered(model(folder, files, given))


def values(found):
    return {name: fact.value for name, fact in found.facts.items()}
