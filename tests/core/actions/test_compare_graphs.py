"""Two models of the library side by side, through a locked worker."""

import onnx
import pytest

from core import jobs
from core.actions import add_model, compare_graphs
from core.errors import InputError, ModelNotFound
from tests.core.graph import made, smaller
from tests.uploads import upload

pytestmark = pytest.mark.usefixtures("home")


def add(name, model, visitor=None):
    data = model.SerializeToString()
    if visitor:
        return jobs.run("add_model", add_model.Request((upload(name, data, visitor),)), visitor=visitor)
    return jobs.run("add_model", add_model.Request((upload(name, data),)))


def compare(first, second, **more):
    return jobs.run("compare_graphs", compare_graphs.Request(first.id, second.id, **more))


def test_a_model_and_the_same_in_whole_numbers(tmp_path):
    model = smaller.layer_net(12)
    first, second = add("plain.onnx", model), add("small.onnx", smaller.dynamic(model, tmp_path))
    found = compare(first, second)
    assert found.sentence.startswith("The second version stores 12 of 12 weights as int8; 24 steps are the same. ")
    assert " instead of " in found.sentence
    assert found.counts == {"same": 24, "changed": 12, "added": 0, "removed": 0}
    assert found.changes == {"format": 12}
    assert {found.first.marks[box.id] for box in found.first.scene.boxes if box.family != "pill"} <= {"same", "changed"}


def test_what_is_open_in_the_first_is_open_in_the_second():
    model = made.light("resnet50")
    first, second = add("one.onnx", model), add("two.onnx", smaller.without_names(model))
    found = compare(first, second)
    assert found.sentence == "Both are built alike: all 176 steps are the same. " + found.sentence.split(". ")[1]
    assert len(found.first.opened) == len(found.second.opened)
    group = next(box for box in found.first.scene.boxes if box.is_group and not box.is_open)
    partner = found.first.partners[group.id]
    opened = compare(
        first,
        second,
        opened_first=(*found.first.opened, group.id),
        opened_second=(*found.second.opened, *partner.path, partner.id),
    )
    assert group.id in opened.first.opened
    assert next(box for box in opened.second.scene.boxes if box.id == partner.id).is_open
    assert len(opened.first.scene.boxes) > len(found.first.scene.boxes)


def test_a_model_can_be_compared_with_itself():
    first = add("one.onnx", smaller.conv_net())
    found = compare(first, first)
    assert set(found.first.marks.values()) == set(found.second.marks.values()) == {"same"}
    assert found.first.notes == {}


def test_names_that_are_markup_stay_words():
    model = smaller.layer_net(2)
    for node in model.graph.node:
        node.op_type = "Tanh<b>" if node.op_type == "Tanh" else node.op_type
        node.domain = "evil" if node.op_type == "Tanh<b>" else ""
    model.opset_import.append(onnx.helper.make_opsetid("evil", 1))
    function = onnx.helper.make_function(
        "evil",
        "Tanh<b>",
        ["a"],
        ["b"],
        [onnx.helper.make_node("Tanh", ["a"], ["b"])],
        [onnx.helper.make_opsetid("", 17)],
    )
    model.functions.append(function)
    found = compare(add("plain.onnx", smaller.layer_net(2)), add("other.onnx", model))
    assert found.counts["same"] >= 4


def test_the_part_has_to_be_one_of_the_first():
    first = add("one.onnx", smaller.conv_net(1))
    with pytest.raises(InputError, match="no part"):
        compare(first, first, part="nowhere")


def test_nobody_compares_with_what_is_somebody_elses():
    mine, theirs = add("mine.onnx", smaller.conv_net(1), "ann"), add("theirs.onnx", smaller.conv_net(2), "bob")
    with pytest.raises(ModelNotFound):
        jobs.run("compare_graphs", compare_graphs.Request(mine.id, theirs.id), visitor="ann")
