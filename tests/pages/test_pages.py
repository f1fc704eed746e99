"""Every page opens in Streamlit's own test client; the browser tests look at what only a browser shows."""

from pathlib import Path

import pytest
from onnx import TensorProto, helper
from streamlit.testing.v1 import AppTest

from core import jobs, registry, settings
from core.actions import add_model, remove_model
from tests.core import examples
from tests.uploads import upload

WAIT_S = 60


@pytest.fixture
def app():
    return AppTest.from_file(str(settings.ROOT / "app.py"), default_timeout=WAIT_S)


def words(app):
    """All text on the page."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "error", "info", "warning", "success")
    return " ".join(str(element.value) for kind in kinds for element in getattr(app, kind))


def open_try_it(app, model, task=""):
    app.query_params["model"] = model
    if task:
        app.query_params["task"] = task
    app.run()
    app.switch_page("pages/use/try_it.py").run()
    assert not app.exception
    assert "Something went wrong" not in words(app)
    return app


def own_model(name="doubler.onnx", shape=("n",)):
    """A model of one's own whose answer is known: twice what goes in."""
    node = helper.make_node("Add", ["x", "x"], ["y"])
    ports = [helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape)) for name in "xy"]
    model = helper.make_model(
        helper.make_graph([node], "g", ports[:1], ports[1:]), ir_version=10, opset_imports=[helper.make_opsetid("", 17)]
    )
    return jobs.run("add_model", add_model.Request((upload(name, model.SerializeToString()),)))


def test_the_first_page_has_a_card_for_every_starter(app):
    app.run()
    assert not app.exception
    titles = [str(element.value).replace("\\", "") for element in app.subheader]  # dashes are escaped
    assert all(starter.TITLE in titles for starter in registry.load("core.starter").values())


def test_opening_a_card_leads_to_try_it_with_that_model(app):
    app.run()
    app.button(key="open_minilm").click().run()
    assert app.title[0].value == "MiniLM sentences"


@pytest.mark.parametrize(("starter_id", "task_id"), examples.pairs())
def test_try_it_answers_a_sample_without_a_click(app, starter_id, task_id):
    open_try_it(app, starter_id, task_id)
    assert "Answered in" in words(app)


def seed_of(app):
    return next(number for number in app.number_input if number.label == "Seed")


def run_button(app):
    return next(button for button in app.button if button.label.startswith("Run"))


def test_a_model_of_ones_own_runs_only_when_run_is_pressed(app):
    open_try_it(app, own_model().id)
    assert "Answered in" not in words(app)
    run_button(app).click().run()
    assert not app.exception
    assert "Answered in" in words(app)


def test_how_a_form_was_filled_is_remembered_for_the_next_visit(app):
    info = own_model()
    open_try_it(app, info.id)
    seed_of(app).set_value(7).run()
    run_button(app).click().run()
    next_visit = AppTest.from_file(str(settings.ROOT / "app.py"), default_timeout=WAIT_S)
    assert seed_of(open_try_it(next_visit, info.id)).value == 7


def test_an_address_with_a_strange_model_falls_back_to_the_first(app):
    open_try_it(app, "../../etc/passwd")
    assert "Answered in" in words(app)


def test_about_names_the_data_folder_and_every_licence(app):
    app.run()
    app.switch_page("pages/about/about.py").run()
    assert not app.exception
    assert any(str(settings.data_folder()) in code.value for code in app.code)


def test_names_from_a_file_are_shown_as_plain_text(app):
    info = own_model("![x](http://evil.example) <b>bold</b> :red[shout].onnx", shape=(3,))
    open_try_it(app, info.id)
    assert all("](http" not in str(element.value).replace("\\", "\0") for element in app.title)


def test_an_optional_input_can_be_left_empty(app):
    inner = helper.make_tensor_type_proto(TensorProto.FLOAT, [3])
    ports = [
        helper.make_value_info("x", helper.make_optional_type_proto(inner)),
        helper.make_tensor_value_info("y", TensorProto.BOOL, []),
    ]
    graph = helper.make_graph([helper.make_node("OptionalHasElement", ["x"], ["y"])], "g", ports[:1], ports[1:])
    model = helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", 18)])
    files = (upload("optional.onnx", model.SerializeToString()),)
    open_try_it(app, jobs.run("add_model", add_model.Request(files)).id)
    run_button(app).click().run()
    assert "Answered in" in words(app)
    assert next(metric for metric in app.metric if metric.label == "Largest").value == "1"
    app.pills[0].set_value("empty").run()
    run_button(app).click().run()
    assert not app.exception
    assert next(metric for metric in app.metric if metric.label == "Largest").value == "0"


def guessed_model():
    """Looks like a picture classifier, though nobody says so."""
    nodes = [helper.make_node("GlobalAveragePool", ["image"], ["pool"]), helper.make_node("Flatten", ["pool"], ["y"])]
    ports = [
        helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 3, 32, 32]),
        helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 3]),
    ]
    graph = helper.make_graph(nodes, "g", ports[:1], ports[1:])
    model = helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", 17)])
    return jobs.run("add_model", add_model.Request((upload("scores.onnx", model.SerializeToString()),)))


@pytest.mark.usefixtures("home")
def test_a_guess_is_called_a_guess_until_the_user_decides(app):
    info = guessed_model()
    open_try_it(app, info.id)
    assert "we guess: **Name what is in a picture**" in words(app)
    assert "doesn't name its classes" in words(app).replace("\\", "")
    use_as = next(box for box in app.selectbox if box.label == "Use it as")
    use_as.set_value("tensors").run()
    assert not app.exception
    assert "we guess" not in words(app)
    next_visit = AppTest.from_file(str(settings.ROOT / "app.py"), default_timeout=WAIT_S)
    assert "we guess" not in words(open_try_it(next_visit, info.id))


def test_a_model_that_is_known_is_no_guess(app):
    open_try_it(app, "efficientnet_lite0")
    assert "we guess" not in words(app)


def test_a_model_that_cannot_be_opened_says_why_and_nothing_else_goes_wrong(app):
    info = own_model("gone.onnx", shape=(5,))
    Path(info.parts["model"].path).unlink()
    open_try_it(app, info.id)
    assert [element.value for element in app.title] == ["Try it"]
    assert "is gone" in words(app)
    assert len(app.error) == 1
    jobs.run("remove_model", remove_model.Request(info.id))
