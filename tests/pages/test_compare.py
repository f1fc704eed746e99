"""The page that shows two graphs side by side, in Streamlit's own test client."""

import pytest
from streamlit.testing.v1 import AppTest

from core import jobs, settings
from core.actions import add_model, compare_graphs
from core.scenes import Compared, Partner, Scene, Side
from pages.parts.comparing import ROOT, Comparing
from tests.core.graph import smaller
from tests.uploads import upload

WAIT_S = 60


def add(name, model):
    return jobs.run("add_model", add_model.Request((upload(name, model.SerializeToString()),)))


@pytest.fixture
def two(tmp_path):
    model = smaller.layer_net(12)
    return add("as it was.onnx", model), add("smaller.onnx", smaller.dynamic(model, tmp_path))


def opened(first, second=""):
    app = AppTest.from_file(str(settings.ROOT / "app.py"), default_timeout=WAIT_S)
    app.query_params["model"] = first
    if second:
        app.query_params["second"] = second
    app.run()
    app.switch_page("pages/look/compare.py").run()
    assert not app.exception
    return app


def words(app):
    kinds = ("title", "markdown", "caption", "error", "info")
    return " ".join(str(one.value) for kind in kinds for one in getattr(app, kind)).replace("\\", "")


def test_two_models_are_compared_in_a_sentence(two):
    first, second = two
    app = opened(first.id, second.id)
    assert "The second version stores 12 of 12 weights as int8; 24 steps are the same." in words(app)
    assert "24 the same, 12 changed" in words(app)
    assert "First: as it was" in words(app).replace("*", "")


def test_without_a_second_model_in_the_address_another_one_is_offered(two):
    app = opened(two[0].id)
    second = next(box for box in app.selectbox if box.label == "Compare with")
    assert second.value != two[0].id
    assert second.options[-1].endswith("(itself)")


def test_other_versions_come_first(tmp_path):
    from dataclasses import replace

    from core.actions import _library

    model = smaller.layer_net(2)
    first, second = add("versions a.onnx", model), add("versions b.onnx", smaller.half(model))
    shelf = _library.library().shelf
    entry, other = shelf.entry(first.id, settings.OWNER), shelf.entry(second.id, settings.OWNER)
    shelf.save(replace(other, family=entry.family, version="half"), settings.OWNER)
    app = opened(first.id)
    picker = next(box for box in app.selectbox if box.label == "Compare with")
    assert picker.value == second.id
    assert "half" in picker.options[0]


def side(opened, partners):
    return Side(Scene((), (), 1, 1), tuple(opened), 3, {}, {id_: Partner(*one) for id_, one in partners.items()}, {})


@pytest.fixture
def here():
    found = Comparing("k")
    found.found = Compared(
        side([ROOT, "g2"], {"g1": ("g7", (ROOT, "g4")), "s3": ("s9", (ROOT,)), "g2": ("g8", (ROOT,))}),
        side([ROOT, "g8"], {"g7": ("g1", (ROOT,)), "g8": ("g2", (ROOT,))}),
        "",
        {},
        {},
    )
    found.opened = {"first": frozenset({ROOT, "g2"}), "second": frozenset({ROOT, "g8"})}
    return found


def test_what_is_opened_in_one_opens_in_the_other_with_what_hides_it(here):
    here.toggle("first", "g1")
    assert here.opened == {"first": {ROOT, "g2", "g1"}, "second": {ROOT, "g8", "g4", "g7"}}
    assert here.chosen == {"first": "g1", "second": "g7"}


def test_what_is_closed_in_one_closes_in_the_other(here):
    here.toggle("second", "g8")
    assert here.opened == {"first": {ROOT}, "second": {ROOT}}


def test_a_group_without_counterpart_opens_alone(here):
    here.toggle("second", "g5")
    assert here.opened == {"first": {ROOT, "g2"}, "second": {ROOT, "g8", "g5"}}
    assert here.chosen == {"first": "", "second": "g5"}


def test_what_is_chosen_in_one_is_chosen_in_the_other(here):
    here.choose("first", "s3")
    assert here.chosen == {"first": "s3", "second": "s9"}


def test_starting_again_asks_for_a_first_look(here):
    here.start_again()
    assert here.opened is None
    assert compare_graphs.Request("a", "b").opened_first is None
