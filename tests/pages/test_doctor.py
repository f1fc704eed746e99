"""Doubts beside an answer, and the doctor's candidates, in Streamlit's own test client."""

import time
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper
from streamlit.testing.v1 import AppTest

from core import jobs, settings
from core.actions import _library, add_model
from core.caller import Caller
from tests.uploads import upload

WAIT_S = 60


def classifier(scale):
    """Three scores: how red, green and blue a picture is, times `scale`. With 0 it tells nothing apart."""
    weight = numpy_helper.from_array(np.float32([scale]), "scale")
    nodes = [
        helper.make_node("GlobalAveragePool", ["image"], ["pool"]),
        helper.make_node("Flatten", ["pool"], ["flat"]),
        helper.make_node("Mul", ["flat", "scale"], ["y"]),
    ]
    ports = [
        helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, 8, 8]),
        helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 3]),
    ]
    graph = helper.make_graph(nodes, "g", ports[:1], ports[1:], [weight])
    model = helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", 17)])
    files = (upload(f"scores {scale}.onnx", model.SerializeToString()),)
    return jobs.run("add_model", add_model.Request(files))


def opened(info):
    app = AppTest.from_file(str(settings.ROOT / "app.py"), default_timeout=WAIT_S)
    app.query_params["model"] = info.id
    app.run()
    app.switch_page(str(Path("pages/use/try_it.py"))).run()
    assert not app.exception
    return app


def button(app, words):
    return next((one for one in app.button if one.label == words), None)


def searched(app):
    """Until the search is over, which runs on its own."""
    deadline = time.monotonic() + WAIT_S
    while button(app, "This one is right") is None and time.monotonic() < deadline:
        app.run()
    return button(app, "This one is right")


@pytest.mark.usefixtures("home")
def test_a_doubt_stands_beside_the_answer_with_a_way_out():
    app = opened(classifier(0.0))
    assert any("Every name got the same score" in str(one.value) for one in app.warning)
    button(app, "Try other preparations").click().run()
    assert searched(app)
    assert not app.exception


@pytest.mark.usefixtures("home")
def test_without_a_doubt_one_may_still_ask_and_what_is_picked_is_remembered():
    info = classifier(0.5)
    app = opened(info)
    assert not app.warning
    button(app, "Does the answer look wrong?").click().run()
    searched(app).click().run()
    assert not app.exception
    facts = _library.library().decision(_library.key(info), Caller().visitor).facts
    assert facts["resize"].source == "you"
    assert facts["resize"].certain
