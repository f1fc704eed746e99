"""`why` as a program: places of a picture, and parts of a text."""

import json

import numpy as np
import pytest
from PIL import Image

from core.actions import list_samples
from core.commands import why
from core.results import Heat
from tests.core.commands.models import mood
from tests.core.program import playground


@pytest.fixture(scope="module")
def cup(tmp_path_factory):
    path = tmp_path_factory.mktemp("pictures") / "cup.png"
    path.write_bytes(list_samples.read("coffee"))
    return path


@pytest.fixture(scope="module")
def judge(tmp_path_factory):
    return mood(tmp_path_factory.mktemp("mood"))


def test_of_a_picture_the_strongest_place_is_said_in_words(cup):
    code, shown, _ = playground("why", "EfficientNet-Lite0", "--picture", cup)
    assert code == 0
    assert shown.startswith("espresso: 95.")
    assert "It rests most on what is in the middle." in shown
    assert "left bottom" in shown
    assert shown.rstrip().endswith("one run of the model.")


def test_json_has_the_map_and_the_picture_of_it_is_saved_in_grey(cup, tmp_path):
    target = tmp_path / "heat.png"
    code, out, err = playground("why", "EfficientNet-Lite0", "--picture", cup, "--out", target, "--json")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert (told["model"], told["task"]) == ("EfficientNet-Lite0", "image_classification")
    result = told["result"]
    assert (result["kind"], result["label"], result["saved"]) == ("heat", "espresso", str(target))
    with Image.open(target) as picture:
        assert (picture.format, picture.mode) == ("PNG", "L")
        assert np.abs(np.asarray(picture) / 255 - np.array(result["values"])).max() <= 0.5 / 255 + 1e-6


def test_the_way_can_be_chosen(cup):
    _, out, _ = playground("why", "EfficientNet-Lite0", "--picture", cup, "--method", "occlusion", "--json")
    assert json.loads(out)["result"]["method"].startswith("Each place was covered in turn")


def test_of_a_text_each_part_has_its_weight_with_a_sign(judge):
    """The model counts single letters g and b: only these two can matter, and in opposite ways."""
    code, shown, err = playground("why", judge, "--text", "g t b g")
    assert code == 0, err
    lines = shown.splitlines()
    assert lines[0].startswith("GOOD: ")
    weights = [(line.split()[1], float(line.split()[0])) for line in lines[1:5]]
    assert [part for part, _ in weights] == ["g", "t", "b", "g"]
    assert weights[0][1] == weights[3][1] > 0 > weights[2][1]
    assert all(line[0] in "+-" for line in lines[1:5])


def test_of_a_text_json_says_where_each_part_stands(judge):
    _, out, _ = playground("why", judge, "--text", "g t b g", "--json")
    result = json.loads(out)["result"]
    assert result["kind"] == "influences"
    assert [result["text"][one["start"] : one["end"]] for one in result["parts"]] == ["g", "t", "b", "g"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("EfficientNet-Lite0",), "“Your picture” is missing."),
        (("EfficientNet-Lite0", "--text", "a cup"), "has no use for --text"),
        (("EfficientNet-Lite0", "--picture", "nowhere.png"), "nowhere.png can't be read."),
        (("iris",), "This answer can't be explained."),
        (("MiniLM sentences", "--text", "one\ntwo", "--out", "heat.png"), "There is no picture to save."),
    ],
)
def test_what_cannot_be_explained_is_said_in_words(words, said):
    code, _, err = playground("why", *words)
    assert code == 2
    assert said in err
    assert "Traceback" not in err


def test_a_place_that_cannot_be_written_to_is_said_in_words(cup, tmp_path):
    target = tmp_path / "nowhere" / "heat.png"
    code, _, err = playground("why", "EfficientNet-Lite0", "--picture", cup, "--out", target)
    assert code == 2
    assert "can't be written" in err


def _heat(values):
    return Heat(np.float32(values), "cup", 0.9, "One look.")


@pytest.mark.parametrize(
    ("y", "x", "place"), [(0, 0, "at the left top"), (4, 4, "in the middle"), (8, 5, "at the bottom")]
)
def test_places_are_called_as_a_person_would(y, x, place):
    values = np.zeros((9, 9))
    values[y, x] = 1
    assert why._in_words(_heat(values), "").splitlines()[1].startswith(f"It rests most on what is {place}.")


def test_shares_of_the_nine_places_add_up_also_for_narrow_maps():
    for shape in ((9, 9), (64, 43), (1, 5), (2, 2), (1, 1)):
        assert np.sum(why._shares(_heat(np.ones(shape)))) == pytest.approx(1)
    assert "no place more" in why._in_words(_heat(np.zeros((4, 4))), "")
