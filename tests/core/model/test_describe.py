"""What is read from a file without running it. Expected values follow from how each file is built here."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from tests.core.model.files import describe, examine


def value(name, type_proto):
    return helper.make_value_info(name, type_proto)


def tensor_type(number=TensorProto.FLOAT, shape=None):
    return helper.make_tensor_type_proto(number, shape)


@pytest.fixture
def described(tmp_path):
    def described(nodes, inputs, outputs, opsets=(("", 17),), **parts):
        graph = helper.make_graph(nodes, "g", inputs, outputs, **parts)
        imports = [helper.make_opsetid(domain, version) for domain, version in opsets]
        model = helper.make_model(graph, opset_imports=imports, ir_version=9, producer_name="me", producer_version="2")
        model.metadata_props.add(key="names", value="{0: 'cat'}")
        path = tmp_path / "m.onnx"
        path.write_bytes(model.SerializeToString())
        return examine(path)

    return described


def identity(type_proto, described):
    return described([helper.make_node("Identity", ["x"], ["y"])], [value("x", type_proto)], [value("y", type_proto)])


@pytest.mark.parametrize(
    ("number", "dtype"),
    [
        (TensorProto.FLOAT, "float32"),
        (TensorProto.DOUBLE, "float64"),
        (TensorProto.BOOL, "bool"),
        (TensorProto.STRING, "string"),
        (TensorProto.UINT8, "uint8"),
        (TensorProto.BFLOAT16, "bfloat16"),
        (TensorProto.FLOAT8E4M3FN, "float8_e4m3fn"),
        (TensorProto.INT4, "int4"),
        (TensorProto.COMPLEX64, "complex64"),
        (TensorProto.FLOAT4E2M1, "float4_e2m1fn"),
    ],
)
def test_element_types_have_their_numpy_names(described, number, dtype):
    assert identity(tensor_type(number, [1]), described).inputs[0].dtype == dtype


def test_sizes_are_numbers_names_or_open(described):
    port = identity(tensor_type(shape=["batch", 3, None]), described).inputs[0]
    assert port.shape == ("batch", 3, None)


def test_an_open_rank_differs_from_a_single_value(described):
    assert identity(tensor_type(shape=None), described).inputs[0].shape is None
    assert identity(tensor_type(shape=[]), described).inputs[0].shape == ()


def test_types_inside_types_are_written_out(described):
    inner = helper.make_sequence_type_proto(helper.make_map_type_proto(TensorProto.INT64, tensor_type(shape=[])))
    port = identity(inner, described).inputs[0]
    assert (port.kind, port.type, port.dtype) == ("sequence", "seq(map(int64, tensor(float)))", "float32")


def test_an_optional_says_what_it_may_hold(described):
    port = identity(helper.make_optional_type_proto(tensor_type(shape=[2])), described).inputs[0]
    assert (port.kind, port.type, port.shape) == ("optional", "optional(tensor(float))", (2,))


def test_inputs_with_a_stored_default_are_left_out(described):
    weight = numpy_helper.from_array(np.ones((2, 3), np.float32), "w")
    info = described(
        [helper.make_node("MatMul", ["x", "w"], ["y"])],
        [value("x", tensor_type(shape=[1, 2])), value("w", tensor_type(shape=[2, 3]))],
        [value("y", tensor_type())],
        initializer=[weight],
    )
    assert [port.name for port in info.inputs] == ["x"]


def test_stored_numbers_and_constants_are_counted(described):
    weight = numpy_helper.from_array(np.ones((2, 3), np.float32), "w")
    constant = helper.make_node("Constant", [], ["c"], value=numpy_helper.from_array(np.ones(5, np.float32)))
    short = helper.make_node("Constant", [], ["d"], value_floats=[1.0, 2.0])
    add = helper.make_node("Identity", ["x"], ["y"])
    info = described(
        [constant, short, add], [value("x", tensor_type())], [value("y", tensor_type())], initializer=[weight]
    )
    assert info.parameter_count == 6 + 5 + 2


def test_steps_in_branches_are_counted(described):
    out = value("o", tensor_type())
    body = helper.make_graph([helper.make_node("Relu", ["x"], ["o"])], "b", [], [out])
    branch = helper.make_node("If", ["c"], ["y"], then_branch=body, else_branch=body)
    condition = value("c", tensor_type(TensorProto.BOOL, []))
    info = described([branch], [value("x", tensor_type()), condition], [value("y", tensor_type())])
    assert info.operators == {"Relu": 2, "If": 1}


def test_steps_of_other_domains_carry_their_domain(described):
    node = helper.make_node("Scaler", ["x"], ["y"], domain="ai.onnx.ml", offset=[0.0], scale=[1.0])
    info = described(
        [node], [value("x", tensor_type())], [value("y", tensor_type())], opsets=(("", 17), ("ai.onnx.ml", 3))
    )
    assert info.operators == {"ai.onnx.ml.Scaler": 1}
    assert info.opsets == {"ai.onnx": 17, "ai.onnx.ml": 3}


def test_notes_and_maker_are_kept(described):
    info = identity(tensor_type(), described)
    assert info.metadata == {"names": "{0: 'cat'}"}
    assert info.producer == "me 2"


def test_the_sha256_is_that_of_the_file(described, tmp_path):
    info = identity(tensor_type(), described)
    expected = hashlib.sha256((tmp_path / "m.onnx").read_bytes()).hexdigest()
    assert info.sha256 == expected


def test_weights_in_another_file_add_to_the_size(described, tmp_path):
    (tmp_path / "w.bin").write_bytes(bytes(16))
    weight = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[4], data_location=TensorProto.EXTERNAL)
    weight.external_data.add(key="location", value="w.bin")
    relu = helper.make_node("Relu", ["x"], ["y"])
    info = described([relu], [value("x", tensor_type())], [value("y", tensor_type())], initializer=[weight])
    assert info.external_files == ("w.bin",)
    assert info.size_bytes == (tmp_path / "m.onnx").stat().st_size + 16
    assert describe(tmp_path / "m.onnx") == info
