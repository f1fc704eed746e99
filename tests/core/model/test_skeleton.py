"""A model looked into from a few pieces says the same as the whole file does."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from core.errors import DamagedModel, NotFetched, NotOnnx
from core.model.describe import outline
from core.model.skeleton import skeleton
from core.run.operators import known_steps
from tests.core.model.files import describe

SIMPLE = Path(onnx.__file__).parent / "backend" / "test" / "data"
FILES = sorted(SIMPLE.rglob("model.onnx"))[::12]


def seen(data):
    found = skeleton(lambda start, end: data[start:end], len(data))
    return outline(found.data, known_steps()), found


def same(graph):
    return (
        *(graph.inputs, graph.outputs, graph.opsets, graph.operators, graph.parameter_count, graph.external_files),
        *(graph.producer, graph.metadata, graph.ir_version),
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_onnxs_own_test_models_are_seen_as_they_are(path):
    (graph, _), _ = seen(path.read_bytes())
    assert same(graph) == same(describe(path))


def large(tmp_path, inside_a_branch=False):
    """20 MB of weights, as initializers or in constants inside a branch."""
    weights = [numpy_helper.from_array(np.zeros((1024, 1024), np.float32), f"w{number}") for number in range(5)]
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", 1024]) for name in "xy")
    if inside_a_branch:
        out = helper.make_tensor_value_info("o", TensorProto.FLOAT, None)
        nodes = [
            helper.make_node("Constant", [], ["c"], value=weights[0]),
            helper.make_node("MatMul", ["x", "c"], ["o"]),
        ]
        body = helper.make_graph(nodes, "b", [], [out])
        condition = helper.make_tensor("t", TensorProto.BOOL, [], [True])
        nodes = [
            helper.make_node("Constant", [], ["yes"], value=condition),
            helper.make_node("If", ["yes"], ["y"], then_branch=body, else_branch=body),
        ]
        graph = helper.make_graph(nodes, "g", [x], [y])
    else:
        names = ["x", *(f"h{number}" for number in range(4)), "y"]
        nodes = [helper.make_node("MatMul", [names[n], f"w{n}"], [names[n + 1]]) for n in range(5)]
        graph = helper.make_graph(nodes, "g", [x], [y], weights)
    path = tmp_path / "large.onnx"
    onnx.save(helper.make_model(graph, producer_name="us", opset_imports=[helper.make_opsetid("", 17)]), path)
    return path


@pytest.mark.parametrize("inside_a_branch", [False, True])
def test_of_a_large_model_only_a_small_part_is_read(tmp_path, inside_a_branch):
    path = large(tmp_path, inside_a_branch)
    (graph, unknown), found = seen(path.read_bytes())
    assert same(graph) == same(describe(path))
    assert unknown == ()
    assert found.bytes_read < path.stat().st_size / 10
    assert found.requests < 12


def test_steps_nobody_knows_are_named():
    value = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])
    graph = helper.make_graph([helper.make_node("Magic", ["x"], ["x2"], domain="far.away")], "g", [value], [value])
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("far.away", 1)]
    data = helper.make_model(graph, opset_imports=opsets).SerializeToString()
    (_, unknown), _ = seen(data)
    assert unknown == ("Magic from “far.away”",)


def test_files_of_weights_are_named(tmp_path):
    path = large(tmp_path)
    onnx.save(onnx.load(path), tmp_path / "split.onnx", save_as_external_data=True, location="split.onnx_data")
    (graph, _), found = seen((tmp_path / "split.onnx").read_bytes())
    assert graph.external_files == ("split.onnx_data",)
    assert graph.parameter_count == 5 * 1024 * 1024
    assert found.requests == 1


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", NotOnnx),
        (b"<!doctype html><html>", NotOnnx),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), NotOnnx),
        (b"\x3a\xff\xff\xff\xff\x0f" + bytes(5000), DamagedModel),  # a graph of 4 GB
        (b"\x08" + b"\xff" * 5000, DamagedModel),  # a number without end
        (b"\x3a\x80" * 2 + bytes(20), DamagedModel),
        (b"\x0b\x00\x00" * 2000, DamagedModel),  # a kind of field nobody writes
        (bytes(5000), DamagedModel),  # field number 0
        (b"\x09\x00\x00", DamagedModel),  # half a number of 8 bytes
    ],
)
def test_what_is_no_model_is_refused_in_words(data, error):
    with pytest.raises(error):
        seen(data)


def test_parts_inside_parts_without_end_are_refused():
    data = bytes(3000)
    for _ in range(100):  # a graph in an attribute of a node of a graph, and so on

        def wrapped(key, inner):
            length, out = len(inner), bytearray([key])
            while length > 127:
                out.append(length & 127 | 128)
                length >>= 7
            return bytes(out) + bytes([length]) + inner

        data = wrapped(0x0A, wrapped(0x2A, wrapped(0x32, data)))
    with pytest.raises(DamagedModel, match="levels"):
        seen(wrapped(0x3A, data))


def test_a_model_in_many_scattered_pieces_is_given_up_with_words():
    weights = [numpy_helper.from_array(np.zeros(40_000, np.float32), f"w{number}") for number in range(450)]
    value = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])
    data = helper.make_model(helper.make_graph([], "g", [value], [value], weights)).SerializeToString()
    with pytest.raises(NotFetched, match="before it is fetched"):
        seen(data)


def test_a_server_that_sends_less_is_noticed():
    with pytest.raises(DamagedModel, match="earlier"):
        skeleton(lambda _start, _end: b"\x08\x07", 5000)
