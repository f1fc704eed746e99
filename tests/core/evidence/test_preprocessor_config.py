"""Pictures are prepared as transformers and timm prepare them; expected values: tests/reference/preparation.py."""

from pathlib import Path

import numpy as np
import pytest

from core.tasks import _picture_input, _pictures
from tests.core.evidence.said import PICTURES, PIXELS, gathered, graph, port, values
from tests.reference import preparation

EXPECTED = np.load(Path(preparation.EXPECTED))
CONFIGS = {name: ("preprocessor_config.json", config) for name, (_, config) in preparation.CONFIGS.items()}
CONFIGS |= {
    name: ("config.json", {"architecture": name.split(".")[0], "num_classes": 1000, "pretrained_cfg": config})
    for name, config in preparation.TIMM.items()
}


def prepared(folder, file, config, pixels, given=PICTURES):
    found = gathered(folder, {file: config}, given)
    assert found.notes == ()
    base = _picture_input.facts(given, given.inputs[0], "crop", 224, "a habit")
    how = _picture_input.how({**base, **found.facts})
    return _pictures.prepared(pixels, how)[0], found


@pytest.mark.parametrize("place", range(len(preparation.SIZES)))
@pytest.mark.parametrize("name", CONFIGS)
def test_a_picture_is_prepared_as_the_reference_prepares_it(tmp_path, name, place):
    file, config = CONFIGS[name]
    pixels = preparation.picture(*preparation.cropped_size(config)[place])
    fed, found = prepared(tmp_path, file, config, pixels)
    assert fed.shape == tuple(EXPECTED[f"shape {name} {place}"])
    assert np.abs(preparation.grid(fed) - EXPECTED[f"grid {name} {place}"]).max() < 1 / 255
    assert fed.mean((1, 2)) == pytest.approx(EXPECTED[f"mean {name} {place}"], abs=1e-4)
    assert all(fact.certain and fact.source == file for fact in found.facts.values())


def test_the_newer_file_holds_the_same_under_a_key(tmp_path):
    older = preparation.CONFIGS["google/siglip-base-patch16-224"][1]
    newer = {"processor_class": "SiglipProcessor", "image_processor": older}
    found = gathered(tmp_path, {"processor_config.json": newer, "preprocessor_config.json": {"size": 999}})
    assert values(found)["height_px"] == 224
    assert found.facts["resize"].source == "processor_config.json"


def test_without_the_key_in_the_newer_file_the_older_one_counts(tmp_path):
    older = preparation.CONFIGS["google/siglip-base-patch16-224"][1]
    found = gathered(tmp_path, {"processor_config.json": {"processor_class": "x"}, "preprocessor_config.json": older})
    assert found.facts["resize"].source == "preprocessor_config.json"


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"size": 224, "feature_extractor_type": "ViTFeatureExtractor"}, {"resize": "stretch", "height_px": 224}),
        ({"size": 224, "image_processor_type": "CLIPImageProcessorFast"}, {"resize": "crop", "resize_px": 224}),
        ({"size": {"longest_edge": 1024}, "pad_size": {"height": 1024, "width": 1024}}, {"resize": "fit_corner"}),
        (
            {
                "size": {"shortest_edge": 512},
                "size_divisibility": 32,
                "feature_extractor_type": "ImageFeatureExtractor",
            },
            {"resize": "shortest_down", "resize_px": 512, "multiple_px": 32},
        ),
        ({"size": 640, "max_size": 800, "image_processor_type": "DetrImageProcessor"}, {"longest_px": 800}),
        ({"size": [300, 400], "do_center_crop": False}, {"height_px": 300, "width_px": 400}),
        ({"size": 224, "resample": "BICUBIC"}, {"resample": "bicubic"}),
        ({"size": 224, "do_rescale": False, "image_mean": [127] * 3, "image_std": [128] * 3}, {"mean": [127.0] * 3}),
        ({"size": 224, "mean": 0.5, "std": 0.5}, {"std": [127.5] * 3}),
        ({"size": 224, "do_reduce_labels": True}, {"reduce_labels": True}),
    ],
)
def test_other_ways_to_write_it_mean_what_they_mean_to_the_reference(tmp_path, config, expected):
    found = values(gathered(tmp_path, {"preprocessor_config.json": config}))
    assert {name: found[name] for name in expected} == expected


def test_a_size_that_is_fixed_in_the_graph_counts_more_than_what_the_file_says(tmp_path):
    fixed = graph([port("pixel_values", (1, 3, 384, 384))])
    config = preparation.CONFIGS["google/mobilenet_v2_1.0_224"][1]
    fed, found = prepared(tmp_path, "preprocessor_config.json", config, preparation.picture(613, 421), fixed)
    assert fed.shape == (3, 384, 384)
    assert values(found)["resize_px"] == round(256 * 384 / 224)
    assert not found.facts["resize_px"].certain
    detr = preparation.CONFIGS["facebook/detr-resnet-50"][1]
    fed, found = prepared(tmp_path, "preprocessor_config.json", detr, preparation.picture(613, 421), fixed)
    assert fed.shape == (3, 384, 384)
    assert found.facts["resize"].value == "fit_corner"


def test_a_grey_input_gets_one_number_for_each(tmp_path):
    grey = graph([port("pixel_values", (1, 1, "height", "width"))])
    config = preparation.CONFIGS["google/vit-base-patch16-224"][1]
    fed, found = prepared(tmp_path, "preprocessor_config.json", config, preparation.picture(61, 42), grey)
    assert fed.shape == (1, 224, 224)
    assert values(found)["colour"] == "grey"


def test_a_model_for_sounds_or_words_is_left_alone(tmp_path):
    sound = {"feature_extractor_type": "Wav2Vec2FeatureExtractor", "sampling_rate": 16000, "do_normalize": True}
    assert gathered(tmp_path, {"preprocessor_config.json": sound}).facts == {}
    words = graph([port("input_ids", ("batch", "length"), "int64")])
    config = preparation.CONFIGS["google/vit-base-patch16-224"][1]
    assert "resize" not in gathered(tmp_path, {"preprocessor_config.json": config}, words).facts


def test_a_narrow_strip_is_never_made_into_something_enormous(tmp_path):
    config = {"size": {"shortest_edge": 800}, "image_processor_type": "DetrImageProcessor", "do_pad": False}
    found = gathered(tmp_path, {"preprocessor_config.json": config}, graph([PIXELS]))
    place = _pictures.placement(30_000, 2, {**values(found), "width_px": 1, "height_px": 1})
    assert max(place["wide_px"], place["high_px"]) <= 8192
