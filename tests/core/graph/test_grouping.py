"""What must hold for every tree, whatever the graph; checked on random graphs and on real ones."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.graph.grouping import grouped
from core.graph.order import knots
from core.graph.sketch import sketch
from core.graph.tree import MOST_CHILDREN, Group, between, groups_of, steps_of
from core.graph.view import MOST_BOXES, first_view, shown
from tests.core.graph import made


@st.composite
def graphs(draw):
    """Steps with edges forward, named in one of the ways models name them."""
    count = draw(st.integers(1, 140))
    edges = set()
    for end in range(1, count):
        for back in draw(st.lists(st.integers(1, 12), max_size=3)):
            if end - back >= 0:
                edges.add((end - back, end))
    if draw(st.booleans()):
        edges |= {(0, end) for end in range(1, count)}  # one step that everything reads
    scopes = draw(st.sampled_from(["none", "blocks", "wild"]))
    names = None
    if scopes == "blocks":
        names = [f"/layer.{step // 9}/part{step % 2}/op_{step}" for step in range(count)]
    elif scopes == "wild":
        names = [f"/a{draw(st.integers(0, 3))}/b{draw(st.integers(0, 2))}/op" for _ in range(count)]
    return made.model(sorted(edges), count, names=names)


def check(model):
    drawn = sketch(model)
    root, _ = grouped(drawn)
    assert sorted(steps_of(root)) == list(range(len(drawn.steps))), "every step exactly once"
    groups = list(groups_of(root))
    assert max(len(group.children) for group in groups) <= MOST_CHILDREN
    assert len({group.id for group in groups}) == len(groups)
    for group, pairs in between(root, drawn.edges).items():
        assert not knots(group.children, pairs), "an arrow would point up"
        place = {child: number for number, child in enumerate(group.children)}
        assert all(place[start] < place[end] for start, end in pairs)
    assert all(group.size == len(list(steps_of(group))) for group in groups)
    assert len(shown(root, first_view(root))) <= MOST_BOXES
    return drawn, root


@given(graphs())
@settings(max_examples=150, deadline=None)
def test_random_graphs_become_trees_that_can_be_drawn(model):
    check(model)


@pytest.mark.parametrize("name", made.LIGHT)
def test_real_networks_begin_with_eight_to_forty_boxes(name):
    _, root = check(made.light(name))
    assert 8 <= len(shown(root, first_view(root))) <= MOST_BOXES


def test_layers_that_are_alike_become_one_box():
    steps = ["Conv", "Relu", "MaxPool"]
    model = made.model([(n, n + 1) for n in range(89)], 90, operators=steps)
    _, root = check(model)
    repeat = next(child for child in root.children if isinstance(child, Group) and child.kind == "repeat")
    assert repeat.count == 30


def test_repeats_of_repeats_are_folded_from_the_inside():
    """A period of 100 steps, each made of 45 alike pairs and ten others."""
    block = ["Conv", "Relu"] * 45 + ["MaxPool", "Sigmoid", "Tanh", "Mul", "Add", "Sub", "Div", "Exp", "Log", "Abs"]
    model = made.model([(n, n + 1) for n in range(399)], 400, operators=block)
    _, root = check(model)
    assert any(group.kind == "repeat" and group.count == 4 for group in groups_of(root))


def test_nothing_to_draw_is_drawn_as_nothing():
    drawn, root = check(made.model([], 0))
    assert not drawn.steps
    assert not root.children


def test_names_that_would_make_circles_are_given_up_where_they_do():
    names = [f"/{'ab'[step % 2]}/op" for step in range(30)]  # a and b take turns
    check(made.model([(n, n + 1) for n in range(29)], 30, names=names))
