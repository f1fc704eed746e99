"""Small but real ONNX graphs: what the repos of the loopback hub hold."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SIDE_PX = 32
LABELS = ("cat", "dog", "cup", "tree")
VOCABULARY, WIDTH = 512, 16
_NUMBERS = {"fp32": (np.float32, TensorProto.FLOAT), "fp16": (np.float16, TensorProto.FLOAT16)}


def classifier(numbers="fp32"):
    """Pictures float32 (batch, 3, 32, 32) -> logits float32 (batch, 4); weights in fp32, fp16, int8 or uint8."""
    weights = _random(3 * SIDE_PX**2, len(LABELS))
    nodes = [helper.make_node("Flatten", ["pixel_values"], ["flat"])]
    if numbers in _NUMBERS:
        steps, stored = _plain_product(weights, numbers)
    else:
        steps, stored = _whole_number_product(weights, np.int8 if numbers == "int8" else np.uint8)
    return _model(
        [*nodes, *steps],
        [_port("pixel_values", TensorProto.FLOAT, ["batch", 3, SIDE_PX, SIDE_PX])],
        [_port("logits", TensorProto.FLOAT, ["batch", len(LABELS)])],
        stored,
    )


def embedder(numbers="fp32", output="last_hidden_state"):
    """Token numbers int64 (batch, length) -> float32 (batch, length, 16)."""
    type_, _ = _NUMBERS[numbers]
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["found"]),
        helper.make_node("Cast", ["found"], [output], to=TensorProto.FLOAT),
    ]
    return _model(
        nodes,
        [_port("input_ids", TensorProto.INT64, ["batch", "length"])],
        [_port(output, TensorProto.FLOAT, ["batch", "length", WIDTH])],
        {"table": _random(VOCABULARY, WIDTH).astype(type_)},
    )


def decoder(numbers="fp32"):
    """Float32 (batch, length, 16) -> logits float32 (batch, length, 512)."""
    type_, code = _NUMBERS[numbers]
    nodes = [
        helper.make_node("Cast", ["encoder_hidden_states"], ["hidden"], to=code),
        helper.make_node("MatMul", ["hidden", "weights"], ["product"]),
        helper.make_node("Cast", ["product"], ["logits"], to=TensorProto.FLOAT),
    ]
    return _model(
        nodes,
        [_port("encoder_hidden_states", TensorProto.FLOAT, ["batch", "length", WIDTH])],
        [_port("logits", TensorProto.FLOAT, ["batch", "length", VOCABULARY])],
        {"weights": _random(WIDTH, VOCABULARY).astype(type_)},
    )


def with_weights_beside(model, name):
    """The graph alone, and its weights as they lie in a file of that name beside it."""
    content = b""
    for tensor in model.graph.initializer:
        raw = numpy_helper.to_array(tensor).tobytes()
        told = {"location": name, "offset": len(content), "length": len(raw)}
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.extend(onnx.StringStringEntryProto(key=k, value=str(v)) for k, v in told.items())
        content += raw
    return model, content


def _plain_product(weights, numbers):
    type_, code = _NUMBERS[numbers]
    steps = [
        helper.make_node("Cast", ["flat"], ["ready"], to=code),
        helper.make_node("MatMul", ["ready", "weights"], ["product"]),
        helper.make_node("Cast", ["product"], ["logits"], to=TensorProto.FLOAT),
    ]
    return steps, {"weights": weights.astype(type_)}


def _whole_number_product(weights, type_):
    scale = np.abs(weights).max() / 127
    zero = 0 if type_ is np.int8 else 128
    stored = {
        "weights": (np.round(weights / scale) + zero).astype(type_),
        "zero": np.array(zero, type_),
        "scale": np.array(scale, np.float32),
    }
    steps = [
        helper.make_node("DynamicQuantizeLinear", ["flat"], ["whole", "flat_scale", "flat_zero"]),
        helper.make_node("MatMulInteger", ["whole", "weights", "flat_zero", "zero"], ["sums"]),
        helper.make_node("Cast", ["sums"], ["product"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["flat_scale", "scale"], ["both"]),
        helper.make_node("Mul", ["product", "both"], ["logits"]),
    ]
    return steps, stored


def _model(nodes, inputs, outputs, stored):
    weights = [numpy_helper.from_array(array, name) for name, array in stored.items()]
    graph = helper.make_graph(nodes, "graph", inputs, outputs, weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def _port(name, code, shape):
    return helper.make_tensor_value_info(name, code, shape)


def _random(rows, columns):
    return (np.random.default_rng(0).standard_normal((rows, columns)) * 0.02).astype(np.float32)
