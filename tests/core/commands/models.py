"""Tiny models whose right answer follows from how they are made."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from tests.core import families


def colours(path, weights=((1, 0, 0), (0, 1, 0), (0, 0, 1))):
    """Its scores are what it is fed in red, green and blue, on average, by these weights. Nothing says how to feed it."""
    stored = numpy_helper.from_array(np.float32(weights), "weights")
    nodes = [
        helper.make_node("GlobalAveragePool", ["image"], ["pool"]),
        helper.make_node("Flatten", ["pool"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weights"], ["scores"]),
    ]
    ports = [
        helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 3, 32, 32]),
        helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["n", 3]),
    ]
    graph = helper.make_graph(nodes, "g", ports[:1], ports[1:], [stored])
    onnx.save(helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", 17)]), path)
    return path


def mood(folder):
    """Judges a text by its letters: each `g` speaks for GOOD, each `b` for BAD, and nothing else counts."""
    table = np.zeros((families.vocabulary_size(), 2), np.float32)
    numbers = families.tokenizer()["model"]["vocab"]
    table[numbers["b"], 0] = table[numbers["g"], 1] = 20
    looked = [
        helper.make_node("Gather", ["table", "input_ids"], ["pieces"]),
        helper.make_node("ReduceMean", ["pieces"], ["logits"], axes=[1], keepdims=0),
    ]
    graph = families.model(
        looked,
        families.pieces("input_ids"),
        [families.port("logits", ["batch_size", 2])],
        stored={"table": table},
    )
    files = {
        "model.onnx": graph,
        "config.json": {"architectures": ["BertForSequenceClassification"], **families.named("BAD", "GOOD")},
        **families.WORD_FILES,
    }
    families.written(families.Family("mood", "", files, "text_classification"), folder)
    return folder / "model.onnx"
