"""Values for the inputs of a graph. Random ones are compared with NumPy's own generator."""

from __future__ import annotations

import io

import ml_dtypes
import numpy as np
import pytest
from PIL import Image

from core.errors import BadTensor, TooLarge
from core.fields import TensorSource
from core.readers.arrays import read_npz
from core.readers.tensor import read_tensor
from core.shapes import default_shape
from core.types import Port


def port(shape=(2, 3), dtype="float32", kind="tensor", type_=None):
    return Port("x", kind, type_ or f"tensor({dtype})", dtype, shape)


def npy(array):
    target = io.BytesIO()
    np.save(target, array)
    return target.getvalue()


def npz(**arrays):
    target = io.BytesIO()
    np.savez(target, **arrays)
    return target.getvalue()


def png(colour, size=(8, 6)):
    target = io.BytesIO()
    Image.new("RGB", size, colour).save(target, "PNG")
    return target.getvalue()


def test_random_floats_are_numpys_standard_normal_of_the_seed():
    expected = np.random.default_rng(7).standard_normal((2, 3), dtype=np.float32)
    assert np.array_equal(read_tensor(TensorSource("random", seed=7), port()), expected)


def test_random_whole_numbers_are_numpys_zero_to_nine():
    expected = np.random.default_rng(0).integers(0, 10, (2, 3))
    assert np.array_equal(read_tensor(TensorSource(), port(dtype="int64")), expected)


@pytest.mark.parametrize(
    "dtype",
    [
        "float16",
        "float64",
        "uint8",
        "int16",
        "bool",
        "bfloat16",
        "float8_e5m2",
        "float8_e8m0fnu",
        "int4",
        "uint4",
        "int2",
        "uint2",
        "float4_e2m1fn",
        "complex64",
    ],
)
@pytest.mark.parametrize("how", ["random", "zeros", "ones"])
def test_every_type_can_be_filled(how, dtype):
    made = read_tensor(TensorSource(how), port(dtype=dtype))
    assert (made.dtype.name, made.shape) == (dtype, (2, 3))


def test_random_texts_are_the_word_text():
    assert read_tensor(TensorSource(), port((2,), "string")).tolist() == ["text", "text"]


def test_a_sequence_gets_a_list_of_two_different_tensors():
    made = read_tensor(TensorSource(), port(kind="sequence", type_="seq(tensor(float))"))
    assert [item.shape for item in made] == [(2, 3), (2, 3)]
    assert not np.array_equal(*made)


def test_an_optional_gets_what_it_may_hold():
    made = read_tensor(TensorSource(), port(kind="optional", type_="optional(seq(tensor(float)))"))
    assert len(made) == 2


@pytest.mark.parametrize(("key", "keys"), [("string", ["a", "b"]), ("int64", [0, 1])])
def test_a_map_gets_a_small_dict_of_plain_numbers(key, keys):
    made = read_tensor(TensorSource(), port((), kind="map", type_=f"map({key}, tensor(float))"))
    assert list(made) == keys
    assert all(type(value) is float for value in made.values())


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        (("batch", 3, "height", "width"), (1, 3, 224, 224)),
        ((None, "channels", "H", "W"), (1, 3, 224, 224)),
        (("batch", "sequence_length"), (1, 8)),
        (("batch", 4, "past_sequence_length", 64), (1, 4, 0, 64)),
        (("N", None), (1, 1)),
        ((), ()),
        (None, ()),
    ],
)
def test_open_sizes_are_guessed_from_their_names(shape, expected):
    assert default_shape(port(shape)) == expected


def test_numbers_are_read_with_commas_spaces_lines_and_brackets():
    made = read_tensor(TensorSource("numbers", text="[[1, 2, 3],\n [4 5; 6e1]]"), port())
    assert made.tolist() == [[1, 2, 3], [4, 5, 60]]
    assert made.dtype == np.float32


def test_the_count_of_numbers_settles_one_open_size():
    assert read_tensor(TensorSource("numbers", text="1 2 3 4 5 6"), port((None, 2))).shape == (3, 2)


def test_whole_numbers_keep_all_their_digits():
    made = read_tensor(TensorSource("numbers", text="9007199254740993"), port((1,), "int64"))
    assert made.tolist() == [9007199254740993]


@pytest.mark.parametrize(
    ("text", "dtype", "words"),
    [
        ("1 2 3", "float32", "6 numbers"),
        ("1 2 3 4 5 six", "float32", "six"),
        ("1 2 3 4 5 6.5", "int32", "int32"),
        ("1 2 3 4 5 300", "uint8", "uint8"),
        ("1 2 3 4 5 -1", "uint8", "uint8"),
        ("1 2 3 4 5 9", "int4", "int4"),
        ("1 2 3 4 5 99999999999999999999999", "int64", "int64"),
        ("1 2 3 4 5 nan", "int64", "int64"),
        ("1 2 3 4 5 1e300", "float32", "float32"),
        ("1 2 3 4 5 2", "bool", "bool"),
    ],
)
def test_numbers_that_do_not_fit_are_named(text, dtype, words):
    with pytest.raises(BadTensor) as caught:
        read_tensor(TensorSource("numbers", text=text), port(dtype=dtype))
    assert words in str(caught.value)


def test_true_and_false_are_numbers_too():
    assert read_tensor(TensorSource("numbers", text="true false 1"), port((3,), "bool")).tolist() == [True, False, True]


def test_a_text_fills_a_single_text_input():
    assert read_tensor(TensorSource("text", text="hi\nyou"), port((1,), "string")).tolist() == ["hi\nyou"]


def test_lines_fill_an_input_of_several_texts():
    assert read_tensor(TensorSource("text", text="hi\nyou"), port((2,), "string")).tolist() == ["hi", "you"]


def test_text_for_numbers_is_refused():
    with pytest.raises(BadTensor, match="not text"):
        read_tensor(TensorSource("text", text="hi"), port())


@pytest.mark.parametrize(
    ("shape", "channels_axis"),
    [((1, 3, 4, 5), 1), ((1, 4, 5, 3), 3), ((3, 4, 5), 0), ((4, 5, 3), 2), ((2, 3, 4, 5), 1)],
)
def test_a_picture_is_laid_out_as_the_input_asks(shape, channels_axis):
    made = read_tensor(TensorSource("picture", data=png((255, 0, 51))), port(shape))
    assert made.shape == shape
    assert made.dtype == np.float32
    colours = [np.take(made, channel, channels_axis) for channel in range(3)]
    assert [float(colour.max()) for colour in colours] == pytest.approx([1, 0, 0.2])


def test_a_picture_for_bytes_keeps_0_to_255():
    assert read_tensor(TensorSource("picture", data=png((255, 0, 51))), port((1, 4, 5, 3), "uint8")).max() == 255


@pytest.mark.parametrize("channels", [1, 4])
def test_a_picture_becomes_grey_or_gets_a_fourth_colour(channels):
    made = read_tensor(TensorSource("picture", data=png((255, 255, 255))), port((1, channels, 4, 4)))
    assert made.shape == (1, channels, 4, 4)
    assert made.min() == 1


def test_a_picture_does_not_fit_a_table():
    with pytest.raises(BadTensor, match="picture"):
        read_tensor(TensorSource("picture", data=png((0, 0, 0))), port())


def test_npy_npz_and_csv_files_are_read():
    given = np.arange(6, dtype=np.float32).reshape(2, 3)
    csv = b"a,b,c\n0,1,2\n3,4,5\n"
    for data in (npy(given), npz(x=given), npz(other=given), npz(y=given + 1, x=given), csv, csv.replace(b",", b";")):
        assert np.array_equal(read_tensor(TensorSource("file", data=data), port()), given)


def test_numbers_of_a_file_are_converted_when_nothing_is_lost():
    assert read_tensor(TensorSource("file", data=npy(np.ones((2, 3)))), port(dtype="int64")).dtype == np.int64


def test_small_floats_survive_a_npy_file():
    given = np.ones((2, 3), ml_dtypes.bfloat16)
    assert np.array_equal(read_tensor(TensorSource("file", data=npy(given)), port(dtype="bfloat16")), given)


def test_a_missing_first_size_of_one_is_added():
    assert read_tensor(np.ones(3, np.float32), port((1, 3))).shape == (1, 3)


@pytest.mark.parametrize("value", [np.ones((2, 4), np.float32), np.ones(6, np.float32)])
def test_sizes_that_do_not_fit_are_said(value):
    with pytest.raises(BadTensor) as caught:
        read_tensor(value, port())
    assert "2 × 3" in caught.value.detail


def test_sizes_asked_for_must_fit_the_input():
    with pytest.raises(BadTensor) as caught:
        read_tensor(TensorSource(shape=(2, 4)), port())
    assert "2 × 3" in caught.value.detail


@pytest.mark.parametrize("value", [None, {"a": 1.0}, [np.ones(2)]])
def test_values_for_lists_maps_and_optionals_pass_through(value):
    assert read_tensor(value, port(kind="optional", type_="optional(tensor(float))")) is value


def test_pickled_objects_are_never_read():
    with pytest.raises(BadTensor):
        read_tensor(TensorSource("file", data=npy(np.array([{"a": 1}], dtype=object))), port())
    with pytest.raises(BadTensor):
        read_npz(npz(x=np.array([{"a": 1}], dtype=object)))


@pytest.mark.parametrize("data", [b"", b"\x93NUMPY\x01\x00", b"PK\x03\x04nonsense", b"\x00\xff\xfe\xfd", b"1,2\n3\n"])
def test_broken_files_are_refused_in_words(data):
    with pytest.raises(BadTensor):
        read_tensor(TensorSource("file", data=data), port())


def test_a_npy_file_that_claims_more_than_it_holds_is_refused():
    data = npy(np.ones((2, 3), np.float32))
    with pytest.raises(BadTensor):
        read_tensor(TensorSource("file", data=data[:-4]), port())


def test_sizes_that_fill_the_memory_are_refused():
    with pytest.raises(TooLarge):
        read_tensor(TensorSource(shape=(100_000, 100_000)), port((None, None)))


def test_a_zip_that_unpacks_too_large_is_refused(monkeypatch):
    monkeypatch.setattr("core.settings.MAX_TENSOR_BYTES", 1000)
    target = io.BytesIO()
    np.savez_compressed(target, x=np.zeros(10_000))
    with pytest.raises(TooLarge):
        read_npz(target.getvalue())


def test_an_npz_file_gives_its_arrays_by_name():
    assert {name: array.tolist() for name, array in read_npz(npz(a=np.ones(1), b=np.zeros(2))).items()} == {
        "a": [1],
        "b": [0, 0],
    }


def test_an_npz_without_the_inputs_name_lists_what_it_has():
    with pytest.raises(BadTensor) as caught:
        read_tensor(TensorSource("file", data=npz(a=np.ones(1), b=np.ones(1))), port())
    assert "a, b" in caught.value.detail


def test_a_size_of_0_does_not_hide_one_that_is_endless():
    with pytest.raises(TooLarge):
        read_tensor(TensorSource("zeros", (0, 2**62, 4)), Port("x", "tensor", "tensor(float)", "float32", (None,) * 3))


def test_a_map_to_texts_is_filled_with_texts():
    made = read_tensor(TensorSource(), Port("x", "map", "map(int64, tensor(string))", "string", ()))
    assert all(isinstance(value, str) for value in made.values())


@pytest.mark.parametrize("kind", ["sparse", "sequence", "map", "optional"])
def test_what_is_no_plain_table_cannot_be_read_from_a_file(kind):
    source = TensorSource("file", data=b"1,2,3", file_name="a.csv")
    with pytest.raises(BadTensor, match="can't be read from a file"):
        read_tensor(source, port(kind=kind, type_=f"{kind}(float)"))
