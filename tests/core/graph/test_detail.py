from itertools import pairwise

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from core.graph.atlas import atlas
from core.graph.detail import MOST_READ, detail, size_in_words
from core.graph.facts import Facts
from core.graph.operators import lookup
from core.graph.shapes import Size
from core.graph.texts import in_words
from tests.core.graph.made import LIGHT, light
from tests.core.graph.test_shapes import FLOAT, made, node


@pytest.fixture(scope="module")
def resnet():
    return Facts(atlas(light("resnet50")))


def boxes(facts):
    """Every id there is."""
    steps = [f"s{place}" for place in range(len(facts.atlas.drawn.steps))]
    pills = [f"i{place}" for place in range(len(facts.atlas.drawn.readers))]
    pills += [f"o{place}" for place in range(len(facts.atlas.drawn.makers))]
    return [*facts.atlas.stage.groups, *steps, *pills]


def test_a_step_is_told_by_what_it_does_with_its_exact_operator(resnet):
    told = detail(resnet, "s0")
    known = lookup("Conv", "")
    assert (told.title, told.sentence, told.definition) == (known.title, known.sentence, known.definition_url)
    assert told.operators == {"Conv": 1}
    assert told.attributes == {"kernel_shape": "7, 7", "pads": "3, 3, 3, 3", "strides": "2, 2"}
    assert told.inputs[0].shape == "1 × 3 × 224 × 224 numbers (float32)"
    assert told.inputs[1].shape == "64 × 3 × 7 × 7 numbers (float32)"
    assert told.outputs[0].shape == "1 × 64 × 112 × 112 numbers (float32)"
    assert told.work == 64 * 112 * 112 * 3 * 7 * 7


def test_a_step_with_weights_shows_how_they_are_spread(resnet):
    told = next(
        detail(resnet, f"s{n}")
        for n, step in enumerate(resnet.atlas.drawn.steps)
        if step.operator == "BatchNormalization"
    )
    assert [weight.shape for weight in told.weights] == [(64,)] * 4
    assert all(sum(weight.histogram) == 64 for weight in told.weights)
    assert told.parameter_count == 256


@pytest.mark.parametrize("name", LIGHT)
def test_every_box_has_a_title_a_sentence_and_sums_within_the_whole(name):
    facts = Facts(atlas(light(name)))
    for id_ in boxes(facts):
        told = detail(facts, id_)
        assert told.id == id_
        assert told.title
        assert told.sentence.endswith((".", "!"))
        assert 0 <= told.parameter_share <= 1
        assert told.work_share is None or 0 <= told.work_share <= 1


@pytest.mark.parametrize("name", LIGHT)
def test_the_whole_has_all_the_work_and_its_children_share_it(name):
    facts = Facts(atlas(light(name)))
    root = facts.atlas.root
    assert detail(facts, root.id).work == facts.whole_work
    for group in facts.atlas.stage.groups.values():
        assert facts.work_of(group) == sum(facts.work_of(child) for child in group.children)


def test_a_group_takes_and_gives_what_crosses_its_border():
    names = ["x", *(f"v{place}" for place in range(5)), "y"]
    nodes = [
        node("Relu", [start], [end], name=f"/{'abc'[n // 2]}/{n}") for n, (start, end) in enumerate(pairwise(names))
    ]
    nodes[3].op_type = "Add"
    nodes[3].input.append("x")
    facts = Facts(atlas(made(nodes, [("x", FLOAT, [2, 3])])))
    group = next(group for group in facts.atlas.stage.groups.values() if group.operators["Add"] and group.size == 2)
    told = detail(facts, group.id)
    assert [value.name for value in told.inputs] == ["v1", "x"]
    assert [value.name for value in told.outputs] == ["v3"]
    assert told.outputs[0].shape == "2 × 3 numbers (float32)"


def test_a_model_in_which_nothing_happens_is_told_too():
    facts = Facts(atlas(made([node("Identity", ["w"], ["y"])], [], weights=[("w", np.ones(2, np.float32))])))
    assert detail(facts, "g0").sentence == "Nothing here depends on what you give the model."
    assert detail(facts, "o0").sentence == "Part of the answer, but the same whatever you give."


def test_a_repeat_says_how_often(resnet):
    repeats = [group for group in resnet.atlas.stage.groups.values() if group.kind == "repeat"]
    assert detail(resnet, repeats[0].id).sentence.startswith("The same ")
    assert f" {repeats[0].count} times" in detail(resnet, repeats[0].id).sentence


def test_inputs_and_outputs_of_the_model_are_told(resnet):
    assert detail(resnet, "i0").outputs[0].shape == "1 × 3 × 224 × 224 numbers (float32)"
    assert detail(resnet, "o0").inputs[0].shape == "1 × 1,000 numbers (float32)"


def test_a_function_of_the_model_is_told_by_its_name():
    function = helper.make_function(
        "own", "MyBlock", ["a"], ["b"], [node("Relu", ["a"], ["b"])], [helper.make_opsetid("", 17)]
    )
    facts = Facts(
        atlas(
            made(
                [node("MyBlock", ["x"], ["y"], domain="own")], [("x", FLOAT, [1])], functions=[function], extra=["own"]
            )
        )
    )
    place = next(n for n, step in enumerate(facts.atlas.drawn.steps) if step.operator == "MyBlock")
    assert "“MyBlock”" in detail(facts, f"s{place}").sentence


@pytest.mark.parametrize(
    "id_", ["", "s", "s-1", "s99999999", "s1e3", "g٣", "x0", "i7", "o7", "g99999", "s" + "9" * 5000, "../s0"]
)
def test_ids_that_are_none_are_told_as_none(resnet, id_):
    assert detail(resnet, id_) is None


@pytest.mark.parametrize(
    ("attribute", "words"),
    [
        (helper.make_attribute("a", 3), "3"),
        (helper.make_attribute("a", 0.5), "0.5"),
        (helper.make_attribute("a", "SAME"), "SAME"),
        (helper.make_attribute("a", [1, 2]), "1, 2"),
        (helper.make_attribute("a", [0.25, 1.0]), "0.25, 1"),
        (helper.make_attribute("a", ["x", "y"]), "x, y"),
        (helper.make_attribute("a", list(range(20))), ", ".join(map(str, range(16))) + " and 4 more"),
        (helper.make_attribute("a", numpy_helper.from_array(np.zeros((2, 3), np.float32))), "2 × 3 numbers (float32)"),
        (helper.make_attribute("a", numpy_helper.from_array(np.array(1.0))), "one number (float64)"),
        (helper.make_attribute("a", helper.make_graph([], "g", [], [])), "0 steps of its own"),
        (onnx.AttributeProto(name="a", ref_attr_name="outer"), "as given: outer"),
        (onnx.AttributeProto(name="a", s=b"\xff<b>\x1b[31m\n" + b"x" * 10_000), "�<b> [31m " + "x" * 109 + "…"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_settings_become_short_texts(attribute, words):
    assert in_words(attribute) == words


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (Size(FLOAT, (1, 3, 1000)), "1 × 3 × 1,000 numbers (float32)"),
        (Size(FLOAT, ()), "one number (float32)"),
        (Size(FLOAT, (1, 1)), "one number (float32)"),
        (Size(TensorProto.STRING, (4,)), "4 texts"),
        (Size(TensorProto.BOOL, (2, 2)), "2 × 2 times yes or no"),
        (Size(FLOAT, None), ""),
        (Size(0, (1,)), ""),
    ],
)
def test_sizes_are_told_in_words(size, words):
    assert size_in_words(size) == words


def test_of_many_weights_only_the_first_are_read():
    names = [f"w{place}" for place in range(40)]
    nodes = [node("Sum", ["x", *names], ["y"])]
    facts = Facts(atlas(made(nodes, [("x", FLOAT, [3])], weights=[(name, np.ones(3, np.float32)) for name in names])))
    told = detail(facts, "s0")
    assert len(told.weights) == 40
    assert sum(weight.low is not None for weight in told.weights) == MOST_READ


def test_hostile_names_stay_text_on_one_line():
    wild = "<script>alert(1)</script>\x1b[31m\n" + "n" * 10_000
    nodes = [node("Relu", ["x"], [wild], name=wild), node("Neg", [wild], ["y"], domain=wild)]
    facts = Facts(atlas(made(nodes, [("x", FLOAT, [1])], extra=[wild])))
    for id_ in boxes(facts):
        told = detail(facts, id_)
        texts = [told.title, told.sentence, told.name, told.domain, *told.operators, *(v.name for v in told.outputs)]
        assert all(text.isprintable() and len(text) <= 200 for text in texts)
