import json
from dataclasses import asdict

import numpy as np
import pytest

from core.errors import RunFailed
from core.tasks import semantic_segmentation as task
from tests.core.tasks.picture_models import described, form, run_script
from tests.core.tasks.pixel_models import answering, answers, expected, ready, scene, segformer

PICTURE = ("float32", (1, 3, 512, 512))


def found_in(values, picture=None, given=(1, 3, 64, 64), **facts):
    return answers(task, answering(values, given), {"picture": scene(80, 60) if picture is None else picture}, **facts)


def test_segformer_at_512_gives_the_areas_that_transformers_gives():
    found = answers(task, segformer(), {"picture": scene(300, 201)})
    assert found.classes.shape == (201, 300)
    wanted = expected()["segformer_areas"]
    assert (found.classes[::2, ::2] == wanted).mean() > 0.9999
    assert len(np.unique(wanted)) > 3


def test_names_come_from_the_files_notes():
    names = ["road", "sky", "tree", "car", "person", "house", "background"]
    found = answers(task, segformer({"names": json.dumps(names)}), {"picture": scene(30, 20)})
    assert list(found.names) == names
    assert found.background == (6,)
    assert not found.note


def test_without_names_classes_are_numbered_and_that_is_said():
    found = answers(task, segformer(), {"picture": scene(30, 20)})
    assert found.names[6] == "Class 6"
    assert "numbered" in found.note


def test_names_that_cannot_belong_are_not_used():
    found = answers(task, segformer(), {"picture": scene(30, 20)}, labels=["a", "b"])
    assert found.names[0] == "Class 0"
    assert "7 classes but 2 names" in found.note


def test_one_class_more_than_names_means_background_comes_first():
    found = found_in(np.zeros((1, 3, 16, 16), np.float32), labels=["cat", "dog"])
    assert found.names == ("background", "cat", "dog")
    assert found.background == (0,)


def test_one_score_for_each_place_goes_through_a_sigmoid_where_it_must():
    known = expected()
    found = found_in(known["one_score"], labels=["cell"])
    assert found.names == ("background", "cell")
    assert (found.classes == known["one_score_areas"]).all()


@pytest.mark.parametrize(("activation", "share"), [("none", 0.0), ("detect", 0.0), ("sigmoid", 1.0)])
def test_probabilities_are_compared_with_one_half_as_they_are(activation, share):
    values = np.full((1, 1, 16, 16), 0.3, np.float32)
    assert found_in(values, activation=activation).classes.mean() == share


def test_channels_may_come_last():
    values = np.zeros((1, 16, 16, 4), np.float32)
    values[0, :, 8:, 2] = 1
    found = found_in(values)
    assert (found.classes[:, 0] == 0).all()
    assert (found.classes[:, -1] == 2).all()


@pytest.mark.parametrize("shape", [(1, 16, 16), (1, 1, 16, 16), (1, 16, 16, 1), (16, 16)])
@pytest.mark.parametrize("kind", [np.int64, np.int32, np.uint8, np.float32])
def test_finished_maps_are_used_as_they_are(shape, kind):
    values = np.zeros((16, 16), kind)
    values[:8], values[8:] = 11, 5
    found = found_in(values.reshape(shape), labels=[f"name {number}" for number in range(19)])
    assert set(np.unique(found.classes)) == {5, 11}
    assert found.names[11] == "name 11"
    assert (found.classes[0, 0], found.classes[-1, -1]) == (11, 5)


def test_255_in_a_finished_map_means_unlabelled():
    values = np.zeros((1, 16, 16), np.uint8)
    values[0, 0] = 255
    found = found_in(values, labels=["road", "sky"])
    assert found.names == ("road", "sky", "unlabelled")
    assert found.background == (2,)


def test_what_the_model_was_not_shown_has_a_name_of_its_own():
    values = np.zeros((1, 2, 16, 16), np.float32)
    facts = {"resize": "crop", "resize_px": 64}
    found = found_in(values, scene(200, 100), labels=["a", "b"], **facts)
    assert found.names[-1] == "not seen by the model"
    assert found.background == (2,)
    assert (found.classes[:, :49] == 2).all()
    assert (found.classes[:, 52:148] == 0).all()


def test_a_large_picture_gets_a_smaller_map_of_the_same_proportions():
    picture = np.zeros((2000, 4000, 3), np.uint8)
    height, width = found_in(np.zeros((1, 2, 16, 16), np.float32), picture).classes.shape
    assert width / height == pytest.approx(2, rel=1e-2)
    assert width * height <= 4_100_000


@pytest.mark.parametrize(
    "values",
    [
        np.full((1, 3, 8, 8), np.nan, np.float32),
        np.zeros((1, 10), np.float32)[0],
        np.zeros((2, 3, 8, 8), np.float32),
        np.zeros((1, 0, 8, 8), np.float32),
        np.full((1, 8, 8), -1, np.int64),
        np.full((1, 8, 8), 70_000, np.int64),
    ],
)
def test_odd_answers_are_an_error_in_words(values):
    with pytest.raises(RunFailed) as error:
        found_in(values)
    assert error.value.fix


def test_huge_whole_numbers_in_floats_are_scores():
    assert found_in(np.full((1, 1, 8, 8), 1e9, np.float32)).classes.max() == 1


def test_the_script_gives_the_same_answer():
    info, parts = segformer({"names": "a,b,c,d,e,f,g"})
    info = ready(task, info)
    inputs = form(task, info, {"picture": scene(120, 90)})
    found = asdict(task.answer(inputs, parts, info, lambda *_: None))
    result = run_script(task, info, parts, inputs)
    shares = np.bincount(found["classes"].reshape(-1), minlength=7) / found["classes"].size
    assert {row["label"]: row["share"] for row in result["areas"]} == {
        name: share for name, share in zip("abcdefg", shares, strict=True) if share
    }
    assert (result["width"], result["height"], result["kind"]) == (120, 90, "areas")
    json.dumps(result)


def test_what_was_done_is_told_in_sentences():
    info = ready(task, segformer()[0])
    sentences = task.explain({"picture": scene(30, 20)}, info)
    assert "512 × 512" in sentences[0]
    assert all(sentence.endswith(".") for sentence in sentences)


@pytest.mark.parametrize(
    ("outputs", "lowest", "highest"),
    [
        ([("float32", (1, 150, 128, 128))], 0.8, 0.9),
        ([("float32", (1, 21, 512, 512))], 0.8, 0.9),
        ([("float32", (1, 21, "height", "width"))], 0.6, 0.8),
        ([("int64", (1, 512, 512))], 0.8, 0.9),
        ([("float32", (1, 512, 512, 21))], 0.8, 0.9),
        ([("float32", (1, 1, 512, 512))], 0.1, 0.4),
        ([("float32", (1, 3, 512, 512))], 0.1, 0.4),
        ([("float32", (1, 125, 16, 16))], 0.1, 0.2),
        ([("float32", (1, 2048, 16, 16))], 0.1, 0.2),
        ([("float32", (1, 1000))], 0, 0),
        ([("float32", (1, 84, 8400))], 0, 0),
        ([("float32", (4, 21, 512, 512))], 0, 0),
        ([("float32", (1, 255, 64, 64)), ("float32", (1, 255, 32, 32))], 0, 0),
    ],
)
def test_it_fits_one_picture_in_and_one_map_of_classes_out(outputs, lowest, highest):
    assert lowest <= task.fits(described([PICTURE], outputs)) <= highest


def test_it_is_sure_of_segformer_and_not_of_two_pictures():
    assert task.fits(segformer()[0]) == 0.95
    assert task.fits(described([PICTURE, PICTURE], [("float32", (1, 21, 512, 512))])) == 0
