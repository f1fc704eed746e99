"""Times found again on the steps of the file, on real models and on small ones where the answer is known."""

import functools
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from core import registry
from core.graph.atlas import atlas
from core.graph.origins import name_nodes, origins
from core.inside import profile_steps
from core.inside._desk import Desk
from core.model.describe import examine
from core.model.parse import parse
from core.run.profile import profile
from core.run.session import Content
from tests.core.graph import made


def silent(_share, _words):
    pass


@functools.cache
def starter(name, folder):
    built = registry.load("core.starter")[name].build(Path(folder), silent)
    return next(iter(built.parts.values())).read_bytes()


def with_random_weights(model):
    """The light models compute theirs from nothing; here they are stored, as in any other file."""
    rng = np.random.default_rng(0)
    kept = [node for node in model.graph.node if node.op_type != "ConstantOfShape"]
    shapes = {one.name: numpy_helper.to_array(one) for one in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "ConstantOfShape":
            numbers = np.abs(rng.standard_normal(shapes[node.input[0]], dtype=np.float32)) / 100
            model.graph.initializer.append(numpy_helper.from_array(numbers, node.output[0]))
    model.graph.ClearField("node")
    model.graph.node.extend(kept)
    return model.SerializeToString()


def timed(data, feeds, folder):
    info = examine(data, lambda _names: {})
    request = {"graph": info, "feeds": feeds, "folder": str(folder), "threads": 1}
    return profile_steps.do(request, Desk(silent, {"": memoryview(data)}, lambda _names: [], {}))


def share_in_drawn_steps(times, data):
    nodes = parse(data).model.graph.node
    assert set(times.node_ms) <= set(range(len(nodes)))
    assert min(times.between_ms, times.shuffling_ms, *times.node_ms.values()) >= 0
    measured = sum(times.node_ms.values()) + times.shuffling_ms
    assert measured + times.between_ms == pytest.approx(times.run_ms, rel=0.02)
    drawn = {step.node for step in atlas(parse(data).model).drawn.steps}
    return sum(time_ms for place, time_ms in times.node_ms.items() if place in drawn) / measured


@pytest.mark.parametrize("name", ["efficientnet_lite0", "minilm"])
def test_nearly_all_time_of_a_starter_lies_in_steps_that_are_drawn(name, tmp_path_factory):
    data = starter(name, tmp_path_factory.getbasetemp() / name)
    assert share_in_drawn_steps(timed(data, {}, tmp_path_factory.mktemp("profile")), data) > 0.95


@pytest.mark.parametrize("name", ["squeezenet", "shufflenet", "densenet121"])
def test_nearly_all_time_of_a_light_model_with_weights_lies_in_steps_that_are_drawn(name, tmp_path):
    data = with_random_weights(made.light(name))
    assert share_in_drawn_steps(timed(data, {}, tmp_path), data) > 0.7  # the rest is numbers brought into another order


@pytest.mark.parametrize("name", ["squeezenet", "densenet121", "inception_v2", "shufflenet"])
def test_every_step_is_found_in_what_was_run_and_none_twice(name, tmp_path):
    model = parse(with_random_weights(made.light(name))).model
    name_nodes(model)
    data = model.SerializeToString()
    found = profile(
        examine(data, lambda _names: {}),
        Content(data),
        {examine(data, lambda _names: {}).inputs[0].name: np.ones((1, 3, 224, 224), np.float32)},
        tmp_path,
        say=silent,
        threads=1,
    )
    places = [place for origin in origins(model, parse(found.optimised).model).values() for place in origin.nodes]
    assert sorted(places) == list(range(len(model.graph.node)))


def small(nodes, weights, shape=(1, 64, 64, 64), functions=()):
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, list(shape))],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(array, name) for name, array in weights.items()],
    )
    domains = [helper.make_opsetid("", 17), helper.make_opsetid("mine", 1)]
    return helper.make_model(graph, opset_imports=domains, ir_version=10, functions=functions).SerializeToString()


WEIGHTS = np.ones((64, 64, 3, 3), np.float32)


def test_a_switch_that_was_fused_into_its_convolution_takes_no_time_of_its_own(tmp_path):
    nodes = [helper.make_node("Conv", ["x", "w"], ["c"], pads=[1, 1, 1, 1]), helper.make_node("Relu", ["c"], ["y"])]
    times = timed(small(nodes, {"w": WEIGHTS}), {}, tmp_path)
    assert set(times.node_ms) == {0}
    assert times.stands_for == 2


def test_numbers_brought_into_another_order_are_called_shuffling(tmp_path):
    nodes = [helper.make_node("Conv", ["x", "w"], ["c"], pads=[1, 1, 1, 1]), helper.make_node("Erf", ["c"], ["y"])]
    times = timed(small(nodes, {"w": WEIGHTS}), {}, tmp_path)
    assert set(times.node_ms) == {0, 1}
    assert times.shuffling_ms > 0


def test_the_steps_of_a_function_count_for_its_call(tmp_path):
    body = [helper.make_node("Erf", ["a"], ["t"]), helper.make_node("Sin", ["t"], ["b"])]
    function = helper.make_function("mine", "Twice", ["a"], ["b"], body, [helper.make_opsetid("", 17)])
    nodes = [
        helper.make_node("Cos", ["x"], ["c"]),
        helper.make_node("Twice", ["c"], ["d"], domain="mine"),
        helper.make_node("Twice", ["d"], ["y"], domain="mine"),
    ]
    times = timed(small(nodes, {}, functions=[function]), {}, tmp_path)
    assert set(times.node_ms) == {0, 1, 2}
    assert all(time_ms > 0 for time_ms in times.node_ms.values())
    assert times.shuffling_ms == 0


def test_names_that_are_empty_or_double_are_told_apart(tmp_path):
    nodes = [
        helper.make_node(operator, [start], [end], name=name)
        for operator, start, end, name in (
            ("Erf", "x", "a", ""),
            ("Sin", "a", "b", ""),
            ("Cos", "b", "c", "same"),
            ("Erf", "c", "y", "same"),
        )
    ]
    assert set(timed(small(nodes, {}), {}, tmp_path).node_ms) == {0, 1, 2, 3}


def test_inputs_that_nobody_gave_are_drawn_and_named(tmp_path):
    data = small([helper.make_node("Erf", ["x"], ["y"])], {})
    assert timed(data, {}, tmp_path).drawn_at_random == ("x",)
    assert timed(data, {"x": np.ones((1, 64, 64, 64), np.float32)}, tmp_path).drawn_at_random == ()


def test_whole_numbers_that_nobody_gave_stay_inside_every_table(tmp_path):
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "ids"], ["y"])],
        "g",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, ["batch", "sequence"])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.ones((2, 8), np.float32), "table")],
    )
    data = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10).SerializeToString()
    assert timed(data, {}, tmp_path).runs >= 3


def test_what_was_measured_is_still_the_same_model(tmp_path):
    """Naming its nodes changes nothing that it computes."""
    model = made.light("squeezenet")
    before = onnx.ModelProto()
    before.CopyFrom(model)
    name_nodes(model)
    for one in (*before.graph.node, *model.graph.node):
        one.name = ""
    assert before.SerializeToString(deterministic=True) == model.SerializeToString(deterministic=True)
