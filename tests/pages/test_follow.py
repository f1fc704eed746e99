"""The parts that follow an input, on a page of their own in Streamlit's test client."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import jobs
from core.actions import follow_input, list_samples
from core.scenes import Shown
from pages.parts import follow, follow_draw
from tests.core import examples

WAIT_S = 60


def page():
    import streamlit as st

    from core.actions import open_model
    from pages.parts import act, follow, follow_strip

    model, task, box = (st.session_state[name] for name in ("m", "t", "b"))
    opened = act.run("open_model", open_model.Request(model, task), "Opening")
    given = follow.choose_input(opened)
    st.markdown(f"strip is there: {follow_strip.show(model, '', given)}")
    follow.show(model, "", box, given)


def shown(model, task, box=""):
    """The page, once the model's worker has done the same before: a test client sees no progress."""
    for one in {"", box}:
        jobs.run("follow_input", follow_input.Request(model, "", one, given(model, task), task))
    app = AppTest.from_function(page, default_timeout=WAIT_S)
    app.session_state["m"], app.session_state["t"], app.session_state["b"] = model, task, box
    app.run()
    assert not app.exception
    return app


def given(model, task):
    return examples.example(model, task) if task != "tensors" else {}


def words(app):
    return " ".join(str(one.value) for kind in ("markdown", "caption", "info") for one in getattr(app, kind)).replace(
        "\\", ""
    )


def test_a_picture_is_followed_to_the_answer_without_a_click():
    app = shown("efficientnet_lite0", "image_classification", "g1")
    text = words(app)
    assert "strip is there: True" in text
    assert "Answer" in text
    assert "feature maps of 112 × 112 points" in text
    assert "What it makes of your input" in text


def test_a_text_is_followed_with_its_words():
    app = shown("minilm", "text_similarity", "g7")
    assert "The squares compare these words" in words(app)
    assert "have become alike" in words(app)


def test_random_numbers_are_followed_where_nobody_knows_a_task():
    assert "random numbers" in words(shown("efficientnet_lite0", "tensors", "g1"))


def test_a_box_inside_nothing_shows_nothing_but_its_note():
    assert "no such box" in words(shown("efficientnet_lite0", "image_classification", "g12345"))


def test_what_was_shown_once_comes_from_memory():
    app = shown("efficientnet_lite0", "image_classification", "g1")
    assert len(app.session_state["followed"]) == 2
    app.run()
    assert not app.exception
    assert len(app.session_state["followed"]) == 2


def value(**more):
    return Shown("s0", "A step", "name", "3 numbers (float32)", **more)


def test_names_in_charts_are_escaped():
    hostile = '<a href="http://evil.example">x</a>'
    one = value(kind="rows", figures=np.zeros((1, 2), np.float32), labels=(hostile,))
    assert follow_draw._names(one, 1) == ["&lt;a href=&quot;http://evil.example&quot;&gt;x&lt;/a&gt;"]


def test_figures_are_told_in_words_a_person_reads():
    one = value(kind="maps", pixels=np.zeros((0, 1, 1), np.uint8), low=-1.5, high=2.25, mean=0.1, zero_share=0.0042)
    assert follow.figures(one) == "3 numbers (float32), from -1.5 to 2.25, 0.1 on average, less than 1 % zeros"


@pytest.mark.parametrize("kind", list(follow_draw._TOLD))
def test_every_kind_has_words_and_a_drawing(kind):
    shapes = {"attention": (2, 3, 3), "grid": (2, 3, 3), "rows": (3, 5), "vector": (3,), "number": (1,)}
    one = value(kind=kind, figures=np.zeros(shapes.get(kind, (0,)), np.float32))
    assert follow_draw.told(one).endswith(".")
    assert kind in follow_draw._DRAW


def test_colours_run_from_dark_to_bright():
    from io import BytesIO

    from PIL import Image

    image = Image.open(BytesIO(follow_draw.coloured(np.array([[0, 128, 255]], np.uint8), 3)))
    bright = np.asarray(image.convert("L"))[0]
    assert bright[0] < bright[1] < bright[2]


def test_a_line_is_drawn_high_enough_to_be_seen():
    assert follow_draw.not_thin(np.zeros((4, 64), np.uint8)).shape == (20, 64)
    assert follow_draw.not_thin(np.zeros((30, 40), np.uint8)).shape == (30, 40)


def test_further_values_of_a_box_are_shown_on_demand():
    app = shown("efficientnet_lite0", "image_classification", "g3")
    assert "stage2.block1.project" not in words(app)
    app.toggle(key="more of efficientnet_lite0  g3").set_value(True).run()
    assert not app.exception
    assert "stage2.block1.project" in words(app)


def test_few_values_stay_squares():
    assert follow_draw.enlarged(np.array([[1, 2]], np.uint8), 6).tolist() == [[1, 1, 1, 2, 2, 2]] * 3


def test_the_first_sample_is_what_the_form_would_start_with():
    opened = examples.opened("efficientnet_lite0", "image_classification")
    first = jobs.run("list_samples", list_samples.Request("picture", "image_classification"))[0]
    assert follow._sample(opened).name == first.title
