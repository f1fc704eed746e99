"""The widgets for tables, columns and several pictures, in Streamlit's own test client."""

import importlib.util
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core import jobs, settings
from core.actions import add_model
from tests.pages.test_pages import WAIT_S, open_try_it, words
from tests.uploads import upload

TABLES = Path(__file__).parents[1] / "reference" / "expected" / "tables"
SKIMAGE = Path(importlib.util.find_spec("skimage").submodule_search_locations[0]) / "data"
CSV = b"a;b;c;d\n5,0;3,4;1,5;0,2\n7,2;3,1;6,0;2,3\n"


@pytest.fixture
def app():
    return AppTest.from_file(str(settings.ROOT / "app.py"), default_timeout=WAIT_S)


def added(name):
    content = (TABLES / f"{name}.onnx").read_bytes()
    return jobs.run("add_model", add_model.Request((upload(f"{name}.onnx", content),)))


def slider(app, label):
    return next(one for one in app.slider if one.label == label)


def button(app, label):
    return next(one for one in app.button if one.label == label)


def test_each_column_is_a_slider_and_moving_one_answers_at_once(app):
    open_try_it(app, "iris")
    assert [one.label for one in app.slider] == ["sepal length", "sepal width", "petal length", "petal width"]
    assert "Answered in" in words(app)
    first = app.subheader[-1].value
    slider(app, "petal length").set_value(1.4)
    slider(app, "petal width").set_value(0.2).run()
    assert not app.exception
    assert app.subheader[-1].value == "setosa" != first


def test_a_pasted_table_is_answered_instead_and_taking_it_back_brings_the_form(app):
    open_try_it(app, "iris")
    button(app, "Fill in an example").click().run()
    assert not app.exception
    assert not app.slider
    assert "Each row of your table gets an answer" in words(app)
    assert "Answered in" in words(app)
    next(area for area in app.text_area if area.label == "A table, headings first").set_value("").run()
    assert len(app.slider) == 4


@pytest.mark.usefixtures("home")
def test_a_table_file_makes_sliders_of_a_model_that_names_no_column(app):
    info = added("logistic_named_plain")
    open_try_it(app, info.id)
    assert [one.label for one in app.number_input][:4] == [f"column {place}" for place in (1, 2, 3, 4)]
    app.file_uploader[0].set_value(("flowers.csv", CSV, "text/csv")).run()
    assert not app.exception
    button(app, "Make sliders from it").click().run()
    assert not app.exception
    app.file_uploader[0].set_value(None).run()
    assert [one.label for one in app.slider] == ["a", "b", "c", "d"]
    assert (slider(app, "a").min, slider(app, "a").max) == (5.0, 7.2)
    button(app, "Forget the columns of my table").click().run()
    assert not app.slider


@pytest.mark.usefixtures("home")
def test_words_of_a_column_are_a_list_to_choose_from(app):
    open_try_it(app, added("titanic").id)
    sex = next(box for box in app.selectbox if box.label == "sex")
    assert sex.options == ["female", "male"]
    sex.set_value("male").run()
    assert "Answered in" in words(app)


@pytest.mark.usefixtures("home")
def test_a_table_that_does_not_fit_says_why(app):
    open_try_it(app, added("titanic").id)
    app.file_uploader[0].set_value(("t.csv", b"age,fare\n1,2\n", "text/csv")).run()
    assert not app.exception
    assert "lacks a column" in words(app)


def pictures_page():
    from types import SimpleNamespace

    import streamlit as st

    from core.fields import Field
    from pages.parts import ask_pictures

    field = Field("pictures", "pictures", "Your pictures")
    opened = SimpleNamespace(task=SimpleNamespace(id="image_classification"), fields=(field,))
    [(name, given)] = ask_pictures.several(field, "scope", opened)
    st.write(f"{name}: {', '.join(type(one).__name__ for one in given)}")


def test_several_pictures_are_samples_until_some_are_given():
    page = AppTest.from_function(pictures_page, default_timeout=WAIT_S).run()
    assert not page.exception
    assert page.markdown[0].value == "6 sample pictures: bytes, bytes, bytes, bytes, bytes, bytes"
    files = [(name, (SKIMAGE / name).read_bytes(), "image/png") for name in ("chelsea.png", "coffee.png")]
    page.file_uploader[0].set_value(files).run()
    assert not page.exception
    assert page.markdown[0].value == "2 pictures: Upload, Upload"
