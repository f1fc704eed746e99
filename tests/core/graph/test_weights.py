"""Counts and bytes beside onnx's own reading of the same tensors; statistics beside NumPy's."""

import ml_dtypes
import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from core.graph.levels import levels
from core.graph.numbers import BINS, described, numbers
from core.graph.sketch import sketch
from core.graph.weights import Stored, holdings
from tests.core.graph.made import LIGHT, light, light_path
from tests.core.graph.test_shapes import FLOAT, made, node
from tests.core.model.files import describe


def held(model):
    drawn = sketch(model)
    return holdings(model, drawn, levels(model, drawn)), drawn


def stored(array=None, *, tensor=None):
    tensor = tensor or numpy_helper.from_array(array, "w")
    model = made([node("Identity", ["x"], ["y"])], [("x", FLOAT, [1])])
    model.graph.initializer.append(tensor)
    return held(model)[0].all[0]


@pytest.mark.parametrize("name", LIGHT)
def test_counts_and_bytes_are_those_of_the_file(name):
    model = light(name)
    arrays = [numpy_helper.to_array(weight) for weight in model.graph.initializer]
    arrays += [
        numpy_helper.to_array(attribute.t)
        for one in model.graph.node
        for attribute in one.attribute
        if attribute.HasField("t")
    ]
    found, _ = held(model)
    assert sum(one.size_bytes for one in found.all) == sum(array.nbytes for array in arrays)
    assert sum(one.count for one in found.all) == sum(array.size for array in arrays)
    assert sum(one.count for one in found.all) == describe(light_path(name)).parameter_count


@pytest.mark.parametrize("name", LIGHT)
def test_every_stored_tensor_belongs_to_at_most_one_step_and_nearly_all_to_one(name):
    found, _ = held(light(name))
    owned = [place for places in found.of_step for place in places]
    assert len(owned) == len(set(owned))
    assert len(found.all) - len(owned) <= 1  # a shape that nothing reads


def test_weights_are_found_behind_steps_that_only_prepare_them():
    nodes = [
        node("Constant", [], ["c"], value=numpy_helper.from_array(np.ones(6, np.float32), "")),
        node("Reshape", ["c", "shape"], ["r"]),
        node("Add", ["r", "more"], ["w"]),
        node("MatMul", ["x", "w"], ["m"]),
        node("Add", ["m", "b"], ["y"]),
    ]
    weights = [("shape", np.array([2, 3])), ("more", np.ones((2, 3), np.float32)), ("b", np.ones(3, np.float32))]
    found, drawn = held(made(nodes, [("x", FLOAT, [1, 2])], weights=weights))
    names = [[found.all[place].name for place in places] for places in found.of_step]
    assert [step.operator for step in drawn.steps] == ["MatMul", "Add"]
    assert sorted(names[0]) == ["c", "more", "shape"]
    assert names[1] == ["b"]


def test_a_shared_table_belongs_to_the_first_step_but_is_used_by_both():
    nodes = [node("MatMul", ["x", "w"], ["m"]), node("MatMul", ["m", "w"], ["y"])]
    found, drawn = held(made(nodes, [("x", FLOAT, [1, 2])], weights=[("w", np.ones((2, 2), np.float32))]))
    assert found.of_step == [[0], []]
    assert [found.used_by([step]) for step in drawn.steps] == [[0], [0]]
    assert found.used_by(drawn.steps) == [0]


def test_what_no_step_reads_is_nobodys_but_counts():
    weights = [("w", np.ones(3, np.float32)), ("unread", np.ones(5, np.float32))]
    found, _ = held(made([node("Add", ["x", "w"], ["y"])], [("x", FLOAT, [3])], weights=weights))
    assert [found.all[place].name for places in found.of_step for place in places] == ["w"]
    assert sum(one.size_bytes for one in found.all) == 32


def test_weights_of_a_function_belong_to_the_step_inside_that_reads_them():
    function = helper.make_function(
        "own",
        "Layer",
        ["a", "k"],
        ["b"],
        [
            node("Constant", [], ["two"], value_floats=[2.0, 2.0]),
            node("Mul", ["a", "two"], ["c"]),
            node("Add", ["c", "k"], ["b"]),
        ],
        [helper.make_opsetid("", 17)],
    )
    call = node("Layer", ["x", "w"], ["y"], name="layer", domain="own")
    model = made(
        [call], [("x", FLOAT, [2])], weights=[("w", np.ones(2, np.float32))], functions=[function], extra=["own"]
    )
    found, drawn = held(model)
    by = {
        step.operator: [found.all[p].name for p in places]
        for step, places in zip(drawn.steps, found.of_step, strict=True)
    }
    assert by == {"Mul": ["two"], "Add": ["w"], "Layer": []}


def test_weights_in_and_around_a_branch_are_found_from_the_steps_inside():
    inner = numpy_helper.from_array(np.ones(2, np.float32), "inner")
    then = helper.make_graph(
        [node("Add", ["x", "outer"], ["s"]), node("Mul", ["s", "inner"], ["r"])],
        "b",
        [],
        [helper.make_tensor_value_info("r", FLOAT, None)],
        [inner],
    )
    other = helper.make_graph([node("Neg", ["x"], ["n"])], "b", [], [helper.make_tensor_value_info("n", FLOAT, None)])
    model = made(
        [node("If", ["c"], ["y"], name="choice", then_branch=then, else_branch=other)],
        [("c", TensorProto.BOOL, []), ("x", FLOAT, [2])],
        weights=[("outer", np.ones(2, np.float32))],
    )
    found, drawn = held(model)
    by = {
        step.operator: [found.all[p].name for p in places]
        for step, places in zip(drawn.steps, found.of_step, strict=True)
    }
    assert by == {"Add": ["outer"], "Mul": ["inner"], "Neg": [], "If": []}


EVERY = [
    np.linspace(-1, 3, 1000, dtype=np.float32),
    np.linspace(-1, 3, 1000, dtype=np.float16),
    np.linspace(-1, 3, 1000).astype(np.float64),
    np.linspace(-1, 3, 1000).astype(ml_dtypes.bfloat16),
    np.linspace(-1, 3, 64).astype(ml_dtypes.float8_e4m3fn),
    np.arange(-128, 128).astype(np.int8),
    np.arange(256).astype(np.uint8),
    np.arange(-8, 8).astype(ml_dtypes.int4),
    np.arange(15).astype(ml_dtypes.uint4),
    np.array([True, False, False]),
    np.array([-(2**62), 5, 0]),
    np.array(3.5, np.float32),
    np.zeros((4, 5), np.float32),
]


@pytest.mark.parametrize("array", EVERY, ids=lambda array: str(array.dtype))
@pytest.mark.parametrize("where", ["raw", "field", "file"])
def test_statistics_are_those_of_the_numbers_wherever_they_lie(array, where):
    tensor = numpy_helper.from_array(array, "w")
    files = {}
    if where == "field":
        kind = tensor.data_type
        flat = numpy_helper.to_array(tensor)
        tensor = helper.make_tensor("w", kind, flat.shape, flat.reshape(-1))
    if where == "file":
        files = {"w.bin": memoryview(b"12345678" + tensor.raw_data)}
        length = len(tensor.raw_data)
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        for key, value in (("location", "w.bin"), ("offset", "8"), ("length", str(length))):
            tensor.external_data.add(key=key, value=value)
    told = described(stored(tensor=tensor), files)
    wanted = array.astype(np.float64).reshape(-1)
    assert (told.low, told.high) == (wanted.min(), wanted.max())
    assert told.zero_share == pytest.approx(np.mean(wanted == 0))
    assert sum(told.histogram) == wanted.size
    assert (told.shape, told.count) == (array.shape, array.size)
    if told.low < told.high:
        assert told.histogram == tuple(np.histogram(wanted, BINS, (wanted.min(), wanted.max()))[0])


def test_four_bits_take_half_a_byte():
    assert stored(np.arange(7).astype(ml_dtypes.int4)).size_bytes == 4


def test_what_is_not_a_number_or_endless_is_left_out_of_the_range():
    told = described(stored(np.array([np.nan, -np.inf, 1, 2, 0, np.inf], np.float32)), {})
    assert (told.low, told.high, sum(told.histogram)) == (0, 2, 3)
    assert told.zero_share == pytest.approx(1 / 6)


@pytest.mark.parametrize("array", [np.full(4, np.nan, np.float32), np.array([], np.float32)])
def test_where_nothing_can_be_summed_up_nothing_is_said(array):
    told = described(stored(array), {})
    assert (told.low, told.high, told.histogram) == (None, None, ())


def test_the_largest_numbers_there_are_do_no_harm():
    largest = np.finfo(np.float64).max
    told = described(stored(np.array([-largest, largest])), {})
    assert (told.low, told.high) == (-largest, largest)


@pytest.mark.parametrize("low", [1e18, 1e-310, -3.0])
def test_numbers_that_hardly_differ_are_counted(low):
    array = np.array([low, np.nextafter(low, np.inf), low])
    told = described(stored(array), {})
    assert (told.low, told.high, sum(told.histogram)) == (array.min(), array.max(), 3)


def test_large_tables_are_summed_up_in_pieces():
    array = np.random.default_rng(0).standard_normal(2**21 + 5).astype(np.float32)
    told = described(stored(array), {})
    assert told.low == array.min()
    assert told.histogram == tuple(np.histogram(array.astype(np.float64), BINS)[0])


def test_missing_weights_are_named_without_statistics():
    tensor = TensorProto(name="w", data_type=FLOAT, dims=[2, 3], data_location=TensorProto.EXTERNAL)
    tensor.external_data.add(key="location", value="gone.bin")
    told = described(stored(tensor=tensor), {})
    assert (told.count, told.size_bytes, told.low) == (6, 24, None)


@pytest.mark.parametrize(
    "entries",
    [
        {"location": "w.bin", "offset": "-1"},
        {"location": "w.bin", "offset": "1e3"},
        {"location": "w.bin", "offset": "99999999999999999999"},
        {"location": "w.bin", "offset": "1000"},
        {"location": "../w.bin"},
        {},
    ],
)
def test_hostile_places_in_files_give_nothing(entries):
    tensor = TensorProto(name="w", data_type=FLOAT, dims=[2], data_location=TensorProto.EXTERNAL)
    for key, value in {"x": "y", **entries}.items():
        tensor.external_data.add(key=key, value=value)
    assert described(stored(tensor=tensor), {"w.bin": memoryview(bytes(12))}).low is None


@pytest.mark.parametrize(
    "tensor",
    [
        TensorProto(name="w", data_type=FLOAT, dims=[1000], raw_data=b"1234"),
        TensorProto(name="w", data_type=FLOAT, dims=[3], float_data=[1.0]),
        TensorProto(name="w", data_type=999, dims=[3], raw_data=b"123"),
        TensorProto(name="w", data_type=TensorProto.STRING, dims=[1], string_data=[b"a"]),
        TensorProto(name="w", data_type=TensorProto.COMPLEX64, dims=[1], raw_data=bytes(8)),
        TensorProto(name="w", data_type=FLOAT, dims=[-3], raw_data=bytes(12)),
        TensorProto(name="w", data_type=FLOAT, dims=[2**20, 2**20], raw_data=bytes(12)),
    ],
    ids=["cut short", "too few", "unknown", "text", "complex", "negative", "endless"],
)
def test_what_claims_to_be_more_than_it_is_gives_no_statistics(tensor):
    assert described(stored(tensor=tensor), {}).low is None


def test_numbers_of_short_constants_are_read_too():
    assert numbers(Stored("w", (2,), "float32", 2, 8, numbers=(1.0, 2.0)), {}).tolist() == [1, 2]


def test_a_name_of_any_length_is_cut():
    tensor = numpy_helper.from_array(np.ones(1, np.float32), "n" * 100_000)
    assert len(described(stored(tensor=tensor), {}).name) == 200
