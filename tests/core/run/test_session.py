"""Every kind of value goes in and comes out, and failures come as sentences."""

from __future__ import annotations

import ml_dtypes
import numpy as np
import pytest
from onnx import TensorProto, helper

from core.errors import BadTensor, DamagedModel, MissingWeights, RunFailed, TooNew, UnknownOperator, UserError
from core.run.session import open_graph
from tests.core.model.files import describe


def value(name, type_proto):
    return helper.make_value_info(name, type_proto)


def tensor(number=TensorProto.FLOAT, shape=None):
    return helper.make_tensor_type_proto(number, shape)


@pytest.fixture
def opened(tmp_path):
    def opened(nodes, inputs, outputs, opset=21, domains=(), **parts):
        graph = helper.make_graph(nodes, "g", inputs, outputs, **parts)
        imports = [helper.make_opsetid("", opset), *(helper.make_opsetid(domain, 3) for domain in domains)]
        model = helper.make_model(graph, opset_imports=imports, ir_version=10)
        path = tmp_path / "m.onnx"
        path.write_bytes(model.SerializeToString())
        return open_graph(describe(path))

    return opened


@pytest.fixture
def passing_on(opened):
    """A graph that gives back what it gets."""

    def passing_on(type_proto):
        return opened([helper.make_node("Identity", ["x"], ["y"])], [value("x", type_proto)], [value("y", type_proto)])

    return passing_on


@pytest.mark.parametrize(
    ("number", "dtype"),
    [
        (getattr(TensorProto, name.upper()), np.dtype(name))
        for name in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool", "float16")
    ]
    + [
        (TensorProto.FLOAT, np.dtype("float32")),
        (TensorProto.DOUBLE, np.dtype("float64")),
        (TensorProto.BFLOAT16, np.dtype(ml_dtypes.bfloat16)),
        (TensorProto.FLOAT8E4M3FN, np.dtype(ml_dtypes.float8_e4m3fn)),
        (TensorProto.FLOAT8E4M3FNUZ, np.dtype(ml_dtypes.float8_e4m3fnuz)),
        (TensorProto.FLOAT8E5M2, np.dtype(ml_dtypes.float8_e5m2)),
        (TensorProto.FLOAT8E5M2FNUZ, np.dtype(ml_dtypes.float8_e5m2fnuz)),
    ],
)
def test_numbers_of_every_type_come_back_as_they_went_in(passing_on, number, dtype):
    given = np.array([[0, 1, 1], [1, 0, 1]]).astype(dtype)
    got = passing_on(tensor(number, [2, 3]))({"x": given})["y"]
    assert got.dtype == dtype
    assert got.astype(np.float32).tolist() == given.astype(np.float32).tolist()


@pytest.mark.parametrize(
    ("number", "dtype", "numbers"),
    [
        (TensorProto.INT4, ml_dtypes.int4, [-8, 7, -1, 0, 3]),
        (TensorProto.UINT4, ml_dtypes.uint4, [0, 15, 1, 8, 3]),
        (TensorProto.INT2, ml_dtypes.int2, [-2, 1, -1, 0, 1]),
        (TensorProto.UINT2, ml_dtypes.uint2, [0, 3, 1, 2, 3]),
    ],
)
def test_packed_types_of_four_and_two_bits_are_read_and_made(opened, number, dtype, numbers):
    read = [helper.make_node("Cast", ["x"], ["y"], to=TensorProto.FLOAT)]
    graph = opened(read, [value("x", tensor(number, [5]))], [value("y", tensor())], opset=25)
    assert graph({"x": np.array(numbers).astype(dtype)})["y"].tolist() == numbers
    make = [helper.make_node("Cast", ["x"], ["y"], to=number)]
    graph = opened(make, [value("x", tensor(shape=[5]))], [value("y", tensor(number))], opset=25)
    made = graph({"x": np.array(numbers, np.float32)})["y"]
    assert made.dtype == dtype
    assert made.astype(np.int32).tolist() == numbers


@pytest.mark.parametrize("given", [np.array(["a", "ü"], dtype=object), np.array(["a", "ü"]), ["a", "ü"]])
def test_texts_come_back(passing_on, given):
    assert passing_on(tensor(TensorProto.STRING))({"x": given})["y"].tolist() == ["a", "ü"]


@pytest.mark.parametrize("given", [[np.ones(2, np.float32), np.zeros((1, 3), np.float32)], []])
def test_a_sequence_is_a_list(passing_on, given):
    got = passing_on(helper.make_sequence_type_proto(tensor()))({"x": given})["y"]
    assert [item.tolist() for item in got] == [item.tolist() for item in given]


@pytest.mark.parametrize(
    "inner", [tensor(shape=[2]), helper.make_sequence_type_proto(tensor(shape=[2]))], ids=["tensor", "sequence"]
)
def test_an_empty_optional_is_none(passing_on, inner):
    graph = passing_on(helper.make_optional_type_proto(inner))
    assert graph({"x": None})["y"] is None
    assert graph({})["y"] is None


def test_a_filled_optional_is_its_value(passing_on):
    got = passing_on(helper.make_optional_type_proto(tensor(shape=[2])))({"x": np.ones(2, np.float32)})["y"]
    assert got.tolist() == [1, 1]


def test_a_map_goes_in_as_a_dict(opened):
    vectorise = helper.make_node("DictVectorizer", ["x"], ["y"], domain="ai.onnx.ml", string_vocabulary=["a", "b"])
    given = helper.make_map_type_proto(TensorProto.STRING, tensor(shape=[]))
    graph = opened([vectorise], [value("x", given)], [value("y", tensor())], domains=["ai.onnx.ml"])
    assert graph({"x": {"b": 2.5}})["y"].tolist() == [[0, 2.5]]


def test_maps_come_out_as_dicts(opened):
    zip_map = helper.make_node("ZipMap", ["x"], ["y"], domain="ai.onnx.ml", classlabels_int64s=[7, 8])
    made = helper.make_sequence_type_proto(helper.make_map_type_proto(TensorProto.INT64, tensor(shape=[])))
    graph = opened([zip_map], [value("x", tensor(shape=[1, 2]))], [value("y", made)], domains=["ai.onnx.ml"])
    assert graph({"x": np.array([[0.25, 0.75]], np.float32)})["y"] == [{7: 0.25, 8: 0.75}]


def test_special_types_leave_together_with_sequences_and_empty_optionals(opened):
    nodes = [
        helper.make_node("Cast", ["x"], ["small"], to=TensorProto.BFLOAT16),
        helper.make_node("SequenceConstruct", ["x", "x"], ["list"]),
        helper.make_node("Optional", [], ["nothing"], type=tensor(shape=[2])),
        helper.make_node("Cast", ["x"], ["words"], to=TensorProto.STRING),
    ]
    outputs = [
        value("list", helper.make_sequence_type_proto(tensor())),
        value("small", tensor(TensorProto.BFLOAT16)),
        value("nothing", helper.make_optional_type_proto(tensor(shape=[2]))),
        value("words", tensor(TensorProto.STRING)),
    ]
    got = opened(nodes, [value("x", tensor(shape=[2]))], outputs)({"x": np.ones(2, np.float32)})
    assert list(got) == ["list", "small", "nothing", "words"]
    assert len(got["list"]) == 2
    assert got["small"].dtype == ml_dtypes.bfloat16
    assert got["nothing"] is None
    assert got["words"].tolist() == ["1", "1"]


@pytest.mark.parametrize("given", [np.array([1, 2], ">f4"), np.arange(1, 5, dtype=np.float32)[::1][:2], [1, 2]])
def test_the_way_numbers_lie_in_memory_does_not_matter(passing_on, given):
    assert passing_on(tensor(shape=[2]))({"x": given})["y"].tolist() == [1, 2]


def test_a_single_number_is_enough_for_a_single_value(passing_on):
    assert passing_on(tensor(shape=[]))({"x": np.float32(3)})["y"].tolist() == 3


def test_a_stored_default_may_be_fed(opened):
    weight = helper.make_tensor("w", TensorProto.FLOAT, [1], [5.0])
    add = helper.make_node("Add", ["x", "w"], ["y"])
    graph = opened(
        [add],
        [value("x", tensor(shape=[1])), value("w", tensor(shape=[1]))],
        [value("y", tensor())],
        initializer=[weight],
    )
    x = np.ones(1, np.float32)
    assert graph({"x": x})["y"].tolist() == [6]
    assert graph({"x": x, "w": x})["y"].tolist() == [2]


def test_weights_in_another_file_are_loaded_from_beside_the_model(opened, tmp_path):
    (tmp_path / "w.bin").write_bytes(np.array([1, 2], np.float32).tobytes())
    weight = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[2], data_location=TensorProto.EXTERNAL)
    weight.external_data.add(key="location", value="w.bin")
    add = helper.make_node("Add", ["x", "w"], ["y"])
    graph = opened([add], [value("x", tensor(shape=[2]))], [value("y", tensor())], initializer=[weight])
    assert graph({"x": np.ones(2, np.float32)})["y"].tolist() == [2, 3]


def test_missing_weights_are_said_to_be_missing(opened):
    weight = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[2], data_location=TensorProto.EXTERNAL)
    weight.external_data.add(key="location", value="w.bin")
    add = helper.make_node("Add", ["x", "w"], ["y"])
    with pytest.raises(MissingWeights):
        opened([add], [value("x", tensor(shape=[2]))], [value("y", tensor())], initializer=[weight])


def test_an_unknown_step_is_named(opened):
    with pytest.raises(UnknownOperator) as caught:
        opened([helper.make_node("Frobnicate", ["x"], ["y"])], [value("x", tensor())], [value("y", tensor())])
    assert "Frobnicate" in caught.value.detail


def test_an_unknown_step_of_another_domain_is_named_with_it(opened):
    node = helper.make_node("Frobnicate", ["x"], ["y"], domain="com.example")
    with pytest.raises(UnknownOperator) as caught:
        opened([node], [value("x", tensor())], [value("y", tensor())], domains=["com.example"])
    assert "Frobnicate" in caught.value.detail
    assert "com.example" in caught.value.detail


def test_a_step_that_lacks_a_type_is_named(opened):
    given = tensor(TensorProto.INT4, [2])
    with pytest.raises(UnknownOperator) as caught:
        opened([helper.make_node("Identity", ["x"], ["y"])], [value("x", given)], [value("y", given)])
    assert "Identity" in caught.value.detail


def test_a_type_the_runtime_lacks_is_named(passing_on):
    with pytest.raises(UnknownOperator) as caught:
        passing_on(tensor(TensorProto.COMPLEX64, [2]))
    assert "complex64" in caught.value.detail


def test_a_newer_operator_set_is_too_new(opened):
    with pytest.raises(TooNew) as caught:
        opened([helper.make_node("Relu", ["x"], ["y"])], [value("x", tensor())], [value("y", tensor())], opset=99)
    assert "99" in caught.value.detail


def test_a_loop_in_the_network_is_damage(opened):
    nodes = [helper.make_node("Add", ["x", "b"], ["a"]), helper.make_node("Relu", ["a"], ["b"])]
    with pytest.raises(DamagedModel):
        opened(nodes, [value("x", tensor(shape=[1]))], [value("b", tensor())])


def test_no_message_shows_where_files_lie(opened, tmp_path):
    with pytest.raises(UserError) as caught:
        opened([helper.make_node("Frobnicate", ["x"], ["y"])], [value("x", tensor())], [value("y", tensor())])
    assert str(tmp_path) not in caught.value.technical
    assert "m.onnx" in caught.value.technical


@pytest.mark.parametrize(
    ("feeds", "words"),
    [
        ({"x": np.ones((1, 4), np.float32)}, ["n × 3", "1 × 4"]),
        ({"x": np.ones((1, 1, 3), np.float32)}, ["n × 3", "1 × 1 × 3"]),
        ({"x": np.ones((1, 3))}, ["float32", "float64"]),
        ({"x": [np.ones((1, 3), np.float32)], "z": 1}, ["z"]),
        ({"x": None}, ["float32"]),
        ({}, ["“x” is missing"]),
    ],
)
def test_what_does_not_fit_is_said_in_words(passing_on, feeds, words):
    with pytest.raises(BadTensor) as caught:
        passing_on(tensor(shape=["n", 3]))(feeds)
    assert all(word in caught.value.detail for word in words)


def test_a_step_that_fails_is_named(opened):
    node = helper.make_node("Gather", ["x", "i"], ["y"], name="pick")
    inputs = [value("x", tensor(shape=[2])), value("i", tensor(TensorProto.INT64, [1]))]
    graph = opened([node], inputs, [value("y", tensor())])
    with pytest.raises(RunFailed) as caught:
        graph({"x": np.ones(2, np.float32), "i": np.array([9])})
    assert "Gather" in caught.value.detail
    assert "pick" in caught.value.detail


def test_asking_for_more_memory_than_there_is_fails_in_words(opened):
    node = helper.make_node("ConstantOfShape", ["x"], ["y"])
    graph = opened([node], [value("x", tensor(TensorProto.INT64, [1]))], [value("y", tensor())])
    with pytest.raises(RunFailed, match="memory"):
        graph({"x": np.array([2**50])})


def test_nothing_is_printed_when_a_model_fails(opened, capfd):
    test_a_step_that_fails_is_named(opened)
    captured = capfd.readouterr()
    assert captured.out == captured.err == ""
