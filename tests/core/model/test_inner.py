import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from core.model.inner import LinearEnd, linear_end, map_names, with_outputs


def model(nodes, weights, output="scores", opset=17):
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 8, 8])],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, None)],
        [numpy_helper.from_array(value, name) for name, value in weights.items()],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    return made.SerializeToString()


def weights():
    rng = np.random.default_rng(0)
    return {
        "k": rng.standard_normal((4, 3, 3, 3), np.float32),
        "w": rng.standard_normal((10, 4), np.float32),
        "wt": rng.standard_normal((4, 10), np.float32),
        "b": rng.standard_normal(10, np.float32),
    }


START = [helper.make_node("Conv", ["x", "k"], ["c"]), helper.make_node("Relu", ["c"], ["r"])]


def ended(*nodes):
    return model([*START, *nodes], weights())


node = helper.make_node
ENDS = {
    "gap flatten gemm softmax": (
        [
            node("GlobalAveragePool", ["r"], ["p"]),
            node("Flatten", ["p"], ["f"]),
            node("Gemm", ["f", "w", "b"], ["l"], transB=1),
            node("Softmax", ["l"], ["scores"]),
        ],
        LinearEnd("r", "w", True),
    ),
    "mean matmul add": (
        [
            node("ReduceMean", ["r"], ["p"], axes=[2, 3], keepdims=0),
            node("MatMul", ["p", "wt"], ["m"]),
            node("Add", ["b", "m"], ["scores"]),
        ],
        LinearEnd("r", "wt", False),
    ),
}


@pytest.mark.parametrize("name", ENDS)
def test_an_average_and_a_linear_layer_are_recognised(name):
    nodes, expected = ENDS[name]
    assert linear_end(ended(*nodes), "scores") == expected


OTHERS = {
    "no pooling": [node("Flatten", ["r"], ["f"]), node("Gemm", ["f", "w"], ["scores"], transB=1)],
    "two linear layers": [
        node("GlobalAveragePool", ["r"], ["p"]),
        node("Flatten", ["p"], ["f"]),
        node("MatMul", ["f", "wt"], ["m"]),
        node("Relu", ["m"], ["n"]),
        node("MatMul", ["n", "wt"], ["scores"]),
    ],
    "a mean over channels": [
        node("ReduceMean", ["r"], ["p"], axes=[1], keepdims=0),
        node("MatMul", ["p", "wt"], ["scores"]),
    ],
    "a sum of two branches": [
        node("GlobalAveragePool", ["r"], ["p"]),
        node("Flatten", ["p"], ["f"]),
        node("MatMul", ["f", "wt"], ["m"]),
        node("Add", ["m", "m"], ["scores"]),
    ],
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_ends_are_not_taken_for_it(name):
    assert linear_end(ended(*OTHERS[name]), "scores") is None


def test_an_output_that_nothing_makes_has_no_end():
    assert linear_end(ended(node("Relu", ["r"], ["scores"])), "elsewhere") is None


def test_a_graph_in_a_circle_ends_the_search():
    circle = [node("Flatten", ["b2"], ["scores"]), node("Flatten", ["scores"], ["b2"])]
    assert linear_end(model(circle, {}), "scores") is None


def test_inner_values_and_weights_come_out_and_the_answer_stays():
    data = ended(*ENDS["gap flatten gemm softmax"][0])
    x = np.random.default_rng(1).random((1, 3, 8, 8), np.float32)
    before = onnxruntime.InferenceSession(data).run(None, {"x": x})
    session = onnxruntime.InferenceSession(with_outputs(data, ["r", "w", "scores"]))
    assert [output.name for output in session.get_outputs()] == ["scores", "r", "w"]
    scores, maps, inner = session.run(None, {"x": x})
    assert np.array_equal(scores, before[0])
    assert maps.shape == (1, 4, 6, 6)
    assert np.array_equal(inner, weights()["w"])
    logits = maps[0].mean(axis=(1, 2)) @ inner.T + weights()["b"]
    expected = np.exp(logits - logits.max())
    assert scores[0] == pytest.approx(expected / expected.sum(), rel=1e-4)


def test_the_last_maps_come_first_and_are_few():
    many = [node("Relu", [f"v{n - 1}" if n else "x"], [f"v{n}"]) for n in range(100)]
    names = map_names(model([*many, node("Flatten", ["v99"], ["scores"])], {}))
    assert names[:2] == ["v99", "v98"]
    assert len(names) == 24


def test_a_copy_is_made_of_a_model_with_weights_elsewhere():
    made = onnx.load_from_string(ended(*ENDS["gap flatten gemm softmax"][0]))
    weight = made.graph.initializer[0]
    weight.data_location = TensorProto.EXTERNAL
    weight.external_data.add(key="location", value="w.bin")
    weight.ClearField("raw_data")
    assert b"w.bin" in with_outputs(made.SerializeToString(), ["r"])
