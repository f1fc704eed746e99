"""Doubts travel with an answer, alone and among many, and onto the command line."""

import json

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from core import command_line, jobs
from core.actions import list_samples, try_many, try_model


@pytest.fixture
def blind(tmp_path):
    """A picture classifier that gives every class the same score, whatever it sees."""
    nothing = numpy_helper.from_array(np.float32([0]), "nothing")
    nodes = [
        helper.make_node("GlobalAveragePool", ["image"], ["pool"]),
        helper.make_node("Flatten", ["pool"], ["flat"]),
        helper.make_node("Mul", ["flat", "nothing"], ["y"]),
    ]
    ports = [
        helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, 8, 8]),
        helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 3]),
    ]
    graph = helper.make_graph(nodes, "g", ports[:1], ports[1:], [nothing])
    path = tmp_path / "blind.onnx"
    onnx.save(helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", 17)]), path)
    return str(path)


def test_an_answer_that_tells_nothing_apart_is_doubted(blind):
    answer = jobs.run("try_model", try_model.Request(blind, {"picture": list_samples.read("coffee")}))
    assert {doubt.check for doubt in answer.doubts} == {"constant", "blank"}


def test_among_many_each_answer_has_its_doubts(blind):
    items = tuple(try_many.Item(name, {"picture": list_samples.read(name)}) for name in ("coffee", "chelsea"))
    outcomes = jobs.run("try_many", try_many.Request(blind, items))
    assert all(outcome.answer.doubts for outcome in outcomes)


@pytest.mark.parametrize("name", ["coffee", "chelsea", "sign", "galaxies"])
def test_a_model_that_is_fed_rightly_is_not_doubted(name):
    answer = jobs.run("try_model", try_model.Request("efficientnet_lite0", {"picture": list_samples.read(name)}))
    assert not answer.doubts


def test_numbers_that_are_none_are_doubted_also_without_a_task(tmp_path):
    node = helper.make_node("Log", ["x"], ["y"])
    ports = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [4]) for name in "xy"]
    graph = helper.make_graph([node], "g", ports[:1], ports[1:])
    path = tmp_path / "log.onnx"
    onnx.save(helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", 17)]), path)
    answer = jobs.run("try_model", try_model.Request(str(path), {"x": np.float32([1, -1, 2, 3])}))
    assert [doubt.check for doubt in answer.doubts] == ["finite"]


def test_the_command_line_warns_in_words_and_in_json(blind, tmp_path, capsys):
    picture = tmp_path / "cup.png"
    picture.write_bytes(list_samples.read("coffee"))
    assert command_line.run(["try", blind, "--picture", str(picture)]) == 0
    assert "Warning: Every name got the same score" in capsys.readouterr().out
    assert command_line.run(["try", blind, "--picture", str(picture), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["doubts"]
    assert {doubt["check"] for doubt in told} == {"constant", "blank"}
    assert all(doubt["words"].endswith(".") for doubt in told)
