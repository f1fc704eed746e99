"""As a program, on a starter and on a model whose names are markup."""

import json
from xml.etree import ElementTree as ET

import onnx

from tests.core.graph import made
from tests.core.program import playground


def test_the_first_picture_comes_as_json():
    code, out, err = playground("graph", "EfficientNet-Lite0", "--json")
    assert code == 0, err
    found = json.loads(out)
    ids = {box["id"] for box in found["boxes"]}
    assert 8 <= sum(not box["is_open"] for box in found["boxes"]) <= 40
    assert {arrow["start"] for arrow in found["arrows"]} <= {*ids, ""}
    assert found["summary"]["parameter_count"] > 4_000_000


def test_a_model_named_with_markup_is_drawn_as_text(tmp_path):
    names = [f"/<script>alert({n})</script>/\x07op" for n in range(30)]
    path = tmp_path / "odd.onnx"
    onnx.save(made.model([(n, n + 1) for n in range(29)], 30, names=names), path)
    target = tmp_path / "odd.svg"
    code, out, err = playground("graph", str(path), "--svg", str(target))
    assert code == 0, err
    assert "saved" in out
    drawn = ET.parse(target)
    assert not [one for one in drawn.iter() if one.tag.endswith("script")]
    assert len([one for one in drawn.iter() if one.tag.endswith("rect")]) >= 3


def test_a_part_that_is_not_there_is_said_in_words():
    code, _, err = playground("graph", "EfficientNet-Lite0", "--part", "tail")
    assert code == 2
    assert "no part" in err
