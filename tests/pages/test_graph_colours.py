"""What to colour by, drawn on a page of its own."""

from streamlit.testing.v1 import AppTest


def page():
    import streamlit as st

    from core import jobs
    from core.actions import look_inside
    from pages.parts import graph_colours

    drawn = jobs.run("look_inside", look_inside.Request("magika"))
    choice = graph_colours.choose("magika")
    painted = graph_colours.coloured(drawn.scene, "magika", "model", choice)
    graph_colours.notes(painted, "magika", "model", choice)
    st.session_state["painted"] = painted


def opened():
    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception
    return app


def colour_by(app, id_):
    app.segmented_control[0].set_value(id_).run()
    assert not app.exception
    return app.session_state["painted"]


def test_boxes_begin_with_the_colour_of_their_kind():
    painted = opened().session_state["painted"]
    assert painted.steps == ()
    assert all(box.value is None for box in painted.scene.boxes)


def test_choosing_writes_a_value_into_boxes_and_says_what_they_come_to():
    app = opened()
    painted = colour_by(app, "size")
    assert len(painted.steps) == 5
    assert any(box.level for box in painted.scene.boxes)
    assert any(box.value and box.value.endswith("B") for box in painted.scene.boxes)
    assert any("The file stores" in caption.value for caption in app.caption)


def test_boxes_without_a_value_lose_the_colour_of_their_kind():
    painted = colour_by(opened(), "sparsity")
    left = [box for box in painted.scene.boxes if box.value is None and not box.is_open and box.family != "pill"]
    assert left
    assert {box.family for box in left} == {"other"}


def test_going_back_takes_the_values_away():
    app = opened()
    colour_by(app, "size")
    painted = colour_by(app, "")
    assert all(box.value is None for box in painted.scene.boxes)


def test_time_can_be_measured_again():
    app = opened()
    painted = colour_by(app, "time")
    if painted.said is None:  # it goes on in the background
        painted = _waited(app)
    assert any("between the steps" in caption.value for caption in app.caption)
    assert [button.label for button in app.button] == ["Measure again"]


def _waited(app):
    for _ in range(60):
        painted = app.run().session_state["painted"]
        if painted.said is not None:
            return painted
    raise AssertionError("the time was never measured")
