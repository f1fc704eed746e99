"""The page Look inside in Streamlit's own test client: what is remembered, what a link says, what is sent."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from core import jobs, settings
from core.actions import add_model, look_inside
from core.scenes import Box, Found, Hit, Scene
from pages.parts import box_numbers, graph_view
from pages.parts.looking import LONGEST, MOST_OPEN, Looking, packed, unpacked
from tests.core.graph.made import LIGHT, light_path

WAIT_S = 120
GROUPS = st.frozensets(st.integers(0, 60_000).map(lambda number: f"g{number}"), max_size=MOST_OPEN)


@pytest.mark.parametrize("model", ["efficientnet_lite0", "minilm"])
def test_the_page_opens_with_a_starter(model):
    app = AppTest.from_file(str(settings.ROOT / "app.py"), default_timeout=WAIT_S)
    app.query_params["model"] = model
    app.run()
    app.switch_page("pages/look/inside.py").run()
    assert not app.exception
    assert not app.error
    assert app.title[0].value == "Look inside"
    assert any("in all" in caption.value for caption in app.caption)


def test_a_model_with_several_graphs_asks_which_one():
    app = AppTest.from_file(str(settings.ROOT / "app.py"), default_timeout=WAIT_S)
    app.query_params["model"] = "ocr"
    app.run()
    app.switch_page("pages/look/inside.py").run()
    assert not app.exception
    assert app.button_group[0].label == "Which part?"


def test_an_address_of_some_clicks_ago_takes_nothing_back():
    app = AppTest.from_file(str(settings.ROOT / "app.py"), default_timeout=WAIT_S)
    app.query_params["model"] = "efficientnet_lite0"
    app.run()
    app.switch_page("pages/look/inside.py")
    app.query_params["box"] = "i0"
    app.run()
    (here,) = app.session_state["looking"].values()
    assert here.chosen == "i0"
    here.choose("o0")
    app.run()
    assert app.query_params["box"] in ("o0", ["o0"])
    app.query_params["box"] = "i0"
    app.run()
    assert list(app.session_state["looking"].values()) == [here]
    assert here.chosen == "o0"


@given(GROUPS)
def test_what_is_open_comes_back_from_a_link(opened):
    text = packed(opened)
    if len(text) <= LONGEST:
        assert unpacked(text) == opened | {"g0"}


@given(st.text(max_size=3000))
def test_any_text_in_a_link_opens_little(text):
    assert len(unpacked(text)) <= MOST_OPEN + 1


def test_a_link_cant_ask_for_everything():
    assert len(unpacked("0-9999999.5-9999999")) <= MOST_OPEN + 1


def test_the_next_hit_closes_what_was_opened_for_the_one_before():
    here = Looking(opened=frozenset({"g0", "g1"}))
    here.found = Found((Hit("s1", "a", ("g0", "g1", "g2")), Hit("s2", "b", ("g0", "g5"))), 2)
    here.go_to(0)
    assert here.opened == {"g0", "g1", "g2"}
    here.go_to(1)
    assert here.opened == {"g0", "g1", "g5"}
    here.go_to(2)  # after the last comes the first
    assert (here.at, here.chosen) == (0, "s1")


def test_what_a_person_opens_themselves_stays_open_at_the_next_hit():
    here = Looking(opened=frozenset({"g0"}))
    here.found = Found((Hit("s1", "a", ("g0", "g2")), Hit("s2", "b", ("g0", "g5"))), 2)
    here.go_to(0)
    here.toggle("g3")
    here.go_to(1)
    assert here.opened == {"g0", "g3", "g5"}


def test_no_more_than_can_be_drawn_is_opened():
    here = Looking(opened=frozenset(f"g{number}" for number in range(MOST_OPEN)))
    here.toggle("g999")
    assert here.is_full
    assert "g999" not in here.opened
    here.toggle("g5")
    assert not here.is_full
    assert "g5" not in here.opened


@pytest.mark.parametrize("name", LIGHT)
def test_little_is_sent_for_a_picture(name):
    info = jobs.run("add_model", add_model.Request(path=str(light_path(name))))
    drawn = jobs.run("look_inside", look_inside.Request(info.id))
    assert len(json.dumps(graph_view._plain(drawn.scene, ()))) < 12_000


def test_what_a_box_is_coloured_by_is_sent_with_it():
    box = Box("s1", 0, 0, 110, 48, "Pattern finder", "", "conv", False, False, False, 0, "8 % of the time", 3, 0.08)
    sent = graph_view._plain(Scene((box,), (), 110, 48), ("little", "some", "more", "much", "most"))
    assert sent["boxes"][0][-3:] == ["8 % of the time", 3, 0.08]
    assert [words for _, words, _ in sent["legend"]] == ["little", "some", "more", "much", "most"]
    assert [level for _, _, level in sent["legend"]] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0"), (999_999, "999,999"), (4_652_008, "4.65 million"), (11_300_000_000, "11.3 billion")]
)
def test_large_numbers_are_said_in_words(number, words):
    assert box_numbers.amount(number) == words


@pytest.mark.parametrize(
    ("share", "words"), [(0, "0 %"), (0.001, "less than 1 %"), (0.08, "8 %"), (0.999, "more than 99 %"), (1, "100 %")]
)
def test_a_little_is_not_nothing_and_nearly_all_is_not_all(share, words):
    assert box_numbers.percent(share) == words


def test_a_title_becomes_a_name_of_a_file_on_every_system():
    assert graph_view.file_name('../CON: "x"\n/☃ été') == "CON_x_été"
    assert graph_view.file_name("///") == "model"
