from __future__ import annotations

import numpy as np

from core.draw import draw
from core.plain import plain_value
from core.tasks import tensors
from core.types import GraphInfo, ModelInfo, Port


def info_of(*ports):
    graph = GraphInfo("m.onnx", "0" * 64, 1, ports, (), 9, {"ai.onnx": 17}, {}, 0)
    return ModelInfo("m", "M", "", "file", {"model": graph})


X = Port("x", "tensor", "tensor(float)", "float32", (None, 3))


def run(script, graph):
    """What the script around it does: functions, parts, main."""
    room = {"np": np, "parts": {"model": graph}, "draw": draw, "plain_value": plain_value}
    exec(script.main, room)
    return room["result"]


def test_any_model_fits_a_little():
    assert 0 < tensors.fits(info_of()) < 0.05


def test_every_input_is_a_field_of_its_name():
    optional = Port("o", "optional", "optional(tensor(float))", "float32", (1,))
    made = tensors.fields(info_of(X, optional))
    assert [(field.name, field.kind, field.port, field.required) for field in made] == [
        ("x", "tensor", X, True),
        ("o", "tensor", optional, False),
    ]


def test_values_go_in_and_come_out_untouched():
    given = {"x": np.ones((1, 3), np.float32)}
    result = tensors.answer(given, {"model": lambda feeds: {"y": feeds["x"] * 2}}, info_of(X), lambda *_: None)
    assert result.outputs["y"].tolist() == [[2, 2, 2]]


def test_the_script_feeds_small_values_literally():
    given = np.array([[1.5, -0.1, 3]], np.float32)
    result = run(tensors.code({"x": given}, info_of(X)), lambda feeds: {"y": feeds["x"]})
    assert result == {"kind": "tensors", "outputs": {"y": plain_value(given)}}


def test_the_script_draws_large_random_values_again():
    given = draw("float32", (200, 3), 7)
    script = tensors.code({"x": given}, info_of(X))
    assert "draw('float32', (200, 3), 7)" in script.main
    assert run(script, lambda feeds: {"y": feeds["x"]})["outputs"]["y"] == plain_value(given)


def test_the_script_reads_other_large_values_from_a_file():
    given = np.linspace(0, 1, 600, dtype=np.float32).reshape(200, 3)
    assert "np.load" in tensors.code({"x": given}, info_of(X)).main


def test_the_sentences_say_what_was_fed():
    assert tensors.explain({"x": np.ones((1, 3), np.float32)}, info_of(X)) == ("x was fed 1 × 3 float32 values.",)
    assert "no input" in tensors.explain({}, info_of())[0]


def test_the_script_can_write_numbers_that_are_none():
    given = np.array([[np.nan, np.inf, -np.inf]], np.float32)
    result = run(tensors.code({"x": given}, info_of(X)), lambda feeds: {"y": feeds["x"]})
    assert result["outputs"]["y"]["values"] == ["nan", "inf", "-inf"]
