"""Colours on the graph through the action: in locked workers, on starters and on files of one's own."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from core import jobs, settings
from core.actions import colour_graph, list_overlays, list_samples, look_inside
from core.errors import InputError, RunFailed
from core.fields import TensorSource
from tests.core import examples
from tests.core.graph import made


def boxes_of(model, part=""):
    drawn = jobs.run("look_inside", look_inside.Request(model, part))
    return tuple(box.id for box in drawn.scene.boxes if not box.is_open and box.id[0] in "gs")


def colours(model, overlay, part="", boxes=None, **more):
    asked = boxes_of(model, part) if boxes is None else boxes
    return jobs.run("colour_graph", colour_graph.Request(model, asked, overlay, part, **more))


def share_of_all(found):
    return sum(colour.share for colour in found.boxes.values())


def said_share(found, words):
    """The share that is said before these words, 0.01 for `1 %`."""
    before = found.coverage.split(words)[0].split(";")[-1]
    number = before.replace("under", "").strip().split(" ")[0]
    return float(number) / 100


@pytest.mark.parametrize(
    ("model", "task"), [("efficientnet_lite0", "image_classification"), ("minilm", "text_similarity")]
)
def test_times_with_data_shuffling_and_what_lies_between_the_steps_sum_to_the_run(model, task):
    found = colours(model, "time", inputs=examples.example(model, task), task=task)
    other = said_share(found, "in data shuffling") + said_share(found, "between the steps")
    assert share_of_all(found) + other == pytest.approx(1, abs=0.02)
    assert "your input" in found.coverage
    assert share_of_all(found) > 0.5


def test_times_of_a_model_of_ones_own_are_measured_on_numbers_drawn_at_random():
    found = colours(str(made.light_path("squeezenet")), "time")
    assert "at random" in found.coverage
    assert share_of_all(found) > 0.7


def test_a_run_is_measured_once_whatever_is_opened(monkeypatch):
    asked = []
    real = colour_graph._measured
    monkeypatch.setattr(colour_graph, "_measured", lambda *all_: asked.append(1) or real(*all_))
    path = str(made.light_path("squeezenet"))
    first = colours(path, "time", boxes=("g0",), measured=7)
    second = colours(path, "time", measured=7)
    assert first.total == second.total
    assert len(asked) == 1
    colours(path, "time", boxes=("g0",), measured=8)
    assert len(asked) == 2


def test_the_preparation_of_the_task_feeds_what_is_measured(monkeypatch):
    seen = []
    monkeypatch.setattr(colour_graph, "_measured", lambda _info, _part, feeds, _caller: seen.append(feeds))
    with pytest.raises(Exception):  # noqa: B017, PT011  nothing was measured
        colours("efficientnet_lite0", "time", boxes=("g0",), inputs={"picture": list_samples.read("rocket")})
    [feeds] = seen
    assert feeds["image"].shape == (1, 3, 224, 224)
    assert feeds["image"].dtype == np.float32


def test_a_part_that_comes_second_is_measured_on_what_reaches_it():
    found = colours("ocr", "time", "recognise", inputs={"picture": list_samples.read("sign")})
    assert "your input" in found.coverage


def test_nothing_is_left_behind_on_disk():
    before = set(settings.data_folder().iterdir())
    colours(str(made.light_path("squeezenet")), "time", boxes=("g0",), measured=99)
    assert not [path for path in set(settings.data_folder().iterdir()) - before if path.name.startswith(".profile-")]


@pytest.mark.parametrize("overlay", ["size", "work", "number_format", "sparsity"])
def test_what_needs_no_run_is_known_at_once(overlay):
    found = colours("minilm", overlay)
    assert found.boxes
    assert found.total


def test_the_first_picture_of_a_starter_holds_all_of_its_bytes():
    assert share_of_all(colours("efficientnet_lite0", "size")) == pytest.approx(1)


def test_weights_in_another_file_are_measured_and_counted(tmp_path):
    weights = np.zeros((512, 512), np.float32)
    weights[: 512 // 4] = 1
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"])],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [4, 512])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [4, 512])],
        [numpy_helper.from_array(weights, "w")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)
    path = tmp_path / "m.onnx"
    onnx.save(model, path, save_as_external_data=True, location="w.bin", size_threshold=0)
    assert colours(str(path), "sparsity").boxes["s0"].value == "75 % zeros"
    assert colours(str(path), "time").boxes["s0"].level == 5
    assert colours(str(path), "size").boxes["s0"].value == "1.0 MB"


def test_an_overlay_that_is_none_is_refused_with_those_there_are():
    with pytest.raises(InputError) as error:
        colours("efficientnet_lite0", "taste", boxes=("g0",))
    assert "sparsity" in error.value.detail


def test_an_input_that_does_not_fit_is_refused_in_words():
    with pytest.raises(InputError):
        colours("efficientnet_lite0", "time", boxes=("g0",), inputs={"nonsense": 1})


def test_a_model_that_fails_on_what_it_is_fed_says_so(tmp_path):
    nodes = [helper.make_node("Gather", ["table", "ids"], ["y"])]
    ports = [helper.make_tensor_value_info("ids", TensorProto.INT64, [1])]
    outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)]
    table = numpy_helper.from_array(np.ones((2, 4), np.float32), "table")
    graph = helper.make_graph(nodes, "g", ports, outputs, [table])
    path = tmp_path / "m.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10), path)
    with pytest.raises(RunFailed):
        colours(str(path), "time", boxes=("s0",), inputs={"ids": TensorSource("numbers", text="99")}, task="tensors")


def test_what_can_be_chosen_is_listed_with_what_needs_a_run():
    listed = jobs.run("list_overlays", list_overlays.Request("efficientnet_lite0"))
    assert [choice.id for choice in listed] == ["time", "size", "work", "number_format", "sparsity"]
    assert [choice.id for choice in listed if choice.needs_run] == [colour_graph.MEASURED]
