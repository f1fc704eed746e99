"""Expected values: `tests/reference/picture_text.py`, which runs transformers and torch."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from core.errors import InputError, ModelError, RunFailed
from core.starter import efficientnet_lite0
from core.tasks import image_search as task
from tests.core.tasks import two_towers
from tests.core.tasks.picture_models import form, opened, run_script, sample, silent
from tests.core.tasks.two_towers import PIXELS, expected, picture

TWO = (picture(0), picture(1))
SENTENCE = "This is a photo of {}."


def prepared(info):
    return replace(info, preparation=task.assume(info))


def by_place(found):
    return [next(row.score for row in found.rows if row.place == place) for place in range(len(found.rows))]


@pytest.mark.parametrize("split", [False, True])
@pytest.mark.parametrize("family", ["clip", "siglip"])
def test_words_and_pictures_are_as_alike_as_torch_says(tmp_path, family, split):
    info, parts = two_towers.built(tmp_path, family, split)
    info = prepared(info)
    for number, label in enumerate(two_towers.LABELS[:3]):
        inputs = form(task, info, {"text": SENTENCE.format(label), "pictures": TWO})
        found = task.answer(inputs, parts, info, silent)
        # siglip pads every text to 64 pieces, clip only to the longest: its average leaves padding out
        assert by_place(found) == pytest.approx(expected()[f"{family}_tiny_cosines"][:, number].tolist(), abs=1e-4)
        assert found.rows[0].score >= found.rows[1].score
        assert found.field == "pictures"
        assert "0.3" in found.note


def test_a_picture_finds_itself_first():
    info, parts = opened(efficientnet_lite0, task)
    pictures = tuple(sample(name) for name in ("rocket", "coffee", "chelsea", "page"))
    cat = np.ascontiguousarray(sample("chelsea")[20:280, 430:30:-1])
    found = task.answer({"picture": cat, "pictures": pictures}, parts, info, silent)
    assert found.rows[0].place == 2
    assert found.rows[0].score > 0.8
    assert found.rows[1].score < 0.3


def test_a_picture_is_used_instead_of_words(tmp_path):
    info, parts = two_towers.built(tmp_path, "clip", split=True)
    info = prepared(info)
    inputs = form(task, info, {"picture": TWO[1], "pictures": TWO})
    found = task.answer(inputs, {"vision": parts["vision"]}, info, silent)
    assert found.rows[0].place == 1
    assert found.rows[0].score == pytest.approx(1)
    assert found.note == ""


@pytest.mark.parametrize("query", ["text", "picture"])
@pytest.mark.parametrize("split", [False, True])
def test_the_script_gives_the_same_answer(tmp_path, query, split):
    info, parts = two_towers.built(tmp_path, "clip", split)
    info = prepared(info)
    inputs = form(task, info, {"pictures": TWO, query: "a dog" if query == "text" else TWO[1]})
    found = json.loads(json.dumps(asdict(task.answer(inputs, parts, info, silent))))
    assert json.loads(json.dumps(run_script(task, info, parts, inputs))) == found


def test_a_model_without_words_asks_for_a_picture():
    info = two_towers.info({}, model=([PIXELS], [("pooler_output", "float32", ("n", 8))]))
    assert [field.name for field in task.fields(info)] == ["picture", "pictures"]
    assert [field.name for field in task.fields(two_towers.exported("clip"))] == ["text", "pictures", "picture"]


@pytest.mark.parametrize("inputs", [{"text": " "}, {"text": "cat", "pictures": ()}, {"pictures": ()}])
def test_nothing_to_look_for_or_in_is_an_error_in_words(inputs):
    info = prepared(two_towers.exported("clip"))
    with pytest.raises(InputError):
        task.answer({"pictures": TWO, "picture": None, **inputs}, {}, info, silent)


def test_words_without_a_tokenizer_are_an_error_in_words(tmp_path):
    info, parts = two_towers.built(tmp_path, "clip", split=True)
    info = prepared(replace(info, files={}))
    with pytest.raises(ModelError, match="tokenizer"):
        task.answer({"pictures": TWO, "text": "cat"}, parts, info, silent)


@pytest.mark.parametrize(
    ("words", "message"), [(np.ones((1, 5)), "can't be compared"), (np.full((1, 8), np.inf), "numbers")]
)
def test_words_that_cannot_be_compared_are_an_error_in_words(tmp_path, words, message):
    info, parts = two_towers.built(tmp_path, "clip", split=True)
    parts = {**parts, "text": lambda _: {"text_embeds": words.astype(np.float32)}}
    with pytest.raises(RunFailed, match=message):
        task.answer({"pictures": TWO, "text": "cat"}, parts, prepared(info), silent)


def test_a_strange_score_is_not_hidden():
    found = task.matches(np.eye(2, dtype=np.float32), np.array([0.2, 1.0], np.float32), "")
    assert [row["place"] for row in found["rows"]] == [1, 0]
    assert [row["score"] for row in found["rows"]] == pytest.approx([1.0, 0.2])


@pytest.mark.parametrize(
    ("inputs", "outputs", "least", "most"),
    [
        ([PIXELS], [("pooler_output", "float32", ("n", 192))], 0.85, 0.94),
        ([PIXELS], [("probabilities", "float32", ("n", 1000))], 0.1, 0.2),
        ([PIXELS], [("mask", "float32", ("n", 1, 224, 224))], 0, 0),
    ],
)
def test_it_fits_a_little_less_than_comparing(inputs, outputs, least, most):
    assert least <= task.fits(two_towers.info({}, model=(inputs, outputs))) <= most
