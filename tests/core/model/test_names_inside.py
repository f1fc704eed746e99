"""Names inside operators. The saved models are made by tests/reference/tables.py."""

from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from core.model.names_inside import MAX_CHARACTERS, MAX_NAMES, class_names, words
from tests.core.model.files import examine

FOLDER = Path(__file__).parents[2] / "reference" / "expected" / "tables"
ML = {"domain": "ai.onnx.ml"}
IRISES = ("setosa", "versicolor", "virginica")


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("logistic_named_zipmap", IRISES),
        ("logistic_named_plain", IRISES),
        ("logistic_named_columns", IRISES),
        ("forest_plain", IRISES),
        ("bayes_named_plain", IRISES),
        ("svc_chance", IRISES),
        ("lightgbm_zipmap", ("0", "1", "2")),
        ("xgboost_plain", ("0", "1", "2")),
        ("titanic", ("no", "yes")),
        ("linear_regression", ()),
        ("isolation_forest", ()),
        ("kmeans", ()),
    ],
)
def test_classes_are_found_in_what_the_libraries_export(name, names):
    assert examine(FOLDER / f"{name}.onnx").class_names == names


def test_the_words_of_a_column_are_found_by_its_input_and_place():
    assert examine(FOLDER / "titanic.onnx").words == {"sex[0]": ("female", "male"), "port[0]": ("C", "Q", "S")}
    assert examine(FOLDER / "words_only.onnx").words == {"X[0]": ("female", "male"), "X[1]": ("C", "Q", "S")}


def graph(nodes, inputs=(("x", TensorProto.STRING, ["n", 2]),), stored=()):
    ports = [helper.make_tensor_value_info(*port) for port in inputs]
    out = helper.make_tensor_value_info("y", TensorProto.STRING, None)
    return helper.make_graph(nodes, "g", ports, [out], list(stored))


def encoder(source, target, **attributes):
    return helper.make_node("LabelEncoder", [source], [target], **ML, **attributes)


def test_an_encoder_at_the_end_names_the_classes_in_the_order_of_their_numbers():
    nodes = [
        helper.make_node("ArgMax", ["x"], ["n"]),
        encoder("n", "l", keys_int64s=[1, 0, 2], values_strings=["b", "a", "c"]),
        helper.make_node("Reshape", ["l", "s"], ["y"]),
    ]
    assert class_names(graph(nodes)) == ("a", "b", "c")
    nodes[1] = encoder("n", "l", keys_int64s=[1, 7], values_strings=["b", "a"])
    assert class_names(graph(nodes)) == ()


def test_an_encoder_of_what_goes_in_names_no_classes():
    nodes = [
        encoder("x", "n", keys_int64s=[0, 1], values_strings=["a", "b"]),
        helper.make_node("Add", ["n", "n"], ["y"]),
    ]
    assert class_names(graph(nodes)) == ()


def test_columns_put_side_by_side_are_told_apart():
    inputs = [("a", TensorProto.STRING, ["n", 1]), ("b", TensorProto.STRING, ["n", 2])]
    nodes = [
        helper.make_node("Concat", ["a", "b"], ["all"], axis=1),
        helper.make_node("ArrayFeatureExtractor", ["all", "two"], ["third"], **ML),
        helper.make_node("OneHotEncoder", ["third"], ["y"], cats_strings=["u", "v"], **ML),
    ]
    two = numpy_helper.from_array(np.int64([2]), "two")
    assert words(graph(nodes, inputs, [two])) == {"b[1]": ("u", "v")}


@pytest.mark.parametrize("place", [-1, 3, 2**60])
def test_a_place_beyond_the_columns_belongs_to_none(place):
    nodes = [
        helper.make_node("Gather", ["x", "at"], ["one"], axis=1),
        helper.make_node("OneHotEncoder", ["one"], ["y"], cats_strings=["u"], **ML),
    ]
    assert words(graph(nodes, stored=[numpy_helper.from_array(np.int64([place]), "at")])) == {}


def test_steps_in_a_circle_come_to_an_end():
    nodes = [
        helper.make_node("Identity", ["b"], ["a"]),
        helper.make_node("Identity", ["a"], ["b"]),
        helper.make_node("Identity", ["a"], ["y"]),
        helper.make_node("OneHotEncoder", ["a"], ["z"], cats_strings=["u"], **ML),
    ]
    assert class_names(graph(nodes)) == ()
    assert words(graph(nodes)) == {}


def test_a_list_that_is_too_long_is_left_out_and_a_long_name_is_cut():
    many = [str(number) for number in range(MAX_NAMES + 1)]
    node = helper.make_node("LinearClassifier", ["x"], ["y"], classlabels_strings=many, **ML)
    assert class_names(graph([node])) == ()
    coded = helper.make_node("OneHotEncoder", ["x"], ["y"], cats_strings=many, **ML)
    assert words(graph([coded], [("x", TensorProto.STRING, ["n", 1])])) == {}
    node = helper.make_node("LinearClassifier", ["x"], ["y"], classlabels_strings=["a" * 10_000, b"\xff"], **ML)
    assert class_names(graph([node])) == ("a" * MAX_CHARACTERS, "\ufffd")


def test_words_of_all_columns_together_have_a_limit():
    inputs = [(name, TensorProto.STRING, ["n", 1]) for name in "ab"]
    nodes = [
        helper.make_node(
            "OneHotEncoder", [name], [f"{name}1"], cats_strings=[f"{name}{n}" for n in range(MAX_NAMES * 2 // 3)], **ML
        )
        for name in "ab"
    ]
    assert list(words(graph(nodes, inputs))) == ["a[0]"]


def test_operators_without_inputs_or_attributes_name_nothing():
    kinds = ("LinearClassifier", "ZipMap", "LabelEncoder", "ArrayFeatureExtractor", "OneHotEncoder")
    for kind in kinds:
        node = helper.make_node(kind, [], ["y"], **ML)
        assert class_names(graph([node])) == ()
        assert words(graph([node])) == {}
