"""Graphs for the tests: any directed graph without circles as an ONNX model, and the light models of the onnx package."""

from pathlib import Path

import onnx
from onnx import TensorProto, helper


def light(name):
    return onnx.load(light_path(name), load_external_data=False)


def light_path(name):
    return Path(onnx.__file__).parent / "backend" / "test" / "data" / "light" / f"light_{name}.onnx"


LIGHT = [
    "bvlc_alexnet",
    "densenet121",
    "inception_v1",
    "inception_v2",
    "resnet50",
    "shufflenet",
    "squeezenet",
    "vgg19",
    "zfnet512",
]


def model(edges, count, operators=("Add", "Relu", "MatMul", "Conv", "Shape"), names=None):
    """Step n reads what the steps before it make, as `edges` says, or the input where none does."""
    nodes = []
    for step in range(count):
        before = [f"v{start}" for start, end in edges if end == step] or ["x"]
        name = names[step] if names else ""
        nodes.append(helper.make_node(operators[step % len(operators)], before, [f"v{step}"], name=name))
    ends = [f"v{count - 1}"] if count else []
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n"])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in ends],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
