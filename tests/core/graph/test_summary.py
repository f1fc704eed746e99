"""Figures beside onnx's own reading of the files; sentences as somebody would say them."""

from dataclasses import replace

import numpy as np
import pytest
from onnx import TensorProto, helper

from core import jobs
from core.actions import add_model, look_at_box, look_inside, sum_up_graph
from core.errors import InputError
from core.graph.about import takes
from core.graph.atlas import atlas
from core.graph.facts import Facts
from core.graph.made_with import made_with, year
from core.graph.summary import amount, summary
from core.model.describe import examine
from core.types import Port
from tests.core.graph.made import LIGHT, light
from tests.core.graph.test_shapes import FLOAT, made, node
from tests.uploads import upload


def summed(model, missing=(), names=0):
    info = examine(model.SerializeToString(), lambda _names: {})
    return summary(Facts(atlas(model)), info, missing, names), info


@pytest.mark.parametrize("name", LIGHT)
def test_the_sums_are_the_files_exactly(name):
    told, info = summed(light(name))
    assert told.parameter_count == info.parameter_count
    assert sum(use.count for use in told.operators) == sum(info.operators.values())
    assert sum(block.work_share for block in told.blocks) == pytest.approx(1)
    assert sum(block.work for block in told.blocks) == told.work
    assert 0 <= told.parameter_count - sum(block.parameter_count for block in told.blocks) <= 1  # read by no step


@pytest.mark.parametrize("name", LIGHT)
def test_the_light_models_are_told_in_a_sentence(name):
    told, _ = summed(light(name))
    assert told.sentence.startswith("Takes a 224 × 224 colour picture, knows 1,000 things, ")
    assert told.sentence.endswith(", made with Caffe2.")
    assert 8 <= len(told.blocks) <= 40


# https://docs.pytorch.org/vision/stable/models.html, the column Params
@pytest.mark.parametrize(("name", "words"), [("vgg19", "144 million"), ("squeezenet", "1.24 million")])
def test_of_weights_that_are_made_up_both_numbers_are_told(name, words):
    told, info = summed(light(name))
    assert f"{words} weights, of which the file stores only {info.parameter_count:,}," in told.sentence


def test_numbers_that_are_known_by_name_are_believed():
    assert "knows 26 things" in summed(light("squeezenet"), names=26)[0].sentence


def test_a_text_model_gives_numbers_for_each_piece():
    nodes = [node("Gather", ["table", "input_ids"], ["y"])]
    model = made(
        nodes, [("input_ids", TensorProto.INT64, ["batch", "seq"])], weights=[("table", np.ones((9, 384), np.float32))]
    )
    model.graph.output[0].CopyFrom(helper.make_tensor_value_info("y", FLOAT, ["batch", "seq", 384]))
    model.producer_name, model.producer_version = "pytorch", "1.7"
    told, _ = summed(model)
    assert told.sentence.startswith("Takes a text, gives 384 numbers for each piece of it, 3,456 weights, ")
    assert told.sentence.endswith("made with PyTorch 1.7, a version from 2020.")
    assert told.assumed == {"pictures or texts at a time": 1, "text length": 128}


def test_only_what_is_known_is_said():
    told, _ = summed(
        made([node("Frob", ["x"], ["y"], domain="org.example")], [("x", FLOAT, None)], extra=["org.example"])
    )
    assert told.sentence.startswith("Takes numbers, gives numbers, 0 weights, ")
    assert "made with" not in told.sentence
    assert (told.work, told.uncounted, told.producer) == (None, 1, "")


def test_the_verdict_names_what_is_missing():
    assert summed(light("vgg19"))[0].verdict == "The installed onnxruntime has every step it needs."
    told = summed(light("vgg19"), ["Frob from “org.example”"])[0]
    assert told.missing == ("Frob from “org.example”",)
    assert told.verdict == "It can't be run here: the installed onnxruntime doesn't have Frob from “org.example”."


def test_a_standard_of_the_future_is_told():
    model = light("vgg19")
    _, info = summed(model)
    newer = replace(info, opsets={"ai.onnx": 999})
    assert "newer version of ONNX" in summary(Facts(atlas(model)), newer, ()).verdict


def port(shape, dtype="float32", name="x", kind="tensor"):
    return Port(name, kind, "", dtype, shape)


@pytest.mark.parametrize(
    ("ports", "words"),
    [
        ([port((1, 3, 224, 320))], "a 320 × 224 colour picture"),
        ([port((None, "h", "w", 1))], "a grey picture of any size"),
        ([port((1, 3, 48, "w"))], "a colour picture 48 pixels high"),
        ([port((1, 64, 3, 3))], "64 × 3 × 3 numbers"),
        ([port(("n", 5), "string")], "a text"),
        ([port(("n", "s"), "int64", name) for name in ("input_ids", "attention_mask")], "a text"),
        ([port(("n", 80, "t"))], "80 × any numbers"),
        ([port(())], "one number"),
        ([port(None)], "numbers"),
        ([port(("n",))], "one number"),
        ([port(("n", "m"))], "any many numbers"),
        ([port((26,)), port((1, 3, 99, 99))], "26 numbers and a 99 × 99 colour picture"),
        ([port((side,)) for side in range(2, 8)], "2 numbers, 3 numbers, 4 numbers and 3 more inputs"),
        ([port(None, kind="sequence")], "a sequence"),
        ([], "nothing"),
    ],
)
def test_what_a_model_takes_is_said_in_plain_words(ports, words):
    assert takes(ports) == words


@pytest.mark.parametrize(
    ("name", "version", "words", "when"),
    [
        ("pytorch", "1.7", "PyTorch 1.7", 2020),
        ("pytorch", "1.10.0+cu113", "PyTorch 1.10", 2021),
        ("pytorch", "99.1", "PyTorch 99.1", None),
        ("pytorch", "", "PyTorch", None),
        ("tf2onnx", "1.16.1 15c810", "TensorFlow", None),
        ("skl2onnx", "1.14", "scikit-learn", None),
        ("My\nTool\x1b", "3", "My Tool", None),
        ("x" * 1000, "", "x" * 39 + "…", None),
        ("", "1.0", "", None),
    ],
)
def test_what_it_was_made_with(name, version, words, when):
    assert made_with(name, version) == words
    assert year(made_with(name, version)) == when


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0"),
        (999_999, "999,999"),
        (4_649_000, "4.65 million"),
        (4_100_000_000, "4.1 billion"),
        (7 * 10**12, "7 trillion"),
    ],
)
def test_large_numbers_in_words(number, words):
    assert amount(number) == words


def test_a_worker_reads_weights_that_lie_in_another_file(home):
    array = np.arange(6, dtype=np.float32).reshape(2, 3)
    model = made([node("MatMul", ["x", "w"], ["y"])], [("x", FLOAT, [1, 2])], weights=[("w", array)])
    weight = model.graph.initializer[0]
    weight.ClearField("raw_data")
    weight.data_location = TensorProto.EXTERNAL
    weight.external_data.add(key="location", value="w.bin")
    files = upload("m.onnx", model.SerializeToString()), upload("w.bin", array.tobytes())
    added = jobs.run("add_model", add_model.Request(files))
    (told,) = jobs.run("look_at_box", look_at_box.Request(added.id, "", "s0")).weights
    assert (told.low, told.high, told.size_bytes) == (0, 5, 24)


def test_a_workers_answer_is_the_same_as_here(home):
    model = light("squeezenet")
    added = jobs.run("add_model", add_model.Request((upload("squeezenet.onnx", model.SerializeToString()),)))
    told = jobs.run("sum_up_graph", sum_up_graph.Request(added.id))
    assert told == summed(model)[0]
    first = jobs.run("look_inside", look_inside.Request(added.id)).scene
    for box in first.boxes:
        found = jobs.run("look_at_box", look_at_box.Request(added.id, "", box.id))
        assert (found.id, found.title) == (box.id, box.title)
    with pytest.raises(InputError, match="no such box"):
        jobs.run("look_at_box", look_at_box.Request(added.id, "", "s99999"))
