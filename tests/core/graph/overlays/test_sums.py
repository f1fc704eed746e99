"""Sizes, work, formats and zeros against the file itself, read a second time with onnx and NumPy alone."""

import functools
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from core import registry
from core.graph.atlas import atlas
from core.graph.colours import coloured
from core.graph.facts import Facts
from core.graph.overlays import number_format, size, sparsity, time, work
from core.graph.overlays._contract import Numbers, Times
from tests.core.graph import made


@functools.cache
def starter(name, folder):
    built = registry.load("core.starter")[name].build(Path(folder), lambda *_said: None)
    return onnx.load(next(iter(built.parts.values())))


def bytes_stored(model):
    """Every initializer and every constant, as NumPy holds them."""
    arrays = [numpy_helper.to_array(one) for one in model.graph.initializer]
    for node in model.graph.node:
        arrays += [numpy_helper.to_array(one.t) for one in node.attribute if one.HasField("t")]
    return sum(array.nbytes for array in arrays)


@pytest.fixture(params=["efficientnet_lite0", "minilm", "squeezenet", "densenet121", "inception_v1"])
def model(request, tmp_path_factory):
    if request.param in made.LIGHT:
        return made.light(request.param)
    return starter(request.param, tmp_path_factory.getbasetemp() / f"built {request.param}")


def test_sizes_sum_to_the_bytes_in_the_file(model):
    drawn = atlas(model)
    numbers = Numbers(Facts(drawn))
    found = coloured(size, drawn, numbers, size.values(drawn, numbers), ["g0"])
    unused = numbers.stored_bytes - sum(size.values(drawn, numbers).values())
    assert numbers.stored_bytes == bytes_stored(model)
    assert unused >= 0
    assert found.boxes["g0"].share == pytest.approx(1 - unused / numbers.stored_bytes)


def test_all_bytes_of_a_starter_belong_to_a_step(tmp_path_factory):
    for name in ("efficientnet_lite0", "minilm"):
        drawn = atlas(starter(name, tmp_path_factory.getbasetemp() / f"built {name}"))
        numbers = Numbers(Facts(drawn))
        assert sum(size.values(drawn, numbers).values()) == numbers.stored_bytes


def linear(weights, **kinds):
    """One layer with these weights."""
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"])],
        "g",
        [helper.make_tensor_value_info("x", kinds.get("x", TensorProto.FLOAT), [1, weights.shape[0]])],
        [helper.make_tensor_value_info("y", kinds.get("x", TensorProto.FLOAT), None)],
        [numpy_helper.from_array(weights, "w")],
    )
    return atlas(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10))


def one(overlay, drawn):
    numbers = Numbers(Facts(drawn))
    return coloured(overlay, drawn, numbers, overlay.values(drawn, numbers), ["s0"]).boxes.get("s0")


def test_work_is_one_multiplication_for_each_weight_and_place():
    drawn = linear(np.ones((32, 16), np.float32))
    assert work.values(drawn, Numbers(Facts(drawn))) == {0: 32 * 16}


def test_zeros_are_counted():
    weights = np.ones((32, 32), np.float32)
    weights[:8] = 0
    found = one(sparsity, linear(weights))
    assert found.share == 0.25
    assert found.value == "25 % zeros"
    assert found.level == 4


def test_settings_of_a_few_numbers_are_no_weights():
    assert one(sparsity, linear(np.zeros((2, 2), np.float32))) is None


@pytest.mark.parametrize(("dtype", "level"), [("float16", 2), ("float32", 3), ("float64", 4)])
def test_the_format_is_that_of_the_weights(dtype, level):
    kind = helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
    found = one(number_format, linear(np.ones((16, 16), dtype), x=kind))
    assert (found.value, found.level) == (dtype, level)


def test_small_weights_are_small_even_where_they_are_made_large_before_use(tmp_path_factory):
    drawn = atlas(starter("minilm", tmp_path_factory.getbasetemp() / "built minilm"))
    values = number_format.values(drawn, Numbers(Facts(drawn)))
    heavy = [place for place, step in enumerate(drawn.drawn.steps) if step.operator == "MatMul" and step.weights]
    assert heavy
    assert all(number_format.FORMATS[int(values[place])] == "int8" for place in heavy)


def test_steps_that_only_handle_sizes_have_no_format(tmp_path_factory):
    drawn = atlas(starter("minilm", tmp_path_factory.getbasetemp() / "built minilm"))
    values = number_format.values(drawn, Numbers(Facts(drawn)))
    assert all(step.operator != "Shape" or place not in values for place, step in enumerate(drawn.drawn.steps))


def test_time_that_is_no_steps_is_told():
    drawn = linear(np.ones((4, 4), np.float32))
    numbers = Numbers(Facts(drawn), Times(10.0, 9, {0: 6.0}, 3.0, 1.0, 1))
    found = coloured(time, drawn, numbers, time.values(drawn, numbers), ["s0"])
    assert found.boxes["s0"].value == "60 % of the time"
    assert "30 % in data shuffling" in found.coverage
    assert "10 % between the steps" in found.coverage
    assert "your input" in found.coverage


def test_a_step_that_runs_as_part_of_another_says_so():
    drawn = linear(np.ones((4, 4), np.float32))
    numbers = Numbers(Facts(drawn), Times(10.0, 9, {}, 10.0, 0.0, 1))
    found = coloured(time, drawn, numbers, time.values(drawn, numbers), ["s0"])
    assert found.boxes["s0"].value == "runs with its neighbour"
    assert found.boxes["s0"].level == 0


@pytest.mark.parametrize(
    ("share", "level", "words"),
    [
        (0, 0, "0 %"),
        (0.0004, 1, "under 0.1 %"),
        (0.004, 1, "0.4 %"),
        (0.01, 2, "1 %"),
        (0.05, 3, "5 %"),
        (0.15, 4, "15 %"),
        (0.3, 5, "30 %"),
        (1, 5, "100 %"),
    ],
)
def test_the_steps_of_the_scale_begin_where_they_say(share, level, words):
    from core.graph.overlays import _shares

    assert _shares.level_of(share) == level
    assert _shares.in_words(share) == words
