"""Expected values: `tests/reference/picture_text.py`, which runs transformers and torch."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from core.errors import BadText, ModelError, RunFailed, TooLarge
from core.inside._evidence import gathered
from core.tasks import zero_shot_image_classification as task
from core.types import Fact
from tests.core.tasks import two_towers
from tests.core.tasks.picture_models import form, run_script, silent
from tests.core.tasks.two_towers import IDS, LABELS, MASK, PIXELS, expected, picture

FAMILIES = ["clip", "siglip"]


def prepared(info, **facts):
    return replace(
        info, preparation={**task.assume(info), **{name: Fact(value, "you") for name, value in facts.items()}}
    )


def given(info, number=0, labels=LABELS, **more):
    return form(task, info, {"picture": picture(number), "labels": labels, **more})


def by_label(found):
    return [next(row.score for row in found.rows if row.label == label) for label in LABELS]


def remembering(outputs):
    """A graph that answers the same and keeps what it was fed."""
    seen = {}

    def run(feeds):
        seen.update(feeds)
        return outputs

    return run, seen


def grid(values):
    return values[:, :, ::7, ::7]


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("family", FAMILIES)
def test_picture_and_words_are_fed_as_transformers_feeds_them(family, number):
    info = prepared(two_towers.exported(family))
    run, seen = remembering({"logits_per_image": expected()[f"{family}_logits"][number : number + 1]})
    task.answer(given(info, number), {"model": run}, info, silent)
    assert seen["pixel_values"].shape == (1, 3, 224, 224)
    fed = grid(seen["pixel_values"]) - expected()[f"{family}_pixels"][number]
    one_step = 1 / 255 / 0.26 if family == "clip" else 2 / 255
    assert np.abs(fed).max() < one_step
    assert seen["input_ids"].tolist() == expected()[f"{family}_ids"].tolist()
    assert ("attention_mask" in seen) is (family == "clip")


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("family", FAMILIES)
def test_the_models_numbers_become_the_percentages_of_transformers(family, number):
    info = prepared(two_towers.exported(family))
    run, _ = remembering({"logits_per_image": expected()[f"{family}_logits"][number : number + 1]})
    found = task.answer(given(info, number), {"model": run}, info, silent)
    assert by_label(found) == pytest.approx(expected()[f"{family}_probabilities"][number].tolist(), abs=1e-5)
    assert [row.score for row in found.rows] == sorted((row.score for row in found.rows), reverse=True)
    assert found.independent is (family == "siglip")


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("family", FAMILIES)
def test_a_real_graph_gives_the_percentages_of_torch_from_picture_to_answer(tmp_path, family, number):
    info, parts = two_towers.built(tmp_path, family)
    info = prepared(info)
    found = task.answer(given(info, number), parts, info, silent)
    assert by_label(found) == pytest.approx(expected()[f"{family}_tiny_probabilities"][number].tolist(), abs=1e-4)


@pytest.mark.parametrize("family", FAMILIES)
def test_two_graphs_give_shares_by_likeness_and_say_they_are_relative(tmp_path, family):
    info, parts = two_towers.built(tmp_path, family, split=True)
    info = prepared(info)
    found = task.answer(given(info), parts, info, silent)
    assert by_label(found) == pytest.approx(expected()[f"{family}_tiny_apart"][0].tolist(), abs=1e-4)
    assert "relative" in found.note
    assert any("relative" in words for words in task.explain(given(info), info))


def test_the_real_scale_of_two_graphs_can_be_said(tmp_path):
    info, parts = two_towers.built(tmp_path, "siglip", split=True)
    info = prepared(info, scores="sigmoid", logit_scale=20.0, logit_bias=-3.0)
    found = task.answer(given(info), parts, info, silent)
    assert by_label(found) == pytest.approx(expected()["siglip_tiny_probabilities"][0].tolist(), abs=1e-4)
    assert found.independent
    assert "relative" not in found.note


@pytest.mark.parametrize("split", [False, True])
@pytest.mark.parametrize("family", FAMILIES)
def test_the_script_gives_the_same_answer(tmp_path, family, split):
    info, parts = two_towers.built(tmp_path, family, split)
    info = prepared(info)
    inputs = given(info)
    found = json.loads(json.dumps(asdict(task.answer(inputs, parts, info, silent))))
    assert json.loads(json.dumps(run_script(task, info, parts, inputs))) == found


@pytest.mark.parametrize("family", FAMILIES)
def test_long_labels_are_cut_where_transformers_cuts_them(family):
    info = prepared(two_towers.exported(family))
    run, seen = remembering({"logits_per_image": np.zeros((1, 1), np.float32)})
    inputs = given(info, labels=("word " * 90,), template="{label}")
    task.answer(inputs, {"model": run}, info, silent)
    assert seen["input_ids"].tolist() == expected()[f"{family}_long"].tolist()
    assert any("longer than" in words for words in task.explain(inputs, info))


def test_the_words_are_read_once_for_many_pictures(tmp_path):
    info, parts = two_towers.built(tmp_path, "clip", split=True)
    info, read = prepared(info), []
    counted = {**parts, "text": lambda feeds: read.append(1) or parts["text"](feeds)}
    labels = ("one", "two", "three")
    for number in (0, 1, 0):
        task.answer(given(info, number, labels), counted, info, silent)
    assert len(read) == 1


def test_a_model_made_for_one_text_at_a_time_is_asked_one_by_one():
    words = [("input_ids", "int64", (1, 77)), ("attention_mask", "int64", (1, 77))]
    info = two_towers.info(two_towers.tokenizer("clip"), model=([*words, PIXELS], list(two_towers.ANSWERS)))
    info, shapes = prepared(info), []

    def run(feeds):
        shapes.append(feeds["input_ids"].shape)
        return {"logits_per_image": np.full((1, 1), len(shapes), np.float32)}

    found = task.answer(given(info), {"model": run}, info, silent)
    assert shapes == [(1, 77)] * 4
    assert found.rows[0].label == LABELS[-1]


def test_the_same_label_twice_counts_once():
    info = prepared(two_towers.exported("clip"))
    run, _ = remembering({"logits_per_image": np.zeros((1, 2), np.float32)})
    found = task.answer(given(info, labels=("cat", "dog", "cat")), {"model": run}, info, silent)
    assert [row.label for row in found.rows] == ["cat", "dog"]


def test_a_single_label_is_always_right_and_the_note_says_so():
    info = prepared(two_towers.exported("clip"))
    run, _ = remembering({"logits_per_image": np.zeros((1, 1), np.float32)})
    found = task.answer(given(info, labels=("cat",)), {"model": run}, info, silent)
    assert found.rows[0].score == 1
    assert "add others" in found.note


def test_when_no_label_stands_out_it_is_not_sure():
    info = prepared(two_towers.exported("clip"))
    run, _ = remembering({"logits_per_image": np.zeros((1, 4), np.float32)})
    assert not task.answer(given(info), {"model": run}, info, silent).sure


@pytest.mark.parametrize("values", [np.zeros((1, 3)), np.full((1, 4), np.nan), np.zeros((2, 4)), np.zeros(0)])
def test_an_answer_of_another_shape_is_an_error_in_words(values):
    info = prepared(two_towers.exported("clip"))
    run, _ = remembering({"logits_per_image": values.astype(np.float32)})
    with pytest.raises(RunFailed, match="can't be read"):
        task.answer(given(info), {"model": run}, info, silent)


@pytest.mark.parametrize("words", [None, {}, [], np.ones(8), np.ones((1, 8)), "text"])
@pytest.mark.parametrize("kind", ["exported", "in_two"])
def test_an_answer_that_is_no_array_is_an_error_in_words(kind, words):
    info = prepared(getattr(two_towers, kind)("clip"))
    parts = {
        role: lambda _: {"text_embeds": words, "image_embeds": words, "logits_per_image": words} for role in info.parts
    }
    with pytest.raises(RunFailed, match="can't be"):
        task.answer(given(info, labels=(f"a {kind} {words!r}", "b")), parts, info, silent)


@pytest.mark.parametrize("width", [5, 0])
def test_parts_that_do_not_belong_together_are_an_error_in_words(width):
    info = prepared(two_towers.in_two("clip"))
    parts = {
        "text": lambda feeds: {"text_embeds": np.ones((len(feeds["input_ids"]), 8), np.float32)},
        "vision": lambda _: {"image_embeds": np.ones((1, width), np.float32)},
    }
    with pytest.raises(RunFailed, match="can't be compared"):
        task.answer(given(info, labels=("other", "words")), parts, info, silent)


@pytest.mark.parametrize(
    ("labels", "template", "error"),
    [((), "{label}", BadText), (("cat",), "no place", BadText), (tuple(map(str, range(300))), "", TooLarge)],
)
def test_a_form_that_cannot_be_answered_is_an_error_in_words(labels, template, error):
    info = prepared(two_towers.exported("clip"))
    with pytest.raises(error):
        task.answer(given(info, labels=labels, template=template), {}, info, silent)


def test_a_missing_tokenizer_is_an_error_in_words():
    info = prepared(replace(two_towers.exported("clip"), files={}))
    with pytest.raises(ModelError, match="tokenizer"):
        task.answer(given(info), {}, info, silent)


@pytest.mark.parametrize(("model_type", "scores"), [("siglip", "sigmoid"), ("siglip2", "sigmoid"), ("clip", "softmax")])
def test_config_json_decides_how_scores_are_read(tmp_path, model_type, scores):
    (tmp_path / "config.json").write_text(json.dumps({"model_type": model_type}))
    other = two_towers.exported("clip" if scores == "sigmoid" else "siglip")
    info = replace(other, files={**other.files, "config.json": str(tmp_path / "config.json")})
    assert task.assume(info)["scores"] == Fact(scores, "config.json")


CONFIGS = {
    "clip": {
        "config.json": {"architectures": ["CLIPModel"], "model_type": "clip", "text_config": {}, "vision_config": {}},
        "preprocessor_config.json": {
            "image_processor_type": "CLIPImageProcessor",
            "crop_size": {"height": 224, "width": 224},
            "size": {"shortest_edge": 224},
            "resample": 3,
            "image_mean": [0.48145466, 0.4578275, 0.40821073],
            "image_std": [0.26862954, 0.26130258, 0.27577711],
        },
        "tokenizer_config.json": {"model_max_length": 77, "pad_token": "<|endoftext|>"},
    },
    "siglip": {
        "config.json": {"architectures": ["SiglipModel"], "model_type": "siglip", "text_config": {}},
        "preprocessor_config.json": {
            "image_processor_type": "SiglipImageProcessor",
            "size": {"height": 224, "width": 224},
            "resample": 3,
            "image_mean": [0.5, 0.5, 0.5],
            "image_std": [0.5, 0.5, 0.5],
        },
        "tokenizer_config.json": {"model_max_length": 64, "pad_token": "</s>"},
    },
}
"""As their repositories hold them."""


@pytest.mark.parametrize("split", [False, True])
@pytest.mark.parametrize("family", FAMILIES)
def test_a_repository_as_optimum_and_transformers_js_lay_it_out_resolves_without_a_question(tmp_path, family, split):
    info, parts = two_towers.built(tmp_path, family, split)
    files = {name: str(tmp_path / name) for name in CONFIGS[family]}
    for name, config in CONFIGS[family].items():
        (tmp_path / name).write_text(json.dumps(config))
    info = replace(info, files={**info.files, **files})
    found = gathered(info)
    assert found.tasks[0] == "zero_shot_image_classification"
    assert not found.notes
    facts = {**task.assume(info), **found.facts}
    told = {"resize", "mean", "std", "width_px", "height_px", "resample", "max_tokens", "pad_to", "tokenizer"}
    assert all(facts[name].certain for name in told)
    answer = task.answer(given(info), parts, replace(info, preparation=facts), silent)
    known = "apart" if split else "probabilities"
    assert by_label(answer) == pytest.approx(expected()[f"{family}_tiny_{known}"][0].tolist(), abs=1e-4)


TEXT, VISION = ("text_embeds", "float32", ("n", 512)), ("image_embeds", "float32", ("n", 512))
TOKENS = ("last_hidden_state", "float32", ("n", "sequence", 512))
WHOLE = (IDS, PIXELS, MASK)


@pytest.mark.parametrize(
    ("parts", "expected_fit"),
    [
        ({"model": (WHOLE, two_towers.ANSWERS)}, 0.95),
        ({"model": ((IDS, PIXELS), two_towers.ANSWERS)}, 0.95),
        ({"model": (WHOLE, (TEXT, VISION))}, 0.85),
        ({"text": ((IDS,), (TEXT,)), "vision": ((PIXELS,), (VISION,))}, 0.95),
        ({"text": ((IDS,), (TOKENS, TEXT)), "vision": ((PIXELS,), (TOKENS, VISION))}, 0.95),
        (
            {
                "textual": ((IDS,), (("out", "float32", (1, 512)),)),
                "visual": ((PIXELS,), (("out", "float32", (1, 512)),)),
            },
            0.85,
        ),
        (
            {
                "model": (
                    WHOLE,
                    (("logits", "float32", ("n", 5, 9)), ("pred_boxes", "float32", ("n", 5, 4)), TEXT, VISION),
                )
            },
            0,
        ),
        ({"model": (WHOLE, (("logits", "float32", ("n", 352, 352)),))}, 0),
        (
            {
                "encoder": ((PIXELS,), (TOKENS,)),
                "decoder": ((IDS, ("encoder_hidden_states", "float32", ("n", "s", 9))), (TEXT,)),
            },
            0,
        ),
        ({"model": ((PIXELS,), (VISION,))}, 0),
        ({"model": ((IDS, MASK), (TEXT,))}, 0),
        ({"text": ((IDS,), (TEXT,)), "other": ((IDS,), (TEXT,))}, 0),
    ],
)
def test_it_fits_models_with_a_half_for_words_and_one_for_pictures(parts, expected_fit):
    assert task.fits(two_towers.info({}, **parts)) == expected_fit
