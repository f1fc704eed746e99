"""Expected values: `tests/reference/picture_text.py`, which runs transformers and torch; formulas beside the rest."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from core.errors import InputError, RunFailed, TooLarge
from core.starter import efficientnet_lite0
from core.tasks import image_similarity as task
from core.types import Fact
from tests.core.tasks import two_towers
from tests.core.tasks.picture_models import described, opened, run_script, sample, silent
from tests.core.tasks.two_towers import IDS, MASK, PIXELS, expected, picture

TWO = (picture(0), picture(1))


def prepared(info, **facts):
    return replace(
        info, preparation={**task.assume(info), **{name: Fact(value, "you") for name, value in facts.items()}}
    )


def vision(name, shape, *more):
    return two_towers.info({}, model=([PIXELS], [(name, "float32", shape), *more]))


def alike_with(values, name="pooler_output", pictures=2, **facts):
    """How alike pictures are for a model that gives these numbers for all of them at once."""
    info = prepared(vision(name, ("batch", *values.shape[1:])), **facts)
    parts = {"model": lambda _: {name: values.astype(np.float32)}}
    return task.answer({"pictures": TWO[:1] * pictures}, parts, info, silent).values


@pytest.mark.parametrize("split", [False, True])
@pytest.mark.parametrize("family", ["clip", "siglip"])
def test_pictures_are_as_alike_as_transformers_says(family, split):
    info = prepared(two_towers.in_two(family) if split else two_towers.exported(family))
    role, output = ("vision", info.parts["vision"].outputs[0].name) if split else ("model", "image_embeds")

    def run(feeds):
        one_step = 1 / 255 / 0.26 if family == "clip" else 2 / 255
        assert np.abs(feeds["pixel_values"][:, :, ::7, ::7] - expected()[f"{family}_pixels"]).max() < one_step
        return {output: expected()[f"{family}_image_embeds"]}

    found = task.answer({"pictures": TWO}, {role: run}, info, silent)
    assert found.values == pytest.approx(expected()[f"{family}_alike"], abs=1e-5)
    assert found.rows == found.columns == ("Picture 1", "Picture 2")


def test_numbers_of_places_are_those_of_the_first_or_their_average():
    values = np.array([[[3, 4], [0, 2]], [[4, 3], [0, 2]]])
    # cosine of (3, 4) and (4, 3); of their averages with (0, 2): (1.5, 3) and (2, 2.5)
    assert alike_with(values, "last_hidden_state")[0, 1] == pytest.approx(24 / 25)
    expected_mean = (1.5 * 2 + 3 * 2.5) / np.sqrt((1.5**2 + 3**2) * (2**2 + 2.5**2))
    assert alike_with(values, "last_hidden_state", pooling="mean")[0, 1] == pytest.approx(expected_mean)


def test_maps_of_a_convolutional_model_are_averaged():
    values = np.zeros((2, 2, 2, 2))
    values[0, 0], values[1, 0], values[1, 1, 0, 0] = 1, 1, 4
    # averages over the places: (1, 0) and (1, 1)
    assert alike_with(values, "last_hidden_state")[0, 1] == pytest.approx(np.sqrt(0.5))


def test_probabilities_are_compared_by_the_measure_of_bhattacharyya():
    values = np.array([[0.5, 0.5, 0, 0], [0.5, 0, 0.5, 0]])
    assert alike_with(values, "scores", compared_by="scores")[0, 1] == pytest.approx(0.5)


def test_scores_that_are_no_probabilities_go_through_softmax():
    values = np.log(np.array([[0.5, 0.5 - 2e-9, 1e-9, 1e-9], [0.5, 1e-9, 0.5 - 2e-9, 1e-9]])) + 7
    assert alike_with(values, "scores", compared_by="scores")[0, 1] == pytest.approx(0.5, abs=1e-3)


def test_a_starter_that_names_things_sees_which_pictures_are_of_the_same_thing():
    info, parts = opened(efficientnet_lite0, task)
    cat, cup = sample("chelsea"), sample("coffee")
    pictures = (cat, np.ascontiguousarray(cat[20:280, 430:30:-1]), cup, cup[40:390, 80:580])
    found = task.answer({"pictures": pictures}, parts, info, silent).values
    assert found.diagonal() == pytest.approx(1)
    assert (found == found.T).all()
    assert min(found[0, 1], found[2, 3]) > 0.8
    assert found[:2, 2:].max() < 0.2


@pytest.mark.parametrize("family", ["clip", "efficientnet"])
def test_the_script_gives_the_same_answer(tmp_path, family):
    if family == "clip":
        info, parts = two_towers.built(tmp_path, "clip")
        info = prepared(info)
    else:
        info, parts = opened(efficientnet_lite0, task)
    inputs = {"pictures": TWO}
    found = json.loads(json.dumps(asdict(task.answer(inputs, parts, info, silent)), default=np.ndarray.tolist))
    assert json.loads(json.dumps(run_script(task, info, parts, inputs))) == found


def test_many_pictures_are_run_together_where_the_model_allows_it_and_announced():
    info, batches, said = prepared(vision("pooler_output", ("batch", 4))), [], []

    def run(feeds):
        batches.append(len(feeds["pixel_values"]))
        return {"pooler_output": np.ones((batches[-1], 4), np.float32)}

    found = task.answer({"pictures": TWO * 10}, {"model": run}, info, lambda share, words: said.append((share, words)))
    assert found.values.shape == (20, 20)
    assert batches == [8, 8, 4]
    assert said[1] == (0.4, "8 of 20 pictures looked at")


def test_a_model_for_one_picture_at_a_time_is_run_once_for_each():
    info = prepared(described([("float32", (1, 3, 32, 32))], [("float32", (1, 64))]))
    sizes = []
    run = {"model": lambda feeds: sizes.append(feeds["in0"].shape) or {"out0": np.ones((1, 64), np.float32)}}
    task.answer({"pictures": TWO}, run, info, silent)
    assert sizes == [(1, 3, 32, 32)] * 2


def test_a_model_that_promises_to_take_several_pictures_and_cannot_gets_one_after_the_other():
    info, sizes = prepared(vision("pooler_output", ("batch", 4))), []

    def run(feeds):
        sizes.append(len(feeds["pixel_values"]))
        if sizes[-1] > 1:
            raise RunFailed("It stopped.", "", "")
        return {"pooler_output": np.ones((1, 4), np.float32)}

    assert task.answer({"pictures": TWO}, {"model": run}, info, silent).values == pytest.approx(1)
    assert sizes == [2, 1, 1]


@pytest.mark.parametrize(
    "values",
    [np.ones((3, 4)), np.ones(4), np.float32(3), np.ones((2, 4, 2, 2, 2)), np.full((2, 4), np.nan), np.ones((2, 0))],
)
def test_an_answer_that_is_no_row_of_numbers_is_an_error_in_words(values):
    info = prepared(vision("pooler_output", ("batch", 4)))
    with pytest.raises(RunFailed, match=r"made of numbers|row of numbers"):
        task.answer({"pictures": TWO}, {"model": lambda _: {"pooler_output": np.asarray(values)}}, info, silent)


@pytest.mark.parametrize(
    "values", [None, {}, [], "text", np.ones((2, 0, 4)), np.full((2, 4), np.inf), np.full((2, 4), -np.inf)]
)
def test_scores_that_are_no_numbers_are_an_error_in_words(values):
    info = prepared(vision("pooler_output", ("batch", 4)), compared_by="scores")
    with pytest.raises(RunFailed):
        task.answer({"pictures": TWO}, {"model": lambda _: {"pooler_output": values}}, info, silent)


@pytest.mark.parametrize(("count", "error"), [(0, InputError), (1, InputError), (501, TooLarge)])
def test_too_few_and_too_many_pictures_are_an_error_in_words(count, error):
    info = prepared(vision("pooler_output", ("batch", 4)))
    with pytest.raises(error):
        task.answer({"pictures": TWO[:1] * count}, {}, info, silent)


def test_what_was_done_is_told_in_sentences():
    info, _ = opened(efficientnet_lite0, task)
    told = task.explain({"pictures": TWO}, info)
    assert any("names what it sees" in words for words in told)
    assert all(words.endswith(".") for words in told)


SOUND = ("input_features", "float32", ("batch", 1, 1001, 64))
IMAGE = ("float32", ("batch", 3, 224, 224))


@pytest.mark.parametrize(
    ("inputs", "outputs", "fit"),
    [
        ([PIXELS], [("last_hidden_state", "float32", ("n", 197, 192)), ("pooler_output", "float32", ("n", 192))], 0.95),
        ([PIXELS], [("last_hidden_state", "float32", ("n", 197, 192))], 0.95),
        (
            [PIXELS],
            [("last_hidden_state", "float32", ("n", 512, 7, 7)), ("pooler_output", "float32", ("n", 512, 1, 1))],
            0.95,
        ),
        ([PIXELS], [("image_embeds", "float32", ("n", 512))], 0.95),
        ([PIXELS], [("embedding", "float32", (1, 512))], 0.9),
        ([PIXELS], [("683", "float32", (1, 512))], 0.3),
        ([PIXELS], [("probabilities", "float32", ("n", 1000))], 0.2),
        ([PIXELS], [("probabilities", "float32", ("n", 37))], 0.15),
        ([PIXELS], [("probabilities", "float32", ("n", 2))], 0.1),
        ([PIXELS, IDS, MASK], two_towers.ANSWERS, 0.8),
        ([PIXELS], [("score", "float32", ("n", 1))], 0),
        ([PIXELS], [("mask", "float32", ("n", 1, 224, 224))], 0),
        ([PIXELS], [("image_embeddings", "float32", ("n", 256, 64, 64))], 0),
        ([PIXELS, PIXELS], [("embedding", "float32", (1, 512))], 0),
        ([SOUND], [("audio_embeds", "float32", ("n", 512))], 0),
        ([IDS, MASK], [("last_hidden_state", "float32", ("n", "s", 384)), ("pooler_output", "float32", ("n", 384))], 0),
        ([PIXELS], [("detections", "float32", None)], 0),
    ],
)
def test_it_fits_models_that_make_a_row_of_numbers_of_a_picture(inputs, outputs, fit):
    assert task.fits(two_towers.info({}, model=(inputs, outputs))) == fit
