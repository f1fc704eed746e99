"""Graphs get the names by which people speak of them."""

import pytest

from core.roles import belong_together, role, roles


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("onnx/model_quantized.onnx", "model"),
        ("encoder_model_q4f16.onnx", "encoder"),
        ("decoder_model_merged.onnx", "decoder"),
        ("ch_PP-OCRv4_det_infer.onnx", "detect"),
        ("ch_ppocr_mobile_v2.0_cls_infer.onnx", "classify"),
        ("ch_PP-OCRv4_rec_infer.onnx", "recognise"),
        ("record.onnx", "record"),
        ("../../évil name.onnx", "évil_name"),
        (".onnx", "onnx"),
        ("---.onnx", "part"),
    ],
)
def test_a_file_tells_its_role(name, expected):
    assert role(name) == expected


def test_one_graph_alone_is_the_model():
    assert roles(["anything.onnx"]) == {"model": "anything.onnx"}


def test_two_that_would_be_called_alike_keep_their_own_names():
    assert roles(["a_det.onnx", "b_det.onnx", "a_rec.onnx"]) == {
        "a_det": "a_det.onnx",
        "b_det": "b_det.onnx",
        "recognise": "a_rec.onnx",
    }


def test_every_graph_keeps_a_role_of_its_own_however_alike_the_names():
    names = ["a b.onnx", "a-b.onnx", "a_b.onnx"]
    assert sorted(roles(names).values()) == sorted(names)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("encoder_model.onnx", "decoder_model_merged.onnx"), True),
        (("det.onnx", "rec.onnx", "cls.onnx"), True),
        (("a.onnx", "b.onnx"), False),
        (("model.onnx", "encoder_model.onnx"), False),
        (("encoder_model.onnx", "encoder_model_fp16.onnx"), False),
    ],
)
def test_parts_of_one_model_are_known_by_their_names(names, expected):
    assert belong_together(names) is expected
