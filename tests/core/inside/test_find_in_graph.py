"""Finding boxes by words: what is found is in the model's own file, and can be reached."""

import pytest

from core.graph.atlas import atlas
from core.inside import find_in_graph
from core.inside.find_in_graph import MOST
from tests.core.graph.made import light, model


def find(atlas, words):
    return find_in_graph.find(atlas, find_in_graph.said(atlas), words)


@pytest.fixture(scope="module")
def densenet():
    return atlas(light("densenet121"))


def test_an_operator_finds_its_steps_and_no_others(densenet):
    operators = [step.operator for step in densenet.drawn.steps]
    found = find(densenet, "AveragePool")
    steps = {hit.id for hit in found.hits if hit.id.startswith("s")}
    assert steps == {f"s{place}" for place, name in enumerate(operators) if "averagepool" in name.lower()}
    assert len(steps) == sum(node.op_type.endswith("AveragePool") for node in light("densenet121").graph.node)


def test_a_tensor_finds_the_step_that_makes_it(densenet):
    name = light("densenet121").graph.node[-1].output[0]
    found = find(densenet, name.upper())
    last = len(densenet.drawn.steps) - 1
    assert {f"s{last}", "o0"} <= {hit.id for hit in found.hits}


def test_the_words_on_the_boxes_are_found(densenet):
    scene = densenet.stage.draw(densenet.first)
    for box in scene.boxes[:12]:
        if "…" not in box.title:
            assert box.title in {hit.title for hit in find(densenet, box.title).hits}


def test_the_path_of_a_hit_opens_what_hides_it(densenet):
    for hit in find(densenet, "pool").hits:
        scene = densenet.stage.draw(frozenset(hit.path))
        assert hit.id in {box.id for box in scene.boxes}


def test_all_words_have_to_occur_and_their_order_doesnt_matter():
    made = atlas(model([(0, 1), (1, 2)], 3, ("Add", "Relu", "Conv"), ["/a/first", "/a/second", "/b/second"]))
    assert [hit.id for hit in find(made, "second conv").hits] == [hit.id for hit in find(made, "conv  SECOND").hits]
    assert len(find(made, "second conv").hits) == 1
    assert find(made, "second gemm").hits == ()


def test_no_words_find_nothing(densenet):
    assert find(densenet, "  ").total == 0


def test_many_hits_are_counted_and_the_first_are_given():
    made = atlas(model([(step, step + 1) for step in range(299)], 300, ("Relu",)))
    found = find(made, "relu")
    steps = [node for node in model([], 300, ("Relu",)).graph.node if node.op_type == "Relu"]
    assert len(found.hits) == MOST
    assert found.total >= len(steps)


def test_names_are_given_without_what_controls_a_screen():
    made = model([], 1)
    made.graph.input[0].name = "x\x1b[2J\u202e<b>"
    made.graph.node[0].input[0] = made.graph.input[0].name
    hit = find(atlas(made), "<b>").hits[0]
    assert hit.id == "i0"
    assert hit.title.isprintable()
