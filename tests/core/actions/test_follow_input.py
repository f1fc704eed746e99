"""Inner values are compared with those of a plain onnxruntime session that was given all of them as outputs."""

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from core import in_words, jobs
from core.actions import follow_input, list_samples, look_inside, open_model, try_model
from core.errors import InputError, UserError
from core.fields import TensorSource
from tests.core import examples


def follow(model, box="", part="", task="", **inputs):
    return jobs.run("follow_input", follow_input.Request(model, part, box, inputs, task))


def reference(path, feeds):
    """Every value of the main graph by its name: nothing of ours takes part, no optimisation either."""
    model = onnx.load(path)
    known = {output.name for output in model.graph.output}
    names = [name for node in model.graph.node for name in node.output if name and name not in known]
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    outputs = [output.name for output in session.get_outputs()]
    return dict(zip(outputs, session.run(outputs, feeds), strict=True))


def boxes(model, part=""):
    return jobs.run("look_inside", look_inside.Request(model, part)).scene.boxes


@pytest.fixture(scope="module")
def efficientnet():
    path = examples.opened("efficientnet_lite0", "image_classification").info.parts["model"].path
    picture = np.random.default_rng(1).standard_normal((1, 3, 224, 224), np.float32)
    return picture, reference(path, {"image": picture})


def agrees(found, expected):
    """Statistics and drawn numbers of a value are those of the reference."""
    scale = float(np.abs(expected).max())
    assert found.low == pytest.approx(float(expected.min()), abs=1e-4 * scale)
    assert found.high == pytest.approx(float(expected.max()), abs=1e-4 * scale)
    assert found.mean == pytest.approx(float(expected.mean(dtype=np.float64)), abs=1e-4 * scale)


def test_every_box_of_efficientnet_shows_what_a_plain_session_computes(efficientnet):
    picture, expected = efficientnet
    seen = 0
    for box in boxes("efficientnet_lite0"):
        for found in follow("efficientnet_lite0", box.id, task="tensors", image=picture).shown:
            if found.name in expected:
                agrees(found, expected[found.name])
                assert found.shape.startswith(" × ".join(f"{size:,}" for size in expected[found.name].shape))
                seen += 1
    assert seen > 25


def test_a_map_is_the_channel_of_the_reference_as_grey(efficientnet):
    picture, expected = efficientnet
    last = next(one for one in follow("efficientnet_lite0", task="tensors", image=picture).shown if one.side == (7, 7))
    channels = expected[last.name][0]
    assert last.channels[0] == int(channels.std(axis=(1, 2)).argmax())
    for pixels, channel in zip(last.pixels, last.channels, strict=True):
        plane = channels[channel].astype(np.float64)
        grey = (plane - plane.min()) / np.ptp(plane) * 255
        assert np.abs(pixels - grey).max() < 1  # half a step of rounding, and what optimisation changes


def test_the_strip_leads_from_the_picture_to_the_answer():
    picture = list_samples.read("chelsea")
    found = follow("efficientnet_lite0", picture=picture)
    assert 4 <= len(found.shown) <= 7
    assert {one.kind for one in found.shown[:4]} == {"maps"}
    assert found.shown[-1].kind == "vector"
    answer = jobs.run("try_model", try_model.Request("efficientnet_lite0", {"picture": picture}))
    assert found.answer == in_words.short(answer.result)
    assert found.shown[-1].labels[0] == answer.result.rows[0].label


def test_attention_of_minilm_is_recognised_with_its_words():
    text = ("A cat sat down.", "A dog ran away over the hill.")
    graph = examples.opened("minilm", "text_similarity").info.parts["model"]
    nodes = onnx.load(graph.path).graph.node
    shares = [node.output[0] for node in nodes if node.op_type == "Softmax"]
    assert shares
    found = [one for box in softmaxes() for one in follow("minilm", box, task="text_similarity", texts=text).shown]
    assert {one.name for one in found} == set(shares)
    for one in found:
        assert one.kind == "attention"
        assert one.labels[0] == "[CLS]"
        assert set(one.labels) >= {"cat"} or set(one.labels) >= {"dog"}
        assert one.figures.shape == (12, len(one.labels), len(one.labels))
        assert np.allclose(one.figures.sum(-1), 1, atol=1e-3)


def softmaxes():
    from core.actions import find_in_graph

    found = jobs.run("find_in_graph", find_in_graph.Request("minilm", "softmax"))
    return [hit.id for hit in found.hits if hit.id.startswith("s")]


def test_in_the_strip_of_a_text_words_are_compared_layer_by_layer():
    found = follow("minilm", task="text_similarity", texts=("The bank of the river.", "A bank lends money."))
    rows = [one for one in found.shown if one.kind == "rows"]
    assert len(rows) >= 4
    assert all(one.likeness.shape == (len(one.labels),) * 2 for one in rows)


@pytest.mark.parametrize(("starter", "task"), examples.pairs())
def test_every_part_of_every_starter_can_be_followed(starter, task):
    given = examples.example(starter, task)
    for part in examples.opened(starter, task).info.parts:
        found = follow(starter, "", part, task, **given)
        assert found.answer
        assert found.shown or "wasn't used" in found.notes[0]


def test_a_part_that_works_several_times_says_so():
    picture = list_samples.read("sign")
    assert any("times for one answer" in note for note in follow("ocr", "", "recognise", picture=picture).notes)


def test_a_box_that_is_none_is_said_to_be_none():
    assert follow("efficientnet_lite0", "s99999", picture=list_samples.read("chelsea")).notes


def test_nothing_given_is_asked_for_in_words():
    with pytest.raises(InputError, match="still empty"):
        follow("efficientnet_lite0")


def save(path, nodes, inputs, outputs, weights=(), **how):
    graph = helper.make_graph(nodes, "g", inputs, outputs, list(weights))
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
    onnx.save(helper.make_model(graph, ir_version=8, opset_imports=opsets), path, **how)
    return str(path)


def tensor(name, shape, dtype=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, dtype, shape)


def test_a_table_model_shows_its_scores_by_name(tmp_path):
    names = ["setosa", "versicolor", "virginica"]
    nodes = [
        helper.make_node(
            "LinearClassifier",
            ["x"],
            ["label", "raw"],
            domain="ai.onnx.ml",
            coefficients=np.arange(12, dtype=np.float32).tolist(),
            intercepts=[0.1, 0.2, 0.3],
            classlabels_strings=names,
            post_transform="SOFTMAX",
        ),
        helper.make_node("ZipMap", ["raw"], ["chances"], domain="ai.onnx.ml", classlabels_strings=names),
    ]
    scores = helper.make_map_type_proto(TensorProto.STRING, helper.make_tensor_type_proto(TensorProto.FLOAT, None))
    outputs = [
        tensor("label", [None], TensorProto.STRING),
        helper.make_value_info("chances", helper.make_sequence_type_proto(scores)),
    ]
    path = save(tmp_path / "iris.onnx", nodes, [tensor("x", [None, 4])], outputs)
    row = np.float32([[0.1, -0.2, 0.3, 0.05]])
    expected = reference(path, {"x": row})
    raw = follow(path, "s0", task="tensors", x=row).shown[0]
    assert raw.figures == pytest.approx(expected["raw"][0], abs=1e-6)
    named = follow(path, "s1", task="tensors", x=row).shown[0]
    assert named.labels == tuple(names)
    assert named.figures == pytest.approx(list(expected["chances"][0].values()), abs=1e-6)


def test_weights_in_another_file_are_used_and_missed_in_words(tmp_path):
    w = numpy_helper.from_array(np.full(64, 3, np.float32), "w")
    nodes = [helper.make_node("Mul", ["x", "w"], ["m"]), helper.make_node("Neg", ["m"], ["y"])]
    path = save(
        tmp_path / "m.onnx",
        nodes,
        [tensor("x", [64])],
        [tensor("y", [64])],
        [w],
        save_as_external_data=True,
        location="w.bin",
        size_threshold=0,
    )
    ones = TensorSource("ones", (64,))
    assert {one.name: one.mean for one in follow(path, "s0", x=ones).shown} == {"m": 3}
    lonely = tmp_path / "lonely"
    lonely.mkdir()
    (lonely / "m.onnx").write_bytes((tmp_path / "m.onnx").read_bytes())
    with pytest.raises(UserError) as error:
        follow(str(lonely / "m.onnx"), "s0", x=ones)
    assert "w.bin" in error.value.title + error.value.detail


def test_names_full_of_markup_and_control_characters_stay_names(tmp_path):
    name = '<a href="http://evil.example">x</a>\x07' + "n" * 5000
    nodes = [helper.make_node("Relu", ["x"], [name]), helper.make_node("Neg", [name], ["y"])]
    path = save(tmp_path / "m.onnx", nodes, [tensor("x", [3])], [tensor("y", [3])])
    found = follow(path, "s0").shown[0]
    assert found.name.startswith("<a href=")
    assert len(found.name) <= 80
    assert found.name.isprintable()


def test_values_far_larger_than_what_is_drawn_come_small_and_all_the_same_right(tmp_path):
    nodes = [helper.make_node("Expand", ["x", "size"], ["big"]), helper.make_node("ReduceMax", ["big"], ["y"])]
    size = numpy_helper.from_array(np.int64([1, 6, 2000, 2000]), "size")
    path = save(tmp_path / "m.onnx", nodes, [tensor("x", [1, 1, 2000, 1])], [tensor("y", None)], [size])
    ramp = np.arange(2000, dtype=np.float32).reshape(1, 1, 2000, 1)
    found = follow(path, "s0", task="tensors", x=ramp).shown[0]
    assert found.pixels.shape == (6, 64, 64)
    assert (found.low, found.high, found.mean) == (0, 1999, pytest.approx(999.5))


def test_what_is_not_a_number_is_counted(tmp_path):
    nodes = [helper.make_node("Log", ["x"], ["logs"]), helper.make_node("Neg", ["logs"], ["y"])]
    path = save(tmp_path / "m.onnx", nodes, [tensor("x", [4])], [tensor("y", [4])])
    found = follow(path, "s0", x=np.float32([-1, 0, 1, np.e])).shown[0]
    assert found.not_finite == 2
    assert found.high == pytest.approx(1)


def test_what_lies_inside_a_branch_is_said_to_be_out_of_reach(tmp_path):
    branches = {
        name: helper.make_graph([helper.make_node(op, ["x"], [f"{op}_out"])], name, [], [tensor(f"{op}_out", [3])])
        for name, op in (("then_branch", "Neg"), ("else_branch", "Abs"))
    }
    nodes = [helper.make_node("If", ["yes"], ["y"], **branches)]
    inputs = [tensor("x", [3]), tensor("yes", [], TensorProto.BOOL)]
    path = save(tmp_path / "m.onnx", nodes, inputs, [tensor("y", [3])])
    given = {"x": np.float32([1, -2, 3]), "yes": np.array(True)}
    answers = {box: follow(path, box, **given) for box in ("s0", "s1", "s2")}
    shown = {one.name: one.figures.tolist() for found in answers.values() for one in found.shown}
    assert shown == {"y": [-1, 2, -3]}
    assert sum("inside a loop, a choice" in " ".join(found.notes) for found in answers.values()) == 2


def test_another_input_gives_another_picture_and_the_first_is_remembered(tmp_path):
    nodes = [helper.make_node("Mul", ["x", "x"], ["m"]), helper.make_node("Neg", ["m"], ["y"])]
    path = save(tmp_path / "m.onnx", nodes, [tensor("x", [2])], [tensor("y", [2])])
    first, second = np.float32([1, 2]), np.float32([3, 4])
    for given, expected in ((first, [1, 4]), (second, [9, 16]), (first, [1, 4])):
        assert follow(path, "s0", x=given).shown[0].figures.tolist() == expected


def test_the_next_box_beside_the_first_needs_no_new_run():
    picture, said = list_samples.read("coffee"), []
    steps = [box.id for box in boxes("efficientnet_lite0") if box.depth == 0 and box.id[0] in "gs"]
    for box in steps[:5]:
        request = follow_input.Request("efficientnet_lite0", "", box, {"picture": picture})
        before = len(said)
        assert jobs.run("follow_input", request, say=lambda _share, words: said.append(words)).shown
        if before:
            assert len([words for words in said if words == "Looking inside"]) <= 2
    again = len(said)
    jobs.run("follow_input", request, say=lambda _share, words: said.append(words))
    assert len(said) == again


def test_a_model_without_inputs_can_be_followed(tmp_path):
    nodes = [
        helper.make_node("RandomNormal", [], ["r"], shape=[3], seed=1.0),
        helper.make_node("Abs", ["r"], ["y"]),
    ]
    path = save(tmp_path / "m.onnx", nodes, [], [tensor("y", [3])])
    opened = jobs.run("open_model", open_model.Request(path))
    assert not opened.fields
    assert follow(path, "s0").shown[0].kind == "vector"
