import itertools
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from core.graph.layout import layout


@st.composite
def boxes(draw):
    count = draw(st.integers(0, 24))
    sizes = [(draw(st.floats(20, 400)), draw(st.floats(10, 900))) for _ in range(count)]
    pairs = [(start, end) for end in range(count) for start in range(end)]
    return sizes, draw(st.lists(st.sampled_from(pairs), unique=True, max_size=60)) if pairs else []


@given(boxes())
@settings(max_examples=200, deadline=None)
def test_boxes_never_touch_and_arrows_never_point_up(given_boxes):
    sizes, edges = given_boxes
    found = layout(sizes, edges)
    for one, ((x, y), (width, height)) in enumerate(zip(found.centres, sizes, strict=True)):
        for (other_x, other_y), (other_width, other_height) in zip(found.centres[:one], sizes[:one], strict=True):
            beside = abs(x - other_x) >= (width + other_width) / 2 - 1e-6
            assert beside or abs(y - other_y) >= (height + other_height) / 2 - 1e-6
    assert set(found.bends) == set(edges)
    for (start, end), points in found.bends.items():
        assert all(lower[1] >= upper[1] - 1e-6 for upper, lower in itertools.pairwise(points))
        assert abs(points[0][1] - found.centres[start][1] - sizes[start][1] / 2) < 1e-6
        assert abs(points[-1][1] - found.centres[end][1] + sizes[end][1] / 2) < 1e-6


def test_a_chain_is_drawn_straight_down():
    found = layout([(100, 30)] * 5, [(n, n + 1) for n in range(4)])
    assert {round(x, 6) for x, _ in found.centres} == {0.0}
    assert all(len(points) == 2 for points in found.bends.values())


def test_an_arrow_past_a_tall_box_bends_around_it():
    found = layout([(100, 30), (100, 500), (100, 30)], [(0, 1), (1, 2), (0, 2)])
    left = found.centres[1][0] - 50
    right = found.centres[1][0] + 50
    top, bottom = found.centres[1][1] - 250, found.centres[1][1] + 250
    assert not any(left < x < right and top < y < bottom for x, y in found.bends[0, 2])


def test_two_dozen_boxes_take_a_few_milliseconds():
    edges = [(n, m) for n in range(24) for m in range(n + 1, min(n + 4, 24))]
    times = []
    for _ in range(5):
        start = time.perf_counter()
        layout([(150, 40)] * 24, edges)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.05
