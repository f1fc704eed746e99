"""Which step is which: random graphs, real networks, and models made smaller by onnxruntime's own tools."""

import itertools
import random
import time
from collections import Counter

import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import helper
from onnxruntime import quantization

from core.graph.alignment import common
from core.graph.likeness import NOTHING
from core.graph.match import match
from core.graph.sketch import sketch
from core.graph.units import units
from tests.core.graph import made, smaller


def compared(first, second):
    one, other = units(first, sketch(first)), units(second, sketch(second))
    pairs = match(one, other)
    assert sorted(pair.first for pair in pairs if pair.first != NOTHING) == list(range(len(one)))
    assert sorted(pair.second for pair in pairs if pair.second != NOTHING) == list(range(len(other)))
    return pairs, one, other


def kinds(pairs):
    return dict(Counter(pair.kind for pair in pairs))


def operators(pairs, kind, first):
    return Counter(first[pair.first].operator for pair in pairs if pair.kind == kind and pair.first != NOTHING)


def shuffled(model, seed):
    """The same graph with its steps in another order that works too."""
    rng, copy = random.Random(seed), onnx.ModelProto()
    copy.CopyFrom(model)
    waiting, ready = list(model.graph.node), {port.name for port in model.graph.input}
    ready |= {tensor.name for tensor in model.graph.initializer}
    del copy.graph.node[:]
    while waiting:
        able = [node for node in waiting if ready.issuperset(filter(None, node.input))]
        node = rng.choice(able)
        waiting.remove(node)
        ready.update(node.output)
        copy.graph.node.append(node)
    return copy


def bypassed(model, names):
    """Without these steps: who read one of them reads its first input instead."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    instead = {}
    for node in [node for node in copy.graph.node if node.output[0] in names]:
        instead[node.output[0]] = node.input[0]
        copy.graph.node.remove(node)
    for node in copy.graph.node:
        for place in range(len(node.input)):
            while node.input[place] in instead:
                node.input[place] = instead[node.input[place]]
    return copy


@st.composite
def graphs(draw):
    count = draw(st.integers(1, 60))
    edges = set()
    for end in range(1, count):
        edges |= {(max(0, end - back), end) for back in draw(st.lists(st.integers(1, 9), max_size=3))}
    operators = draw(st.sampled_from([["Add"], ["Add", "Relu", "Conv"], ["Sub", "Concat", "Relu", "Tanh", "Mul"]]))
    return made.model(sorted(edges), count, operators)


@given(graphs(), st.integers(0, 10**6))
@settings(max_examples=200, deadline=None)
def test_a_graph_and_a_renamed_reordered_copy_are_all_the_same(model, seed):
    pairs, _, _ = compared(model, smaller.without_names(shuffled(model, seed)))
    assert {pair.kind for pair in pairs} == {"same"}


@given(st.lists(st.integers(0, 5), max_size=40), st.lists(st.integers(0, 5), max_size=40))
@settings(max_examples=300, deadline=None)
def test_the_longest_common_subsequence_is_as_long_as_the_textbook_says(first, second):
    """Wagner and Fischer 1974, by a table of all pairs."""
    longest = [[0] * (len(second) + 1) for _ in range(len(first) + 1)]
    for i, one in enumerate(first):
        for j, other in enumerate(second):
            longest[i + 1][j + 1] = longest[i][j] + 1 if one == other else max(longest[i][j + 1], longest[i + 1][j])
    found = common(first, second)
    assert len(found) == longest[-1][-1]
    assert all(first[i] == second[j] for i, j in found)
    assert all(a < c and b < d for (a, b), (c, d) in itertools.pairwise(found))


@pytest.mark.parametrize("name", made.LIGHT)
def test_a_real_network_without_its_names_is_all_the_same(name):
    model = made.light(name)
    pairs, one, _ = compared(model, smaller.without_names(model))
    assert kinds(pairs) == {"same": len(one)}


def test_a_block_that_is_left_out_is_found_step_by_step():
    """The ten steps of a block of ResNet-50's third stage; without names any of the blocks like it may be meant."""
    model = made.light("resnet50")
    steps = sketch(model).steps
    sums = [place for place, step in enumerate(steps) if step.operator == "Sum"]
    block = steps[sums[8] + 2 : sums[9] + 2]  # from behind one block's Relu up to the next one's
    gone = bypassed(model, {step.outputs[0] for step in block})
    pairs, one, other = compared(model, smaller.without_names(gone))
    assert kinds(pairs) == {"same": len(other), "removed": len(block)}
    assert operators(pairs, "removed", one) == Counter(step.operator for step in block)


def test_with_names_it_is_the_very_block_that_was_left_out():
    """Blocks 3 to 5 of ResNet-50's third stage are alike: only the names tell which one is gone."""
    model = made.light("resnet50")
    steps = sketch(model).steps
    sums = [place for place, step in enumerate(steps) if step.operator == "Sum"]
    names = {step.outputs[0] for step in steps[sums[9] + 2 : sums[10] + 2]}
    pairs, one, _ = compared(model, bypassed(model, names))
    assert {steps[one[pair.first].step].outputs[0] for pair in pairs if pair.kind == "removed"} == names
    assert set(kinds(pairs)) == {"same", "removed"}


def test_another_operator_in_the_same_place_is_a_change():
    model = made.light("resnet50")
    second = smaller.without_names(model)
    relus = [node for node in second.graph.node if node.op_type == "Relu"]
    for node in relus[3:5]:
        node.op_type = "Sigmoid"
    pairs, one, other = compared(model, second)
    changed = [pair for pair in pairs if pair.kind == "changed"]
    assert [(one[p.first].operator, other[p.second].operator, p.changes) for p in changed] == [
        ("Relu", "Sigmoid", ("operator",))
    ] * 2
    assert kinds(pairs) == {"same": len(one) - 2, "changed": 2}


def test_other_weights_and_other_settings_are_changes():
    model = smaller.conv_net()
    second = smaller.without_names(smaller.conv_net())
    convs = [node for node in second.graph.node if node.op_type == "Conv"]
    next(one for one in convs[2].attribute if one.name == "pads").ints[:] = [0] * 4
    weight = next(one for one in second.graph.initializer if one.name == convs[4].input[1])
    weight.CopyFrom(smaller.weight(weight.name, 8, 8, 5, 5))
    pairs, one, _ = compared(model, second)
    assert [p.changes for p in pairs if p.kind == "changed"] == [("attributes",), ("weights",)]
    assert kinds(pairs) == {"same": len(one) - 2, "changed": 2}


def test_what_is_set_to_what_it_is_anyway_is_no_change():
    model, second = smaller.conv_net(), smaller.conv_net()
    for node in second.graph.node:
        if node.op_type == "Conv":
            node.attribute.append(helper.make_attribute("group", 1))
    assert set(kinds(compared(model, second)[0])) == {"same"}


FORMS = {
    "dynamic": smaller.dynamic,
    "QDQ": smaller.static,
    "QOperator": lambda model, folder: smaller.static(model, folder, quantization.QuantFormat.QOperator),
    "float16": lambda model, _folder: smaller.half(model),
}


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("form", FORMS)
def test_steps_that_only_change_number_formats_are_part_of_the_step_they_serve(form, named, tmp_path):
    """Three layers of MatMul, Add and Tanh: however they are made smaller, they stay these nine steps."""
    model = smaller.layer_net(3)
    second = FORMS[form](model, tmp_path)
    assert len(second.graph.node) > len(model.graph.node)
    pairs, one, other = compared(model, second if named else smaller.without_names(second))
    assert len(other) == 9
    assert {pair.kind for pair in pairs} <= {"same", "changed"}
    assert all(pair.changes in ((), ("format",)) for pair in pairs)
    assert all("format" in pair.changes for pair in pairs if one[pair.first].operator == "MatMul")
    folded = {step for unit in other for step in unit.folded}
    assert len(folded) + len(other) == len(sketch(second).steps)


@pytest.mark.parametrize("how", [quantization.QuantFormat.QDQ, quantization.QuantFormat.QOperator])
@pytest.mark.parametrize("named", [True, False])
def test_the_quantizer_leaves_out_relus_and_keeps_everything_else(how, named, tmp_path):
    """onnxruntime's quantizer drops a Relu where the zero point cuts off what is below 0 anyway."""
    model = smaller.conv_net()
    second = smaller.static(model, tmp_path, how)
    pairs, one, _ = compared(model, second if named else smaller.without_names(second))
    assert operators(pairs, "removed", one) == {"Relu": 7}
    assert kinds(pairs).get("added", 0) == 0
    assert all(pair.changes == ("format",) for pair in pairs if pair.kind == "changed")
    assert operators(pairs, "changed", one)["Conv"] == 7


def test_convolutions_in_whole_numbers_keep_their_bias(tmp_path):
    """ConvInteger has none, so the quantizer adds a step for it; and it makes a MatMul and an Add of a Gemm."""
    model = smaller.conv_net()
    pairs, one, other = compared(model, smaller.dynamic(model, tmp_path))
    convs = [pair for pair in pairs if pair.first != NOTHING and one[pair.first].operator == "Conv"]
    assert [pair.changes for pair in convs] == [("format",)] * 7
    assert [other[pair.second].operator for pair in pairs if pair.kind == "added"] == ["Add"]
    gemm = next(pair for pair in pairs if pair.first != NOTHING and one[pair.first].operator == "Gemm")
    assert other[gemm.second].operator == "MatMulInteger"


def test_weights_packed_into_four_bits_are_the_same_weights():
    """As com.microsoft.MatMulNBits has them: K and N are the sides of the table that MatMul has."""
    model = smaller.layer_net(3)
    second = smaller.without_names(model)
    for node in second.graph.node:
        if node.op_type == "MatMul":
            node.op_type, node.domain = "MatMulNBits", "com.microsoft"
            node.attribute.extend(
                helper.make_attribute(name, value)
                for name, value in {"K": 16, "N": 16, "bits": 4, "block_size": 16}.items()
            )
    pairs, _, other = compared(model, second)
    assert kinds(pairs) == {"same": 6, "changed": 3}
    assert all(pair.changes == ("format",) for pair in pairs if pair.kind == "changed")
    assert {unit.formats for unit in other if unit.does == "MatMul"} == {("int4",)}


def test_steps_without_inputs_and_in_circles_are_matched_too():
    """A file may be anything: here a body that is captured by a step with no input, and two steps in a circle."""
    inner = helper.make_graph(
        [helper.make_node("Relu", ["x"], ["i"])], "b", [], [helper.make_empty_tensor_value_info("i")]
    )
    nodes = [
        helper.make_node("QuantizeLinear", [], ["q"], body=inner),
        helper.make_node("Add", ["x", "c2"], ["c1"]),
        helper.make_node("Add", ["x", "c1"], ["c2"]),
        helper.make_node("DequantizeLinear", ["q"], ["y"]),
    ]
    graph = helper.make_graph(
        nodes, "g", [made.model([], 0).graph.input[0]], [helper.make_empty_tensor_value_info("y")]
    )
    model = helper.make_model(graph)
    assert {pair.kind for pair in compared(model, model)[0]} == {"same"}


def test_a_change_in_one_of_many_alike_branches_is_found():
    nodes = [helper.make_node("Relu", ["x"], [f"a{n}"]) for n in range(8)]
    nodes += [helper.make_node("Tanh" if n != 5 else "Sigmoid", [f"a{n}"], [f"b{n}"]) for n in range(8)]
    nodes += [helper.make_node("Sum", [f"b{n}" for n in range(8)], ["y"])]
    first = smaller.finished(nodes, [], [4], [4])
    second = smaller.without_names(first)
    second.graph.node[13].op_type = "Tanh"
    pairs, _, _ = compared(first, second)
    assert kinds(pairs) == {"same": 16, "changed": 1}


def test_two_graphs_with_nothing_in_common_are_nothing_but_added_and_removed():
    first = made.model([(0, 1)], 2, ["Relu"])
    second = made.model([], 0)
    assert kinds(compared(first, second)[0]) == {"removed": 2}
    assert kinds(compared(second, first)[0]) == {"added": 2}


def transformer(layers, drop=frozenset()):
    """Attention and two layers after it, 20 steps a layer, in the manner of an exporter that names nothing."""
    nodes, weights, last = [], [], "x"

    def step(operator, *inputs, **attributes):
        nodes.append(helper.make_node(operator, list(inputs), [f"v{len(nodes)}"], **attributes))
        return nodes[-1].output[0]

    def linear(value):
        weights.append(smaller.weight(f"w{len(weights)}", 4, 4))
        return step("Add", step("MatMul", value, weights[-1].name), "bias")

    weights.append(smaller.weight("bias", 4))
    for layer in range(layers):
        q, k, v = linear(last), linear(last), linear(last)
        scores = step("Softmax", step("Div", step("MatMul", q, step("Transpose", k, perm=[1, 0])), "bias"))
        mixed = step("Add", linear(step("MatMul", scores, v)), last)
        inner = linear(mixed) if layer in drop else step("Gelu", linear(mixed))
        last = step("Relu", step("Add", step("Add", linear(inner), mixed), "bias"))
    return smaller.finished([*nodes, helper.make_node("Identity", [last], ["y"])], weights, [4, 4], [4, 4], opset=20)


@pytest.mark.parametrize("change", ["nothing", "one step", "every second layer"])
def test_ten_thousand_steps_are_matched_in_three_seconds(change):
    layers = 460
    drop = {"nothing": set(), "one step": {200}, "every second layer": set(range(0, layers, 2))}[change]
    first = transformer(layers)
    second = smaller.without_names(transformer(layers, drop))
    assert len(first.graph.node) > 9_900
    one, other = units(first, sketch(first)), units(second, sketch(second))
    start = time.process_time()
    pairs = match(one, other)
    took_s = time.process_time() - start
    print(f"{len(one):,} and {len(other):,} steps, {change} left out: {took_s:.2f} s of processor time")
    assert kinds(pairs) == {"same": len(other)} | ({"removed": len(drop)} if drop else {})
    assert operators(pairs, "removed", one) == ({"Gelu": len(drop)} if drop else {})
    assert took_s < 3
