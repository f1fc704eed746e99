import threading

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from core import jobs
from core.actions import _library, decide, list_samples, open_model, preview_choices, try_model
from core.errors import BadPicture, InputError, ModelNotFound, UnknownOperator
from core.fields import TensorSource


def save(path, nodes, inputs, outputs, *, opset=17):
    model = helper.make_model(
        helper.make_graph(nodes, "g", inputs, outputs), ir_version=10, opset_imports=[helper.make_opsetid("", opset)]
    )
    onnx.save(model, path)
    return str(path)


def tensor(name, shape, dtype=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, dtype, shape)


def attempt(model, task="", **inputs):
    return jobs.run("try_model", try_model.Request(model, inputs, task))


@pytest.fixture
def scores(tmp_path):
    """Looks like a picture classifier: the mean of each colour, as three scores."""
    nodes = [helper.make_node("GlobalAveragePool", ["image"], ["pool"]), helper.make_node("Flatten", ["pool"], ["y"])]
    return save(tmp_path / "scores.onnx", nodes, [tensor("image", ["n", 3, 32, 32])], [tensor("y", ["n", 3])])


def test_times_are_measured_and_add_up():
    picture = list_samples.read("coffee")
    timing = attempt("efficientnet_lite0", picture=picture).timing
    assert timing.run_ms > 0.5
    assert timing.read_ms > 0.5
    assert timing.total_ms == pytest.approx(timing.read_ms + timing.run_ms + timing.rest_ms)


def test_a_run_leaves_one_line_in_the_history_without_what_was_given():
    attempt("magika", file=b"secret words of mine, not to be kept anywhere\n")
    newest = _library.library().history("owner", 1)[0]
    assert newest.model_id == "magika"
    assert "secret" not in newest.summary


def test_text_read_from_a_picture_is_not_kept_in_the_history():
    read = attempt("ocr", picture=list_samples.read("sign")).result.lines[0].text
    newest = _library.library().history("owner", 1)[0]
    assert newest.model_id == "ocr"
    assert read not in newest.summary


def test_a_model_without_inputs_gives_its_answer(tmp_path):
    value = numpy_helper.from_array(np.float32([1, 2, 3]))
    path = save(tmp_path / "m.onnx", [helper.make_node("Constant", [], ["y"], value=value)], [], [tensor("y", [3])])
    assert attempt(path).result.outputs["y"].tolist() == [1, 2, 3]


def test_open_sizes_are_asked_for_with_a_default_and_can_be_chosen(tmp_path):
    path = save(
        tmp_path / "m.onnx",
        [helper.make_node("Relu", ["x"], ["y"])],
        [tensor("x", ["rows", 4])],
        [tensor("y", ["rows", 4])],
    )
    assert attempt(path).result.outputs["y"].shape == (1, 4)
    assert attempt(path, x=TensorSource("ones", (7, 4))).result.outputs["y"].shape == (7, 4)


def test_the_same_seed_gives_the_same_values_and_another_seed_others(tmp_path):
    path = save(
        tmp_path / "m.onnx", [helper.make_node("Identity", ["x"], ["y"])], [tensor("x", [50])], [tensor("y", [50])]
    )
    drawn = [attempt(path, x=TensorSource("random", (50,), seed)).result.outputs["y"] for seed in (0, 0, 1)]
    assert np.array_equal(drawn[0], drawn[1])
    assert not np.array_equal(drawn[0], drawn[2])


def test_a_task_nobody_named_is_called_a_guess(scores):
    answer = attempt(scores, picture=list_samples.read("coffee"))
    assert answer.task == "image_classification"
    assert answer.guessed


@pytest.mark.usefixtures("home")
def test_what_the_user_decides_wins_over_the_guess_and_is_no_guess_any_more(scores):
    jobs.run("decide", decide.Request(scores, task="tensors"))
    opened = jobs.run("open_model", open_model.Request(scores))
    assert opened.task.id == "tensors"
    assert not opened.guessed


def test_an_input_of_a_strange_name_is_refused_with_the_names_there_are(scores):
    with pytest.raises(InputError) as error:
        attempt(scores, "tensors", nonsense=1)
    assert "image" in error.value.detail


def test_a_task_that_does_not_exist_is_refused_with_those_that_do(scores):
    with pytest.raises(ModelNotFound) as error:
        attempt(scores, "fortune_telling")
    assert "image_classification" in error.value.detail


def test_a_missing_picture_is_asked_for_in_words():
    with pytest.raises(InputError, match="still empty"):
        attempt("efficientnet_lite0", "image_classification")


def test_a_picture_that_is_none_is_refused_in_words():
    with pytest.raises(BadPicture):
        attempt("efficientnet_lite0", picture=b"%PDF-1.7 no picture at all")


def test_a_picture_file_of_0_bytes_is_called_empty():
    with pytest.raises(BadPicture, match="empty"):
        attempt("efficientnet_lite0", picture=b"")


def test_an_unknown_step_is_named(tmp_path):
    path = save(
        tmp_path / "m.onnx", [helper.make_node("FancyStep", ["x"], ["y"])], [tensor("x", [1])], [tensor("y", [1])]
    )
    with pytest.raises(UnknownOperator) as error:
        attempt(path)
    assert "FancyStep" in error.value.detail


@pytest.mark.usefixtures("home")
def test_two_people_opening_a_starter_at_once_both_get_it():
    found, failed = [], []

    def opening():
        try:
            found.append(jobs.run("open_model", open_model.Request("efficientnet_lite0")).info.id)
        except Exception as error:  # noqa: BLE001  whatever it is, the test shows it
            failed.append(error)

    threads = [threading.Thread(target=opening) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert found == ["efficientnet_lite0"] * 4


def test_a_small_picture_of_every_style_is_drawn_once_and_kept():
    request = preview_choices.Request("style_transfer")
    first, second = jobs.run("preview_choices", request), jobs.run("preview_choices", request)
    fields = jobs.run("open_model", open_model.Request("style_transfer")).fields
    assert list(first) == list(next(field for field in fields if field.pictured).choices)
    assert first == second
    assert len(set(first.values())) == len(first)
    assert all(picture.startswith(b"\x89PNG") for picture in first.values())


def test_the_same_graph_with_other_weights_beside_it_is_another_model(tmp_path):
    for value in (1, 2):
        folder = tmp_path / str(value)
        folder.mkdir()
        w = numpy_helper.from_array(np.full(64, value, np.float32), "w")
        ports = [tensor(name, [64]) for name in "xy"]
        graph = helper.make_graph([helper.make_node("Mul", ["x", "w"], ["y"])], "g", ports[:1], ports[1:], [w])
        model = helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", 17)])
        onnx.save(model, folder / "m.onnx", save_as_external_data=True, location="w.bin", size_threshold=0)
    assert (tmp_path / "1/m.onnx").read_bytes() == (tmp_path / "2/m.onnx").read_bytes()
    for value in (1, 2, 1):
        answer = attempt(str(tmp_path / str(value) / "m.onnx"), x=TensorSource("ones", (64,)))
        assert set(answer.result.outputs["y"].tolist()) == {value}
