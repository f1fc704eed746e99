"""Sizes are compared with those that onnxruntime gives for the same inputs, and with onnx's own where it finds them."""

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from core.graph.atlas import atlas
from core.graph.facts import Facts
from core.graph.levels import levels
from core.graph.shapes import Size, sizes
from core.graph.sketch import sketch
from tests.core.graph.made import LIGHT, light

LARGE = ("vgg19", "bvlc_alexnet", "zfnet512")
"""Their weights are made up as they start, hundreds of megabytes: running them takes long."""
FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64


def made(nodes, inputs, outputs=("y",), *, weights=(), functions=(), extra=()):
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info(name, kind, shape) for name, kind, shape in inputs],
        [helper.make_tensor_value_info(name, FLOAT, None) for name in outputs],
        [numpy_helper.from_array(value, name) for name, value in weights],
    )
    opsets = [helper.make_opsetid("", 17), *(helper.make_opsetid(domain, 1) for domain in extra)]
    return helper.make_model(graph, opset_imports=opsets, functions=list(functions), ir_version=9)


def found(model):
    drawn = sketch(model)
    return sizes(model, levels(model, drawn))


def node(operator, inputs, outputs, **more):
    return helper.make_node(operator, inputs, outputs, **more)


@pytest.mark.parametrize("name", [name for name in LIGHT if name not in LARGE])
def test_every_value_of_the_light_models_has_the_size_that_a_run_gives(name):
    model = light(name)
    known = found(model)
    stored = {weight.name for weight in model.graph.initializer}
    feed = next(given for given in model.graph.input if given.name not in stored)
    shape = [dim.dim_value for dim in feed.type.tensor_type.shape.dim]
    names = [output for one in model.graph.node for output in one.output if one.op_type in ("Conv", "Gemm", "Concat")]
    del model.graph.output[:]
    model.graph.output.extend(helper.make_tensor_value_info(output, FLOAT, None) for output in names)
    session = onnxruntime.InferenceSession(model.SerializeToString())
    run = session.run(names, {feed.name: np.zeros(shape, np.float32)})
    assert {output: known.of((), output).shape for output in names} == {
        output: value.shape for output, value in zip(names, run, strict=True)
    }


def test_nothing_of_a_model_is_changed():
    model = light("squeezenet")
    before = model.SerializeToString(deterministic=True)
    found(model)
    assert model.SerializeToString(deterministic=True) == before


@pytest.mark.parametrize(
    ("shape", "kind", "wanted"),
    [
        (["batch_size", "sequence_length"], INT64, (1, 128)),
        (["N", 3, "height", "width"], FLOAT, (1, 3, 224, 224)),
        (["unk__1", "unk__2", "unk__3", 3], FLOAT, (1, 224, 224, 3)),
        ([None, 3, None, None], FLOAT, (1, 3, 224, 224)),
        ([None, None], INT64, (1, 128)),
        (["batch", "past_sequence_length + sequence_length"], INT64, (1, 128)),
        (["batch", 8, "past_sequence_length", 64], FLOAT, (1, 8, 0, 64)),
        ([-1, 7], FLOAT, (1, 7)),
        ([2, 5], FLOAT, (2, 5)),
        ([None, 80, None], FLOAT, (1, 80, 128)),
        (["anything"], FLOAT, (1,)),
    ],
)
def test_open_sizes_get_sensible_numbers(shape, kind, wanted):
    model = made([node("Identity", ["x"], ["y"])], [("x", kind, shape)])
    assert found(model).of((), "y").shape == wanted


def test_what_was_assumed_is_told():
    model = made([node("Identity", ["x"], ["y"])], [("x", INT64, ["batch", "seq_len"]), ("z", FLOAT, [1, 3, "h", "w"])])
    assert found(model).assumed == {"pictures or texts at a time": 1, "text length": 128, "picture side": 224}


def test_nothing_is_assumed_where_everything_is_said():
    assert found(light("vgg19")).assumed == {}


def test_sizes_worked_out_from_sizes_are_followed_where_onnx_gives_up():
    """The last side divided by 4 and put into a shape; onnx alone doesn't follow the division."""
    nodes = [
        node("Shape", ["x"], ["s"]),
        node("Gather", ["s", "two"], ["side"], axis=0),
        node("Div", ["side", "four"], ["quarter"]),
        node("Cast", ["quarter"], ["f"], to=FLOAT),
        node("Floor", ["f"], ["floor"]),
        node("Cast", ["floor"], ["whole"], to=INT64),
        node("Unsqueeze", ["whole", "zero"], ["u"]),
        node("Concat", ["rest", "u"], ["shape"], axis=0),
        node("Reshape", ["x", "shape"], ["y"]),
    ]
    weights = [
        ("two", np.array(2)),
        ("four", np.array(4)),
        ("zero", np.array([0])),
        ("rest", np.array([2, -1])),
    ]
    model = made(nodes, [("x", FLOAT, [2, 3, 20])], weights=weights)
    plain = onnx.shape_inference.infer_shapes(model, data_prop=True)
    told = {value.name: value.type.tensor_type.shape for value in (*plain.graph.value_info, *plain.graph.output)}
    assert any(not dim.HasField("dim_value") for dim in told["y"].dim) or not told["y"].dim
    wanted = onnxruntime.InferenceSession(model.SerializeToString()).run(None, {"x": np.zeros((2, 3, 20), np.float32)})
    assert found(model).of((), "y").shape == wanted[0].shape


@pytest.mark.parametrize(
    ("operator", "inputs", "settings", "wanted"),
    [
        ("Gelu", ["x"], {}, (1, 8, 16)),
        ("SkipLayerNormalization", ["x", "x", "w"], {}, (1, 8, 16)),
        ("DynamicQuantizeMatMul", ["x", "m"], {}, (1, 8, 32)),
        ("FusedMatMul", ["x", "m"], {"alpha": 2.0}, (1, 8, 32)),
        ("MatMulNBits", ["x", "w"], {"K": 16, "N": 40}, (1, 8, 40)),
    ],
)
def test_steps_that_only_onnxruntime_has_are_followed(operator, inputs, settings, wanted):
    nodes = [node(operator, inputs, ["z"], domain="com.microsoft", **settings), node("Relu", ["z"], ["y"])]
    weights = [("w", np.zeros(16, np.float32)), ("m", np.zeros((16, 32), np.float32))]
    model = made(nodes, [("x", FLOAT, [1, 8, 16])], weights=weights, extra=["com.microsoft"])
    assert found(model).of((), "y").shape == wanted


def test_what_a_strange_step_makes_stays_unknown_unless_the_file_says():
    nodes = [node("Frob", ["x"], ["z"], domain="org.example"), node("Relu", ["z"], ["y"])]
    model = made(nodes, [("x", FLOAT, ["batch", 4])], extra=["org.example"])
    assert found(model).of((), "y").shape is None
    model.graph.value_info.append(helper.make_tensor_value_info("z", FLOAT, ["batch", 9]))
    assert found(model).of((), "y").shape == (1, 9)


def test_a_function_is_followed_with_the_sizes_it_is_called_with():
    function = helper.make_function(
        "own",
        "Twice",
        ["a"],
        ["c"],
        [node("Relu", ["a"], ["b"]), node("Add", ["b", "b"], ["c"])],
        [helper.make_opsetid("", 17)],
    )
    calls = [
        node("Twice", ["x"], ["z"], name="one", domain="own"),
        node("Twice", ["v"], ["y"], name="two", domain="own"),
    ]
    model = made(calls, [("x", FLOAT, [1, 4]), ("v", FLOAT, [3, 5])], ["z", "y"], functions=[function], extra=["own"])
    known = found(model)
    assert (known.of(("one",), "b").shape, known.of(("two",), "b").shape) == ((1, 4), (3, 5))


def test_nobody_says_a_size_for_a_function_called_with_two_by_steps_of_one_name():
    function = helper.make_function(
        "own", "Twice", ["a"], ["b"], [node("Relu", ["a"], ["b"])], [helper.make_opsetid("", 17)]
    )
    calls = [node("Twice", ["x"], ["z"], domain="own"), node("Twice", ["v"], ["y"], domain="own")]
    model = made(calls, [("x", FLOAT, [1, 4]), ("v", FLOAT, [3, 5])], ["z", "y"], functions=[function], extra=["own"])
    assert found(model).of(("Twice",), "b").shape is None


def test_a_value_in_a_branch_is_known_by_its_scope():
    branch = helper.make_graph([node("Relu", ["x"], ["r"])], "b", [], [helper.make_tensor_value_info("r", FLOAT, None)])
    other = helper.make_graph([node("Neg", ["x"], ["n"])], "b", [], [helper.make_tensor_value_info("n", FLOAT, None)])
    model = made(
        [node("If", ["c"], ["y"], name="choice", then_branch=branch, else_branch=other)],
        [("c", TensorProto.BOOL, []), ("x", FLOAT, [2, 7])],
    )
    known = found(model)
    assert known.of(("choice",), "r").shape == (2, 7)
    assert known.of(("choice",), "x").shape == (2, 7)  # seen from inside


def test_shapes_in_another_file_are_read_when_it_is_there(tmp_path):
    model = made([node("Reshape", ["x", "s"], ["y"])], [("x", FLOAT, [2, 6])], weights=[("s", np.array([4, 3]))])
    weight = model.graph.initializer[0]
    data = weight.raw_data
    weight.ClearField("raw_data")
    weight.data_location = TensorProto.EXTERNAL
    weight.external_data.add(key="location", value="w.bin")
    weight.external_data.add(key="offset", value="16")
    plan = atlas(model)
    assert Facts(plan, {"w.bin": memoryview(bytes(16) + data)}).sizes.of((), "y").shape == (4, 3)
    assert Facts(plan, {}).sizes.of((), "y") == Size(FLOAT)


def test_impossible_graphs_leave_sizes_unknown():
    nodes = [node("MatMul", ["x", "x"], ["z"]), node("Conv", ["z", "w"], ["y"])]
    model = made(nodes, [("x", FLOAT, [2, 3])], weights=[("w", np.zeros((2, 2), np.float32))])
    assert found(model).of((), "y").shape is None


def test_a_size_whose_name_is_no_text_is_only_odd():
    model = made([node("Identity", ["x"], ["y"])], [("x", FLOAT, ["QQQQ"])])
    broken = onnx.ModelProto.FromString(model.SerializeToString().replace(b"QQQQ", b"\xff\xfe\xff\xfe"))
    assert found(broken).of((), "y").shape == (1,)
