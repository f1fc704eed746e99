"""Models that compare words with pictures: tiny real graphs, and what transformers says about them."""

from functools import cache
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from core.run.session import open_graph
from core.types import GraphInfo, ModelInfo, Port
from tests.core.model.files import examine

EXPECTED = Path(__file__).parents[2] / "reference" / "expected"
LABELS = ("cat", "dog", "a cup of coffee", "naïve café 3")
SIZES = ((301, 400), (260, 199))


def picture(number):
    """As `tests/reference/picture_text.py` draws it."""
    height, width = SIZES[number]
    y, x = np.mgrid[0:height, 0:width]
    waves = [np.sin(x / (17 + 5 * c) + number + c) * np.cos(y / (23 - 3 * c)) for c in range(3)]
    return np.round(127.5 + 120 * np.stack(waves, axis=2)).astype(np.uint8)


@cache
def expected():
    """Arrays of `tests/reference/picture_text.py` by name."""
    with np.load(EXPECTED / "picture_text.npz") as found:
        return dict(found)


def tokenizer(family):
    return {"tokenizer.json": str(EXPECTED / f"picture_text_{family}_tokenizer.json")}


def ports(*names):
    """Of (name, dtype, shape)."""
    return tuple(Port(name, "tensor", f"tensor({dtype})", dtype, shape) for name, dtype, shape in names)


PIXELS = ("pixel_values", "float32", ("image_batch", 3, 224, 224))
IDS = ("input_ids", "int64", ("text_batch", "sequence"))
MASK = ("attention_mask", "int64", ("text_batch", "sequence"))
ANSWERS = (
    ("logits_per_image", "float32", ("image_batch", "text_batch")),
    ("logits_per_text", "float32", ("text_batch", "image_batch")),
    ("text_embeds", "float32", ("text_batch", 8)),
    ("image_embeds", "float32", ("image_batch", 8)),
)


def info(files, **parts):
    """A model known by its ports: `role=(inputs, outputs)`, each a list of (name, dtype, shape)."""
    graphs = {
        role: GraphInfo("", role, 0, ports(*inputs), ports(*outputs), 8, {"ai.onnx": 17}, {}, 0)
        for role, (inputs, outputs) in parts.items()
    }
    return ModelInfo("test", "test", "", "upload", graphs, files=files)


def exported(family):
    """As optimum exports the whole model to one file."""
    inputs = [IDS, PIXELS] + ([MASK] if family == "clip" else [])
    return info(tokenizer(family), model=(inputs, list(ANSWERS)))


def in_two(family):
    """As transformers.js keeps it: a file for words, one for pictures."""
    words = [IDS] + ([MASK] if family == "clip" else [])
    names = ("text_embeds", "image_embeds") if family == "clip" else ("pooler_output", "pooler_output")
    return info(
        tokenizer(family),
        text=(words, [(names[0], "float32", ("text_batch", 8))]),
        vision=([PIXELS], [(names[1], "float32", ("image_batch", 8))]),
    )


def built(folder, family, split=False):
    """The model of two averages as real ONNX graphs: what it is, and its parts."""
    values = expected()
    weights = {"colours": values[f"{family}_colours"], "pieces": values[f"{family}_pieces"]}
    masked = family == "clip"
    seen = [
        helper.make_node("ReduceMean", ["pixel_values"], ["mean_colour"], axes=[2, 3], keepdims=0),
        helper.make_node("MatMul", ["mean_colour", "colours"], ["seen"]),
        helper.make_node("LpNormalization", ["seen"], ["image_embeds"], axis=1, p=2),
    ]
    read = [helper.make_node("Gather", ["pieces", "input_ids"], ["rows"])]
    if masked:
        read += [
            helper.make_node("Cast", ["attention_mask"], ["as_float"], to=TensorProto.FLOAT),
            helper.make_node("Unsqueeze", ["as_float", "two"], ["share"]),
            helper.make_node("Mul", ["rows", "share"], ["kept"]),
            helper.make_node("ReduceSum", ["kept", "one"], ["sum"], keepdims=0),
            helper.make_node("ReduceSum", ["share", "one"], ["count"], keepdims=0),
            helper.make_node("Div", ["sum", "count"], ["read"]),
        ]
    else:
        read += [helper.make_node("ReduceMean", ["rows"], ["read"], axes=[1], keepdims=0)]
    read += [helper.make_node("LpNormalization", ["read"], ["text_embeds"], axis=1, p=2)]
    logits = [
        helper.make_node("Transpose", ["text_embeds"], ["turned"], perm=[1, 0]),
        helper.make_node("MatMul", ["image_embeds", "turned"], ["cosine"]),
        helper.make_node("Mul", ["cosine", "scale"], ["scaled"]),
        helper.make_node("Add", ["scaled", "bias"], ["logits_per_image"]),
    ]
    weights |= {"scale": np.float32(20), "bias": np.float32(0 if masked else -3)}
    weights |= {"one": np.array([1], np.int64), "two": np.array([2], np.int64)}
    words = [IDS] + ([MASK] if masked else [])
    if split:
        sides = {"text": (read, words, [ANSWERS[2]]), "vision": (seen, [PIXELS], [ANSWERS[3]])}
    else:
        sides = {"model": ([*seen, *read, *logits], [*words, PIXELS], [ANSWERS[0], *ANSWERS[2:]])}
    known = {role: _file(folder / f"{role}.onnx", *side, weights) for role, side in sides.items()}
    model = ModelInfo("test", "test", "", "upload", known, files=tokenizer(family))
    return model, {role: open_graph(graph) for role, graph in known.items()}


def _file(path, nodes, inputs, outputs, weights):
    kinds = {"float32": TensorProto.FLOAT, "int64": TensorProto.INT64}
    sides = [
        [helper.make_tensor_value_info(name, kinds[dtype], shape) for name, dtype, shape in side]
        for side in (inputs, outputs)
    ]
    used = {name for node in nodes for name in node.input}
    constants = [numpy_helper.from_array(np.asarray(value), name) for name, value in weights.items() if name in used]
    graph = helper.make_graph(nodes, "two averages", *sides, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    path.write_bytes(model.SerializeToString())
    return examine(path)
