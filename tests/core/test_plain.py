from __future__ import annotations

import json

import ml_dtypes
import numpy as np
import pytest

from core.plain import plain_value, to_plain
from core.results import Areas, Depth, Matrix, Picture, RankedLabel, Ranking, Table, Tensors, TextLine, TextLines

RESULTS = [
    Ranking((RankedLabel("cat", 0.75),)),
    Picture(np.zeros((2, 3, 4), np.uint8)),
    Matrix(("a",), ("b", "c"), np.array([[0.5, 1]], np.float32)),
    Table(("a",), ((1,),)),
    TextLines((TextLine("hi", 0.5, (0, 0, 1, 1)),), 2, 2),
    Tensors({"y": [np.ones(2), {1: np.float32(2)}, None, "text"]}),
]


@pytest.mark.parametrize("result", RESULTS, ids=[result.kind for result in RESULTS])
def test_every_kind_survives_json(result):
    plain = to_plain(result)
    assert plain["kind"] == result.kind
    assert json.loads(json.dumps(plain, allow_nan=False))["kind"] == result.kind


def test_a_ranking_has_rows_of_label_and_score():
    assert to_plain(RESULTS[0])["rows"] == ({"label": "cat", "score": 0.75},)


def test_a_picture_gives_its_size():
    assert to_plain(RESULTS[1]) == {"kind": "picture", "width": 3, "height": 2, "channels": 4}


def test_areas_give_the_share_of_each_name_that_occurs():
    plain = to_plain(Areas(("sky", "sea", "road"), np.array([[0, 0, 0, 2]], np.uint16)))
    assert plain["areas"] == [{"label": "sky", "share": 0.75}, {"label": "road", "share": 0.25}]
    assert (plain["width"], plain["height"]) == (4, 1)


def test_depth_gives_its_range():
    plain = to_plain(Depth(np.array([[1, 5, 2]], np.float32), "metres"))
    assert (plain["range"], plain["unit"]) == ([1, 2, 5], "metres")


def test_a_matrix_gives_nested_lists():
    assert to_plain(RESULTS[2])["values"] == [[0.5, 1.0]]


def test_numbers_that_json_lacks_become_words():
    assert plain_value(np.array([1.5, np.nan, np.inf, -np.inf]))["values"] == [1.5, "nan", "inf", "-inf"]


def test_at_most_a_thousand_values_are_given():
    plain = plain_value(np.zeros((50, 50), np.float32))
    assert (len(plain["values"]), plain["shape"], plain["dtype"]) == (1000, [50, 50], "float32")


@pytest.mark.parametrize("dtype", [ml_dtypes.bfloat16, ml_dtypes.float8_e4m3fn, ml_dtypes.int4, ml_dtypes.uint2])
def test_types_that_numpy_lacks_become_numbers(dtype):
    assert json.dumps(plain_value(np.array([1, 0], dtype))["values"]) in ("[1.0, 0.0]", "[1, 0]")


def test_texts_stay_texts():
    assert plain_value(np.array(["ü"], dtype=object)) == {"dtype": "string", "shape": [1], "values": ["ü"]}
