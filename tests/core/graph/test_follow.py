import random

import onnx
import pytest
from onnx import TensorProto, helper

from core.graph.atlas import atlas
from core.graph.follow import MOST_BLOCKS, Trails
from core.graph.scene import id_of
from core.graph.tree import groups_of, steps_of
from tests.core.graph import made


def trails(model):
    return Trails(atlas(model))


def leaving(model, nodes):
    """Independently of the tree: values made by these nodes that another node, or a user of the model, reads."""
    inside = {name for node in nodes for name in node.output}
    readers = {name for node in model.graph.node if node not in nodes for name in node.input}
    return inside & (readers | {output.name for output in model.graph.output})


def groups(found):
    return [group for group in groups_of(found.atlas.root) if group is not found.atlas.root]


@pytest.mark.parametrize("name", ["squeezenet", "inception_v1", "shufflenet"])
def test_a_group_stands_for_exactly_what_leaves_it(name):
    model = made.light(name)
    found = trails(model)
    for group in groups(found):
        nodes = [model.graph.node[found.atlas.drawn.steps[step].node] for step in steps_of(group)]
        assert set(found.of(group.id).names) == leaving(model, nodes)


def test_the_same_holds_for_graphs_at_random():
    chance = random.Random(7)
    for _ in range(12):
        count = chance.randint(30, 120)
        edges = [(start, end) for end in range(1, count) for start in chance.sample(range(end), min(end, 2))]
        model = made.model(edges, count)
        found = trails(model)
        for group in groups(found):
            nodes = [model.graph.node[found.atlas.drawn.steps[step].node] for step in steps_of(group)]
            assert set(found.of(group.id).names) == leaving(model, nodes)


def test_a_step_stands_for_all_it_gives_and_a_pill_for_its_name():
    graph = helper.make_graph(
        [helper.make_node("Split", ["x"], ["one", "two"], num_outputs=2), helper.make_node("Relu", ["one"], ["y"])],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [4])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
    )
    found = trails(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8))
    split = next(n for n, step in enumerate(found.atlas.drawn.steps) if step.operator == "Split")
    assert set(found.of(f"s{split}").names) == {"one", "two"}
    assert found.of("i0").names == ("x",)
    assert found.of("o0").names == ("y",)


def test_a_box_that_is_none_is_said_to_be_none():
    found = trails(made.model([(0, 1)], 2))
    for box in ("", "g99", "s-1", "../x", "i7"):
        assert found.of(box).names == ()
        assert found.of(box).why


def test_what_has_weights_behind_it_comes_before_a_longer_way_of_sizes():
    nodes = [helper.make_node("MatMul", ["x", "w"], ["words"])]
    nodes += [helper.make_node("Neg", ["x" if n == 0 else f"mask{n - 1}"], [f"mask{n}"]) for n in range(30)]
    nodes += [helper.make_node("Add", ["words", "mask29"], ["y"])]
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [2, 2])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in ("y", "words", "mask29")],
        [helper.make_tensor("w", TensorProto.FLOAT, [2, 2], [1.0, 2.0, 3.0, 4.0])],
    )
    found = trails(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8))
    assert found.of(found.atlas.root.id).names == ()  # the whole model is no box
    whole = found._names(found.atlas.root)
    assert whole == ("y", "words", "mask29")


def loop():
    """x + 1, three times."""
    body = helper.make_graph(
        [helper.make_node("Add", ["x_in", "one"], ["x_out"]), helper.make_node("Identity", ["go_in"], ["go_out"])],
        "body",
        [
            helper.make_tensor_value_info("i", TensorProto.INT64, []),
            helper.make_tensor_value_info("go_in", TensorProto.BOOL, []),
            helper.make_tensor_value_info("x_in", TensorProto.FLOAT, [2]),
        ],
        [
            helper.make_tensor_value_info("go_out", TensorProto.BOOL, []),
            helper.make_tensor_value_info("x_out", TensorProto.FLOAT, [2]),
        ],
    )
    graph = helper.make_graph(
        [helper.make_node("Loop", ["times", "", "x"], ["y"], body=body)],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [2])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [2])],
        [
            helper.make_tensor("times", TensorProto.INT64, [], [3]),
            helper.make_tensor("one", TensorProto.FLOAT, [1], [1.0]),
        ],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def test_what_lies_inside_a_loop_is_said_to_be_out_of_reach_and_the_loop_gives_its_end():
    found = trails(loop())
    steps = found.atlas.drawn.steps
    inner = next(n for n, step in enumerate(steps) if step.operator == "Add")
    outer = next(n for n, step in enumerate(steps) if step.operator == "Loop")
    assert "inside a loop" in found.of(f"s{inner}").why
    assert found.of(f"s{outer}").names == ("y",)


@pytest.mark.parametrize("name", made.LIGHT)
def test_there_are_four_to_seven_main_blocks_in_the_order_of_work(name):
    found = trails(made.light(name))
    blocks = found.main_blocks
    assert 4 <= len(blocks) <= MOST_BLOCKS
    things = {id_of(child): child for group in groups_of(found.atlas.root) for child in group.children}
    firsts = [min(found.atlas.plan.position[step] for step in steps_of(things[block])) for block in blocks]
    assert firsts == sorted(firsts)
    assert all(found.of(block).names for block in blocks)


def test_a_repeat_that_is_most_of_a_model_is_opened_for_its_blocks():
    model = made.model([(n, n + 1) for n in range(239)], 240, operators=("MatMul", "Add", "Relu"))
    found = trails(model)
    assert 4 <= len(found.main_blocks) <= MOST_BLOCKS


@pytest.mark.parametrize("count", [0, 1, 2])
def test_models_of_hardly_any_steps_have_as_many_blocks(count):
    found = trails(made.model([(0, 1)][: max(0, count - 1)], count))
    assert len(found.main_blocks) <= max(1, count)


def test_beside_a_box_lie_the_values_of_its_group_the_main_ones_first():
    model = made.light("squeezenet")
    found = trails(model)
    first = found.atlas.root.children[0]
    names = found.beside(id_of(first))
    mains = [found.of(id_of(child)).names[0] for child in found.atlas.root.children]
    assert list(names[: len(mains)]) == mains
    assert set(names) <= {name for node in model.graph.node for name in node.output}
    assert found.beside("g0") == found.beside("nothing") == ()


def test_reading_twenty_thousand_steps_takes_one_walk():
    model = made.model([], 0)
    model.graph.node.extend(
        helper.make_node("Relu", ["x" if n == 0 else f"v{n - 1}"], [f"v{n}"]) for n in range(20_000)
    )
    model.graph.output.append(onnx.ValueInfoProto(name="v19999"))
    found = trails(model)
    assert 1 <= len(found.main_blocks) <= MOST_BLOCKS
