"""Multiply-accumulates beside those of onnx-tool (tests/reference/graph_work.py), published figures, and hand counts."""

import json
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from core.graph.atlas import atlas
from core.graph.facts import Facts
from tests.core.graph.made import LIGHT, light

REFERENCE = json.loads((Path(__file__).parents[2] / "reference" / "expected" / "graph_work.json").read_text())
PUBLISHED_GMAC = {"resnet50": 4.09, "densenet121": 2.83, "vgg19": 19.63, "squeezenet": 0.35}
"""The column GFLOPS, where a multiply-add counts as one, of torchvision's table of models, SqueezeNet in version 1.1:
https://docs.pytorch.org/vision/stable/models.html"""
PRODUCTS = ("Conv", "Gemm", "MatMul")
FLOAT = TensorProto.FLOAT


def facts(model):
    return Facts(atlas(model))


def made(operator, inputs, weights=(), outputs=1, *, domain="", opset=17, **settings):
    """One step: `inputs` are shapes of what is fed, `weights` of what is stored; "" is left out."""
    names, fed, stored = [], [], []
    for place, shape in enumerate(inputs):
        names.append("" if shape is None else f"x{place}")
        if shape is not None:
            fed.append(helper.make_tensor_value_info(f"x{place}", settings.get("kind", FLOAT), shape))
    for place, (shape, dtype) in enumerate(weights):
        names.append(f"w{place}")
        stored.append(numpy_helper.from_array(np.zeros(shape, dtype), f"w{place}"))
    kept = {name: value for name, value in settings.items() if name != "kind"}
    node = helper.make_node(operator, names, [f"y{place}" for place in range(outputs)], domain=domain, **kept)
    ends = [helper.make_tensor_value_info(f"y{place}", FLOAT, None) for place in range(outputs)]
    graph = helper.make_graph([node], "g", fed, ends, stored)
    opsets = [helper.make_opsetid("", opset), *([helper.make_opsetid(domain, 1)] if domain else [])]
    return helper.make_model(graph, opset_imports=opsets, ir_version=10)


def only(model):
    (count,) = facts(model).work
    return count


@pytest.mark.parametrize("name", LIGHT)
def test_work_of_the_light_models_is_what_onnx_tool_counts(name):
    counted = sum(REFERENCE["models"][name].get(operator, 0) for operator in PRODUCTS)
    found = facts(light(name))
    assert found.whole_work == pytest.approx(counted, rel=0.01)
    assert found.uncounted == 0


@pytest.mark.parametrize("name", PUBLISHED_GMAC)
def test_work_is_what_was_published(name):
    assert facts(light(name)).whole_work == pytest.approx(PUBLISHED_GMAC[name] * 1e9, rel=0.01)


F, B, S8 = np.float32, np.uint8, np.int8


@pytest.mark.parametrize(
    ("model", "wanted"),
    [
        # 1 × 8 places of 5 × 5, each from 3 colours in a window of 3 × 3
        (made("Conv", [(1, 3, 7, 7)], [((8, 3, 3, 3), F)]), 8 * 25 * 27),
        (made("Conv", [(1, 8, 7, 7)], [((8, 1, 3, 3), F)], group=8), 8 * 25 * 9),
        (made("Conv", [(2, 4, 10)], [((6, 4, 3), F)], strides=[2]), 2 * 6 * 4 * 12),
        # each of 4 × 5 × 5 numbers is spread over 6 windows of 2 × 2
        (made("ConvTranspose", [(1, 4, 5, 5)], [((4, 6, 2, 2), F)], strides=[2, 2]), 100 * 24),
        (made("Gemm", [(3, 4)], [((4, 5), F)]), 60),
        (made("Gemm", [(4, 3)], [((5, 4), F)], transA=1, transB=1), 60),
        (made("MatMul", [(2, 7, 3, 4)], [((4, 5), F)]), 14 * 60),
        (made("MatMul", [(4,)], [((4, 5), F)]), 20),
        (made("MatMul", [(3, 4), (4,)]), 12),
        (made("MatMulInteger", [(3, 4)], [((4, 5), S8)], kind=TensorProto.UINT8), 60),
        (
            made(
                "QLinearConv",
                [(1, 3, 7, 7)],
                [((), F), ((), B), ((8, 3, 3, 3), B), ((), F), ((), B), ((), F), ((), B)],
                kind=TensorProto.UINT8,
            ),
            8 * 25 * 27,
        ),
        (
            made(
                "QLinearMatMul",
                [(3, 4)],
                [((), F), ((), B), ((4, 5), B), ((), F), ((), B), ((), F), ((), B)],
                kind=TensorProto.UINT8,
            ),
            60,
        ),
        (made("ConvInteger", [(1, 3, 7, 7)], [((8, 3, 3, 3), B)], kind=TensorProto.UINT8), 8 * 25 * 27),
        (made("Einsum", [(2, 3, 4), (2, 4, 5)], equation="bij,bjk->bik"), 2 * 3 * 4 * 5),
        (made("Einsum", [(2, 6, 3, 4), (2, 6, 4, 5)], equation="...ij,...jk->...ik"), 12 * 60),
        (made("Einsum", [(2, 3)], equation="ij->ji"), 0),
        # 10 places × 2 texts, 4 gates of 6: from 5 numbers that come in and 6 that are remembered, in both directions
        (
            made("LSTM", [(10, 2, 5)], [((2, 24, 5), F), ((2, 24, 6), F)], 3, hidden_size=6, direction="bidirectional"),
            20 * 2 * 24 * 11,
        ),
        (made("GRU", [(10, 2, 5)], [((1, 18, 5), F), ((1, 18, 6), F)], 2, hidden_size=6), 20 * 18 * 11),
        (made("RNN", [(10, 2, 5)], [((1, 6, 5), F), ((1, 6, 6), F)], 2, hidden_size=6), 20 * 6 * 11),
        # 8 places ask 8 places, 4 heads of 16: once to compare, once to take
        (made("Attention", [(1, 4, 8, 16)] * 3, opset=23), 2 * 8 * 8 * 64),
        (made("Attention", [(1, 8, 64)] * 3, opset=23, q_num_heads=4, kv_num_heads=4), 2 * 8 * 8 * 64),
        (
            made("Attention", [(1, 8, 64), (1, 9, 32), (1, 9, 32)], opset=23, q_num_heads=4, kv_num_heads=2),
            2 * 8 * 9 * 64,
        ),
        (made("MultiHeadAttention", [(1, 8, 64)] * 3, domain="com.microsoft", num_heads=4), 2 * 8 * 8 * 64),
        (
            made("Attention", [(1, 8, 64)], [((64, 192), F), ((192,), F)], domain="com.microsoft", num_heads=4),
            8 * 64 * 192 + 2 * 8 * 8 * 64,
        ),
        (made("MatMulNBits", [(1, 8, 16)], [((40, 1, 8), B)], domain="com.microsoft", K=16, N=40), 8 * 16 * 40),
        (
            made("FusedConv", [(1, 3, 7, 7)], [((8, 3, 3, 3), F)], domain="com.microsoft", activation="Relu"),
            8 * 25 * 27,
        ),
        (made("Relu", [(1, 3, 7, 7)]), 0),
        (made("Softmax", [(1, 1000)]), 0),
    ],
    ids=lambda value: value.graph.node[0].op_type if hasattr(value, "graph") else str(value),
)
def test_work_of_one_step_is_what_a_hand_count_gives(model, wanted):
    assert only(model) == wanted


@pytest.mark.parametrize(
    "model",
    [
        made("Conv", [None], [((8, 3, 3, 3), F)]),
        made("Frobnicate", [(1, 4)], domain="org.example"),
        made("MoE", [(1, 4)], [((4, 4), F)], domain="com.microsoft"),
        made("MatMul", [(2, 3), (7, 5)]),
        made("Einsum", [(2, 3), (3, 4)], equation="ijk,jk->i"),
        made("Einsum", [(2, 3), (3, 4)], equation=""),
        made("Gemm", [(3,), (3, 4)]),
    ],
    ids=lambda model: model.graph.node[0].op_type,
)
def test_what_cannot_be_counted_is_not_called_nothing(model):
    assert facts(model).work in ((None,), ())


def test_a_group_with_one_uncountable_step_has_no_work_of_its_own():
    model = made("Frobnicate", [(1, 4)], domain="org.example")
    model.graph.node.append(helper.make_node("Relu", ["y0"], ["z"]))
    found = facts(model)
    assert found.work_of(found.atlas.root) is None
    assert found.uncounted == 1


def test_steps_of_a_function_are_counted_once_and_its_call_is_not():
    function = helper.make_function(
        "own",
        "Layer",
        ["a", "w"],
        ["b"],
        [helper.make_node("MatMul", ["a", "w"], ["b"])],
        [helper.make_opsetid("", 17)],
    )
    model = made("Layer", [(3, 4)], [((4, 5), F)], domain="own")
    model.functions.append(function)
    found = facts(model)
    assert [step.operator for step in found.atlas.drawn.steps] == ["MatMul", "Layer"]
    assert found.work == (60, 0)


def test_the_body_of_a_loop_counts_once_however_often_it_runs():
    body = helper.make_graph(
        [helper.make_node("MatMul", ["v", "w"], ["next"]), helper.make_node("Identity", ["go"], ["on"])],
        "body",
        [
            helper.make_tensor_value_info("i", TensorProto.INT64, []),
            helper.make_tensor_value_info("go", TensorProto.BOOL, []),
            helper.make_tensor_value_info("v", FLOAT, [3, 4]),
        ],
        [
            helper.make_tensor_value_info("on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("next", FLOAT, [3, 4]),
        ],
    )
    node = helper.make_node("Loop", ["n", "", "x"], ["y"], name="loop", body=body)
    graph = helper.make_graph(
        [node],
        "g",
        [helper.make_tensor_value_info("x", FLOAT, [3, 4])],
        [helper.make_tensor_value_info("y", FLOAT, None)],
        [numpy_helper.from_array(np.array(9), "n"), numpy_helper.from_array(np.zeros((4, 4), F), "w")],
    )
    found = facts(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9))
    assert found.whole_work == 48
