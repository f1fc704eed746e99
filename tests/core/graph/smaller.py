"""Small models with weights, and the same made smaller by onnxruntime's own tools."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime import quantization


def weight(name, *shape):
    rng = np.random.default_rng(sum(map(ord, name)))
    return numpy_helper.from_array(rng.normal(0, 0.1, shape).astype(np.float32), name)


def finished(nodes, weights, given, answer, opset=17):
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, given)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, answer)],
        weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    onnx.checker.check_model(model)
    return model


def conv_net(blocks=3):
    """A picture network with skips: Conv, Relu and Add, then a mean and a Gemm. 5 steps and 2 weights a block."""
    make = helper.make_node
    nodes = [make("Conv", ["x", "stem.w", "stem.b"], ["c"], name="stem", pads=[1] * 4), make("Relu", ["c"], ["v0"])]
    weights = [weight("stem.w", 8, 3, 3, 3), weight("stem.b", 8)]
    for n in range(blocks):
        weights += [
            weight(f"{n}a.w", 8, 8, 3, 3),
            weight(f"{n}a.b", 8),
            weight(f"{n}b.w", 8, 8, 3, 3),
            weight(f"{n}b.b", 8),
        ]
        nodes += [
            make("Conv", [f"v{n}", f"{n}a.w", f"{n}a.b"], [f"a{n}"], name=f"/block{n}/conv1", pads=[1] * 4),
            make("Relu", [f"a{n}"], [f"r{n}"], name=f"/block{n}/relu1"),
            make("Conv", [f"r{n}", f"{n}b.w", f"{n}b.b"], [f"b{n}"], name=f"/block{n}/conv2", pads=[1] * 4),
            make("Add", [f"b{n}", f"v{n}"], [f"s{n}"], name=f"/block{n}/add"),
            make("Relu", [f"s{n}"], [f"v{n + 1}"], name=f"/block{n}/relu2"),
        ]
    weights += [weight("head.w", 10, 8), weight("head.b", 10)]
    nodes += [
        make("GlobalAveragePool", [f"v{blocks}"], ["m"], name="mean"),
        make("Flatten", ["m"], ["f"], name="flat"),
        make("Gemm", ["f", "head.w", "head.b"], ["y"], name="head", transB=1),
    ]
    return finished(nodes, weights, [1, 3, 8, 8], [1, 10])


def layer_net(layers=3):
    """Words after words: MatMul, Add, Tanh. 3 steps and one weight a layer."""
    make, nodes, weights = helper.make_node, [], []
    for n in range(layers):
        weights += [weight(f"w{n}", 16, 16), weight(f"b{n}", 16)]
        start, end = f"v{n}" if n else "x", "y" if n == layers - 1 else f"v{n + 1}"
        nodes += [
            make("MatMul", [start, f"w{n}"], [f"m{n}"], name=f"/layer{n}/MatMul"),
            make("Add", [f"m{n}", f"b{n}"], [f"a{n}"], name=f"/layer{n}/Add"),
            make("Tanh", [f"a{n}"], [end], name=f"/layer{n}/Tanh"),
        ]
    return finished(nodes, weights, [2, 16], [2, 16])


class Reader(quantization.CalibrationDataReader):
    def __init__(self, shape):
        rng = np.random.default_rng(0)
        self._left = [{"x": rng.normal(size=shape).astype(np.float32)} for _ in range(3)]

    def get_next(self):
        return self._left.pop() if self._left else None


def _through_files(model, folder, make):
    source, target = folder / "source.onnx", folder / "target.onnx"
    onnx.save(model, source)
    make(str(source), str(target))
    return onnx.load(target)


def dynamic(model, folder, **options):
    return _through_files(model, folder, lambda a, b: quantization.quantize_dynamic(a, b, **options))


def static(model, folder, how=quantization.QuantFormat.QDQ, **options):
    shape = [size.dim_value for size in model.graph.input[0].type.tensor_type.shape.dim]
    return _through_files(
        model, folder, lambda a, b: quantization.quantize_static(a, b, Reader(shape), quant_format=how, **options)
    )


def half(model):
    """float16 inside: weights changed, a Cast behind the input and one before the output."""
    made = onnx.ModelProto()
    made.CopyFrom(model)
    for tensor in made.graph.initializer:
        array = numpy_helper.to_array(tensor)
        if array.dtype == np.float32:
            tensor.CopyFrom(numpy_helper.from_array(array.astype(np.float16), tensor.name))
    for node in made.graph.node:
        node.input[:] = ["x.half" if name == "x" else name for name in node.input]
        node.output[:] = ["y.half" if name == "y" else name for name in node.output]
    made.graph.node.insert(0, helper.make_node("Cast", ["x"], ["x.half"], to=TensorProto.FLOAT16))
    made.graph.node.append(helper.make_node("Cast", ["y.half"], ["y"], to=TensorProto.FLOAT))
    onnx.checker.check_model(made, full_check=True)
    return made


def without_names(model):
    """Every name of a step, a value or a weight replaced by a number, those of inputs and outputs too."""
    made, names = onnx.ModelProto(), {}
    made.CopyFrom(model)

    def number(name):
        return names.setdefault(name, f"t{len(names)}") if name else ""

    for node in made.graph.node:
        node.name = ""
        node.input[:] = map(number, node.input)
        node.output[:] = map(number, node.output)
    for named in (*made.graph.initializer, *made.graph.input, *made.graph.output, *made.graph.value_info):
        named.name = number(named.name)
    return made
