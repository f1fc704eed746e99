"""What goes through the wire comes out as it went in, and nothing else ever comes out."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass

import ml_dtypes
import numpy as np
import pytest

from core import results
from core.errors import Crashed
from core.fields import TensorSource
from core.types import Fact, Upload
from core.workers import wire


def sent(value):
    """The value after the journey."""
    buffers = []

    def put(buffer):
        buffers.append(bytes(buffer))
        return len(buffers) - 1

    header = wire.to_header(wire.pack(value, put))
    return wire.unpack(wire.from_header(header), lambda number: memoryview(buffers[number]))


NUMBERS = [np.dtype(letter) for letter in "?bBhHiIlLqQefdFD"]
SMALL = [
    np.dtype(getattr(ml_dtypes, name))
    for name in (
        *("bfloat16", "float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2", "float8_e5m2fnuz", "float8_e8m0fnu"),
        *("float4_e2m1fn", "float6_e2m3fn", "int4", "uint4", "int2", "uint2"),
    )
]


@pytest.mark.parametrize("dtype", [*NUMBERS, *SMALL], ids=str)
@pytest.mark.parametrize("shape", [(), (1,), (2, 3), (0,), (3, 0, 2), (1,) * 32], ids=str)
def test_numbers_of_every_type_and_shape_come_back_bit_for_bit(dtype, shape):
    given = (np.arange(math.prod(shape)) % 2).reshape(shape).astype(dtype)
    got = sent(given)
    assert (got.dtype, got.shape) == (dtype, shape)
    assert got.tobytes() == given.tobytes()


@pytest.mark.parametrize("dtype", [">f4", ">i8", ">u2", ">f8", ">c16"])
def test_numbers_the_other_way_round_keep_their_values(dtype):
    assert sent(np.array([1, 2, 300], dtype)).tolist() == [1, 2, 300]


@pytest.mark.parametrize(
    "given",
    [
        np.asfortranarray(np.arange(6).reshape(2, 3)),
        np.arange(20).reshape(4, 5)[::2, ::-1],
        np.broadcast_to(np.float32(3), (4, 4)),
        np.arange(6).reshape(2, 3).T,
        np.lib.stride_tricks.sliding_window_view(np.arange(9), 4),
    ],
    ids=["Fortran order", "backwards", "broadcast", "turned", "windows"],
)
def test_the_way_numbers_lie_in_memory_does_not_matter(given):
    assert np.array_equal(sent(given), given)


def test_no_number_and_infinity_survive():
    given = np.array([np.nan, np.inf, -np.inf, -0.0])
    assert sent(given).tobytes() == given.tobytes()
    plain = sent([math.nan, math.inf, -math.inf])
    assert math.isnan(plain[0])
    assert plain[1:] == [math.inf, -math.inf]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (np.array(["a", "ü€😀", ""], object), ["a", "ü€😀", ""]),
        (np.array([["a"], ["b"]]), [["a"], ["b"]]),
        (np.array([b"a", b"\xff"]), ["a", "�"]),
        (np.array("one", object), "one"),
        (np.array([], object), []),
        (np.array(["a\0b", "\ud800"], object), ["a\0b", "?"]),
    ],
)
def test_texts_come_back_as_arrays_of_text(given, expected):
    got = sent(given)
    assert got.dtype == object
    assert got.shape == given.shape
    assert got.tolist() == expected


@pytest.mark.parametrize(
    "given",
    [
        None,
        True,
        0,
        -(2**63),
        2**64,
        1.5,
        "",
        "ü€😀 \x00 \u2028",
        b"",
        bytes(range(256)),
        [],
        {},
        [1, [2, [3, None]]],
        {"a": {"b": [b"x"]}},
        {"": 1},
        {1: "a", 2.5: "b", "c": "d"},
        {True: 1},
        {"$array": [0, "<f4", [1]]},
        {"$bytes": 0, "b": 1},
        [{"$nothing": None}],
    ],
    ids=str,
)
def test_plain_values_come_back(given):
    got = sent(given)
    assert got == given
    assert type(got) is type(given)


def test_what_has_no_type_of_its_own_comes_back_as_its_plain_twin():
    assert sent((1, (2,))) == [1, [2]]
    assert sent(bytearray(b"ab")) == b"ab"
    assert sent(memoryview(b"abcd")[1:3]) == b"bc"
    assert sent(np.float64(1.5)) == 1.5
    assert sent(np.float32(1.5)).tolist() == 1.5
    plain = {"value": [1], "source": "you", "certain": True, "is_file": False, "choices": []}
    assert sent(Fact([1], "you")) == plain


def test_numbers_of_numpy_may_be_keys():
    """As a map of int64 to float comes out of a model's last step."""
    assert sent({np.int64(7): 0.5}) == {7: 0.5}


@pytest.mark.parametrize(
    "given",
    [
        Upload("/a/b", "b.png", 7, "k"),
        TensorSource("numbers", (2, 3), text="1 2"),
        TensorSource("file", data=Upload("/a", "a.npy", 3)),
        TensorSource("picture", data=b"\x89PNG"),
    ],
)
def test_uploads_and_recipes_may_stand_anywhere(given):
    assert sent(given) == given
    assert sent({"a": [given, {"b": given}]}) == {"a": [given, {"b": given}]}
    assert sent({3: given}) == {3: given}


def test_results_come_back_as_what_they_were():
    pixels = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    picture = wire.convert(sent(results.Picture(pixels)), results.Picture)
    assert np.array_equal(picture.pixels, pixels)
    ranking = results.Ranking((results.RankedLabel("cat", 0.5),), sure=False)
    assert wire.convert(sent(ranking), results.Ranking) == ranking
    outputs = {"a": np.float32([1]), "b": [np.int64([1])], "c": {1: 2.0}, "d": None}
    tensors = wire.convert(sent(results.Tensors(outputs)), results.Tensors).outputs
    assert tensors["a"].tolist() == [1]
    assert tensors["c"] == {1: 2.0}


@pytest.mark.parametrize("kind", results.KINDS)
@pytest.mark.parametrize(
    "forged",
    [np.zeros(3), np.array(["x"], object), b"x", 5, None, "x", [], {}, [np.zeros(3)], {1: 2}, Upload("a", "b", 1)],
    ids=lambda value: type(value).__name__,
)
def test_a_result_of_the_wrong_make_is_refused(kind, forged):
    made = results.KINDS[kind]
    with pytest.raises(Crashed):
        wire.convert(forged, made)
    for name in made.__dataclass_fields__:
        if name != "kind" and not (kind == "tensors" and isinstance(forged, dict)):
            whole = {"kind": kind, **{other: forged for other in made.__dataclass_fields__ if other != "kind"}}
            with pytest.raises(Crashed):
                wire.convert(whole, made)


@pytest.mark.parametrize("given", [object(), {1, 2}, lambda: 0, 1j, range(3)])
def test_what_is_no_plain_data_is_not_sent(given):
    with pytest.raises(TypeError):
        sent(given)


def test_what_contains_itself_is_not_sent():
    given = []
    given.append(given)
    with pytest.raises((ValueError, RecursionError)):
        sent(given)


def test_deep_nesting_is_read_to_a_point_and_then_refused():
    def nested(depth):
        value = 1
        for _ in range(depth):
            value = [value]
        return value

    assert sent(nested(wire.MAX_DEPTH)) == nested(wire.MAX_DEPTH)
    with pytest.raises(Crashed):
        sent(nested(wire.MAX_DEPTH + 2))


def test_a_dataclass_nobody_sends_cannot_be_asked_for():
    @dataclass
    class Mine:
        x: int

    assert sent(Mine(1)) == {"x": 1}
    with pytest.raises(Crashed):
        wire.unpack({"$Mine": {"x": 1}}, lambda _number: memoryview(b""))


def test_half_characters_become_question_marks_wherever_they_stand():
    for header in (b'{"\\ud800":["\\udFFF"]}', b'["\\uD83D"]'):
        json.dumps(wire.from_header(header), ensure_ascii=False).encode()
    whole = json.dumps("\U0001f600").encode()  # two halves that belong together
    assert wire.from_header(whole) == "\U0001f600"


@pytest.mark.parametrize("header", [b'"\xed\xa0\x80"', '"\\ud800"'.encode("utf-16"), '"a"'.encode("utf-32"), b"\xff"])
def test_a_header_is_utf_8_or_refused(header):
    with pytest.raises(Crashed):
        wire.from_header(header)
