import pytest

from core.tasks import _notes


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ('["cat", "dog"]', ["cat", "dog"]),
        ("{0: 'cat', 1: 'dog'}", ["cat", "dog"]),
        ('{"cat": 0, "dog": 1}', ["cat", "dog"]),
        ("cat,dog", ["cat", "dog"]),
        ("cat\ndog\n", ["cat", "dog"]),
        ("[1, 2]", ["1", "2"]),
    ],
)
def test_names_are_read_however_they_are_written(written, names):
    assert _notes.labels({"names": written}) == names


@pytest.mark.parametrize(
    "written",
    [
        "[0x" + "f" * 5000 + ", 1]",
        "(" * 100_000,
        "-" * 1_000_000,
        "[" + "1," * 2_000_000 + "]",
        "{0: [1], 1: 2}",
        "{" + "9" * 5000 + ": 'a'}",
    ],
    ids=["endless number", "nested", "signs", "too long", "a list as a name", "endless key"],
)
def test_what_is_no_list_of_names_gives_none_and_no_error(written):
    assert _notes.labels({"names": written}) == [] or len(written) > 500_000


@pytest.mark.parametrize(
    "written", ["[NaN, 1, 2]", "[1e400, 1, 2]", "[" + "9" * 400 + ", 1, 1]", "[1, 2]", '["a", 1, 2]']
)
def test_colours_are_three_finite_numbers_or_nothing(written):
    assert _notes.colour_numbers({"mean": written}, "mean") == []


def test_colours_up_to_1_are_on_the_scale_of_1():
    assert _notes.colour_numbers({"mean": "[0.5, 0.4, 1]"}, "mean") == [127.5, 102.0, 255.0]
