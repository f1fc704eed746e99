"""What holds for every file on the shelf; a new one is tested by being there."""

import ast
from pathlib import Path

import pytest

from core import registry
from core.graph.atlas import atlas
from core.graph.colours import coloured
from core.graph.facts import Facts
from core.graph.overlays._contract import Numbers, Times
from core.graph.tree import groups_of
from tests.core.graph import made

SHELF = registry.load("core.graph.overlays")
every_overlay = pytest.mark.parametrize("overlay", SHELF.values(), ids=SHELF)


def known(model):
    """Everything an overlay may ask for; each node took one millisecond."""
    drawn = atlas(model)
    count = len(model.graph.node)
    return drawn, Numbers(Facts(drawn), Times(count + 3.0, 9, dict.fromkeys(range(count), 1.0), 2.0, 1.0, count))


@pytest.fixture(scope="module", params=["squeezenet", "densenet121", "shufflenet"])
def light(request):
    return known(made.light(request.param))


def colours(overlay, light, boxes):
    drawn, numbers = light
    return coloured(overlay, drawn, numbers, overlay.values(drawn, numbers), boxes)


@every_overlay
def test_values_belong_to_steps_and_are_never_below_zero(overlay, light):
    drawn, numbers = light
    values = overlay.values(drawn, numbers)
    assert set(values) <= set(range(len(drawn.drawn.steps)))
    assert all(value >= 0 for value in values.values())


@every_overlay
def test_every_box_has_words_a_share_and_one_of_five_colours_or_none(overlay, light):
    drawn, _ = light
    boxes = [group.id for group in groups_of(drawn.root)] + [f"s{step}" for step in range(len(drawn.drawn.steps))]
    found = colours(overlay, light, boxes)
    known_steps = overlay.values(*light)
    assert {f"s{step}" for step in known_steps} <= set(found.boxes) <= set(boxes)
    assert ("g0" in found.boxes) == bool(known_steps)
    assert len(found.steps) == 5
    for colour in found.boxes.values():
        assert colour.value.strip()
        assert colour.level in range(6)
        assert 0 <= colour.share <= 1


@every_overlay
def test_a_group_sums_its_steps_or_takes_the_largest(overlay, light):
    drawn, _ = light
    group = max(drawn.root.children, key=lambda child: getattr(child, "size", 0))
    steps = [f"s{step}" for step in range(len(drawn.drawn.steps))]
    inner = {f"s{step}" for step in _steps(group)}
    found = colours(overlay, light, [group.id, *steps])
    if group.id not in found.boxes:
        assert not inner & set(found.boxes)
        return
    shares = [found.boxes[id_].share for id_ in inner if id_ in found.boxes]
    expected = sum(shares) if overlay.AGGREGATE == "sum" else max(shares, default=0)
    assert found.boxes[group.id].share == pytest.approx(expected, abs=1e-6)


def _steps(group):
    for child in group.children:
        if isinstance(child, int):
            yield child
        else:
            yield from _steps(child)


@every_overlay
def test_the_whole_is_said_in_sentences(overlay, light):
    found = colours(overlay, light, ["g0"])
    assert found.total
    assert "\n" not in found.total + found.coverage


@every_overlay
def test_a_model_without_anything_in_it_is_coloured_as_nothing(overlay):
    found = colours(overlay, known(made.model([], 0)), ["g0", "s0", "nonsense"])
    assert found.boxes == {}


@every_overlay
def test_what_it_says_of_itself_is_short(overlay):
    assert 0 < len(overlay.TITLE) <= 20
    assert overlay.SUMMARY.endswith(".")
    assert overlay.AGGREGATE in ("sum", "max")
    assert len({other.PLACE for other in SHELF.values()}) == len(SHELF)


@pytest.mark.parametrize("name", SHELF)
def test_no_overlay_knows_another(name):
    source = Path(SHELF[name].__file__).read_text("utf-8")
    names = {
        f"{node.module}.{one.name}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom)
        for one in node.names
    }
    others = {f"core.graph.overlays.{other}" for other in SHELF}
    assert not any(found.startswith(tuple(others)) for found in names)
