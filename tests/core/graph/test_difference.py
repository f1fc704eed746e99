"""What is said about two graphs: in sentences, step by step, and box by box."""

from collections import Counter

import pytest
from onnxruntime import quantization

from core.graph.alongside import alongside
from core.graph.atlas import atlas
from core.graph.counterparts import Counterparts
from core.graph.difference import about_sizes, difference, note
from core.graph.match import match
from core.graph.order import knots
from core.graph.sketch import sketch
from core.graph.tree import MOST_CHILDREN, between, groups_of, steps_of
from core.graph.units import units
from tests.core.graph import made, smaller


def told(first, second):
    places = units(first, sketch(first)), units(second, sketch(second))
    pairs = match(*places)
    return difference(pairs, *places), [words for pair in pairs if (words := note(pair, *places))]


def sides(first, second, alike=False):
    one, other = atlas(first), atlas(second)
    places = units(first, one.drawn), units(second, other.drawn)
    pairs = match(*places)
    other = alongside(one, other, places, pairs) if alike else other
    return (
        one,
        other,
        Counterparts(one, other, places, pairs, turned=False),
        Counterparts(other, one, places, pairs, turned=True),
    )


def test_a_model_and_itself_are_built_alike():
    found, notes = told(made.light("resnet50"), made.light("resnet50"))
    assert found.sentence == "Both are built alike: all 176 steps are the same."
    assert notes == []
    assert found.stored_as == {}


def test_weights_in_whole_numbers_are_counted(tmp_path):
    model = smaller.layer_net(3)
    found, notes = told(model, smaller.dynamic(model, tmp_path))
    assert found.sentence == "The second version stores 3 of 3 weights as int8; 6 steps are the same."
    assert notes == ["Weights are stored as int8 instead of float32."] * 3
    assert found.changes == {"format": 3}


def test_weights_that_stay_as_they_were_are_counted_too(tmp_path):
    model = smaller.layer_net(3)
    second = smaller.dynamic(model, tmp_path, nodes_to_exclude=["/layer1/MatMul"])
    found, _ = told(model, second)
    assert found.sentence == "The second version stores 2 of 3 weights as int8; 7 steps are the same."


def test_half_the_bytes_of_every_weight():
    model = smaller.conv_net(2)
    found, _ = told(model, smaller.half(model))
    assert found.sentence == "The second version stores 6 of 6 weights as float16; 9 steps are the same."


def test_what_the_quantizer_leaves_out_and_does_in_whole_numbers_is_said(tmp_path):
    model = smaller.conv_net(2)
    found, notes = told(model, smaller.static(model, tmp_path, quantization.QuantFormat.QOperator))
    assert found.sentence == (
        "The second version stores 6 of 6 weights as int8, works in whole numbers in 3 more steps and leaves out "
        "5 steps; 1 step is the same."
    )
    assert notes.count("Only in the first version.") == 5
    assert notes.count("Works with whole numbers now.") == 3


def test_other_settings_weights_and_operators_are_named():
    first, second = smaller.conv_net(1), smaller.conv_net(1)
    convs = [node for node in second.graph.node if node.op_type == "Conv"]
    next(one for one in convs[0].attribute if one.name == "pads").ints[:] = [2] * 4
    weight = next(one for one in second.graph.initializer if one.name == convs[1].input[1])
    weight.CopyFrom(smaller.weight(weight.name, 8, 8, 5, 5))
    next(node for node in second.graph.node if node.op_type == "GlobalAveragePool").op_type = "GlobalMaxPool"
    found, notes = told(first, second)
    assert notes == [
        "Settings changed: pads from 1, 1, 1, 1 to 2, 2, 2, 2.",
        "Weights of 8 × 8 × 3 × 3, 8 became 8 × 8 × 5 × 5, 8.",
        "GlobalAveragePool became GlobalMaxPool.",
    ]
    assert found.sentence == "The second version changes 3 steps; 7 steps are the same."


def test_the_same_steps_connected_in_another_way_are_not_called_alike():
    """Six steps in a row with two skips; in the second one of the skips ends a step later."""
    row = [(n, n + 1) for n in range(5)]
    found, _ = told(
        made.model([*row, (0, 2), (0, 3)], 6, ["Concat"]), made.model([*row, (0, 2), (0, 4)], 6, ["Concat"])
    )
    assert found.counts["same"] == 6
    assert found.sentence == "All 6 steps are the same, but they are connected in another way."


def test_nothing_in_common_is_said_in_plain_words():
    found, _ = told(made.model([], 0), made.model([(0, 1)], 2))
    assert found.sentence == "The second version adds 2 steps; no step is the same."
    assert told(made.model([], 0), made.model([], 0))[0].sentence == "Both are empty."


def test_sizes_are_said_in_one_sentence():
    assert about_sizes(90_000_000, 23_000_000) == "It takes 23.0 MB instead of 90.0 MB."
    assert about_sizes(5, 5).startswith("Both take ")


@pytest.mark.parametrize("name", ["resnet50", "inception_v1"])
def test_of_two_alike_every_box_has_its_partner_in_the_same_place(name):
    first = made.light(name)
    one, _, mine, theirs = sides(first, smaller.without_names(first))
    opened = one.first
    side = mine.side(opened)
    beside = theirs.side(mine.opened_alike(opened))
    assert set(side.marks.values()) == {"same"}
    assert {box.id for box in side.scene.boxes} == set(side.partners)
    seen = {box.id: box for box in beside.scene.boxes}
    assert all(seen[side.partners[box.id].id].title == box.title for box in side.scene.boxes if box.family != "pill")


@pytest.mark.parametrize("form", [smaller.dynamic, smaller.static])
def test_every_step_a_quantizer_adds_is_marked_as_part_of_a_change(form, tmp_path):
    model = smaller.layer_net(12)
    second = form(model, tmp_path)
    _, other, _, theirs = sides(model, second)
    side = theirs.side(frozenset(other.stage.groups))
    steps = [box for box in side.scene.boxes if box.id.startswith("s")]
    assert len(steps) == len(other.drawn.steps)
    assert "added" not in side.marks.values()
    operators = Counter(other.drawn.steps[int(box.id[1:])].operator for box in steps if side.marks[box.id] == "changed")
    assert operators["MatMulInteger"] + operators["MatMul"] == 12
    assert operators["QuantizeLinear"] + operators["DynamicQuantizeLinear"] >= 12
    assert all(side.partners[box.id] for box in steps)


def test_a_group_is_added_only_when_all_of_it_is():
    first, second = smaller.layer_net(10), smaller.layer_net(14)
    one, other, mine, theirs = sides(first, second)
    side = theirs.side(frozenset(other.stage.groups))
    groups = {box.id: side.marks[box.id] for box in side.scene.boxes if box.is_group}
    inner = {id_: {side.marks[f"s{step}"] for step in _steps(other, id_)} for id_ in groups}
    assert all(
        mark == (kinds.pop() if len(kinds) == 1 else "changed")
        for mark, kinds in zip(groups.values(), inner.values(), strict=True)
    )
    assert sum(mark == "added" for id_, mark in side.marks.items() if id_.startswith("s")) == 12
    assert set(mine.side(frozenset(one.stage.groups)).marks.values()) == {"same"}


def _steps(of, group):
    return list(steps_of(of.stage.groups[group]))


def names(side):
    return sorted((box.title, box.depth) for box in side.scene.boxes if box.family != "pill")


@pytest.mark.parametrize("form", [smaller.dynamic, smaller.static])
@pytest.mark.parametrize("model", [smaller.layer_net(30), smaller.conv_net(12)], ids=["layers", "convolutions"])
def test_both_pictures_have_the_same_boxes_where_both_have_the_same_steps(form, model, tmp_path):
    one, other, mine, theirs = sides(model, smaller.without_names(form(model, tmp_path)), alike=True)
    assert sorted(steps_of(other.root)) == list(range(len(other.drawn.steps)))
    assert max(len(group.children) for group in groups_of(other.root)) <= MOST_CHILDREN
    for group, pairs in between(other.root, other.drawn.edges).items():
        assert not knots(group.children, pairs), "an arrow would point up"
    opened = one.first
    side, beside = mine.side(opened), theirs.side(mine.opened_alike(opened))
    seen = {box.id: box.title for box in beside.scene.boxes}
    both = [box for box in side.scene.boxes if side.marks.get(box.id, "removed") != "removed"]
    assert len(both) == len(side.scene.boxes) - list(side.marks.values()).count("removed") - 2  # an input, an output
    assert all(side.partners[box.id].id in seen for box in both)
    if form is smaller.static:  # the other one puts steps with other names in their place
        assert all(seen[side.partners[box.id].id] == box.title for box in both if not box.is_group)


@pytest.mark.parametrize("name", made.LIGHT)
def test_a_real_network_grouped_like_itself_has_the_very_same_boxes(name):
    model = made.light(name)
    one, other, mine, theirs = sides(model, smaller.without_names(model), alike=True)
    assert names(mine.side(one.first)) == names(theirs.side(mine.opened_alike(one.first)))
    assert names(mine.side(frozenset(one.stage.groups))) == names(theirs.side(frozenset(other.stage.groups)))


def test_another_operator_leaves_the_picture_as_it_is_but_for_its_mark():
    model = made.light("resnet50")
    second = smaller.without_names(model)
    next(node for node in second.graph.node if node.op_type == "Relu").op_type = "Sigmoid"
    one, _, mine, theirs = sides(model, second, alike=True)
    side, beside = mine.side(one.first), theirs.side(mine.opened_alike(one.first))
    assert names(side) == names(beside)
    assert list(side.marks.values()).count("changed") == list(beside.marks.values()).count("changed") == 1
