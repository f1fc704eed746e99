"""Every kind of evidence keeps the contract, says what it should, and never stumbles over what strangers write."""

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from core import registry
from core.actions import _side_files
from core.evidence._contract import NOTHING, Evidence
from core.hub import _variants
from core.inside import _evidence, study
from core.inside._desk import Desk
from core.tasks import _picture_input, _pictures
from core.types import Fact
from tests.core.evidence.said import LOGITS, PICTURES, PIXELS, WORDS, gathered, graph, model, port, values

KINDS = registry.load("core.evidence")
ULTRALYTICS = {
    "description": "Ultralytics YOLO11n model trained on coco.yaml",
    "author": "Ultralytics",
    "stride": "32",
    "task": "detect",
    "imgsz": "[320, 416]",
    "names": "{0: 'person', 1: 'bicycle'}",
}
PLAIN = port("images", ("batch", 3, "height", "width"))


@pytest.mark.parametrize("name", KINDS)
def test_it_offers_what_the_contract_lists(name):
    kind = KINDS[name]
    assert kind.__doc__
    assert 10 <= kind.RANK < 60
    assert all(isinstance(pattern, str) and pattern for pattern in kind.FILES)
    assert not hasattr(kind, "do")


def test_no_two_kinds_have_the_same_rank():
    assert len({kind.RANK for kind in KINDS.values()}) == len(KINDS)


def test_files_that_are_read_are_fetched_from_the_hub_too():
    fixed = {pattern for kind in KINDS.values() for pattern in kind.FILES if "*" not in pattern}
    odd = {"imagenet-classes.txt", "imagenet_class_index.json", "label_map.json", "labels.csv", "classes.csv"}
    odd |= {"2_Dense/config.json", "0_Transformer/config.json"}
    assert fixed - set(_variants.COMPANIONS) == odd


def test_notes_of_the_onnx_standard_say_how_colours_are_fed(tmp_path):
    notes = {"IMAGE.bitmappixelformat": "BGR8", "Image.NominalPixelRange": "NominalRange_0_255", "classes": "cat,dog"}
    found = values(gathered(tmp_path, {}, graph([PIXELS], [LOGITS], notes)))
    assert found == {"labels": ["cat", "dog"], "colour": "BGR", "mean": [0.0] * 3, "std": [1.0] * 3}


@pytest.mark.parametrize(
    ("said", "black", "white"),
    [
        ("NominalRange_0_255", 0, 255),
        ("Normalized_0_1", 0, 1),
        ("normalized_1_1", -1, 1),
        ("NominalRange_16_235", 16, 235),
    ],
)
def test_each_range_of_the_standard_puts_black_and_white_where_it_says(tmp_path, said, black, white):
    found = values(gathered(tmp_path, {}, graph([PIXELS], [LOGITS], {"Image.NominalPixelRange": said})))
    fed = [(pixel - found["mean"][0]) / found["std"][0] for pixel in (0, 255)]
    assert fed == pytest.approx([black, white])


def test_a_detector_of_ultralytics_sees_the_whole_picture_in_a_grey_frame(tmp_path):
    found = gathered(tmp_path, {}, graph([PLAIN], [port("output0", (1, 6, "anchors"))], ULTRALYTICS))
    assert found.tasks == ("object_detection",)
    expected = {"resize": "fit", "pad": 114, "height_px": 320, "width_px": 416, "std": [255.0] * 3, "colour": "RGB"}
    assert values(found) | expected == values(found)
    assert values(found)["labels"] == ["person", "bicycle"]
    assert all(fact.certain for fact in found.facts.values())


def test_a_classifier_of_ultralytics_sees_the_middle(tmp_path):
    notes = {**ULTRALYTICS, "task": "classify", "imgsz": "[224, 224]"}
    found = gathered(tmp_path, {}, graph([PLAIN], [port("output0", (1, 2))], notes))
    assert found.tasks == ("image_classification",)
    expected = {"resize": "crop", "resize_px": 224, "width_px": 224, "mean": [0.0] * 3, "std": [255.0] * 3}
    assert values(found) | expected == values(found)


def test_the_two_notes_of_older_yolos_are_a_guess(tmp_path):
    found = gathered(tmp_path, {}, graph([PLAIN], [], {"names": "['face']", "stride": "32"}))
    assert values(found)["labels"] == ["face"]
    assert not found.facts["resize"].certain


@pytest.mark.parametrize(
    ("config", "given", "tasks"),
    [
        ({"architectures": ["ViTForImageClassification"]}, PICTURES, ("image_classification",)),
        ({"architectures": ["SegformerForSemanticSegmentation"]}, PICTURES, ("semantic_segmentation",)),
        ({"architectures": ["DPTForDepthEstimation"]}, PICTURES, ("depth_estimation",)),
        ({"architectures": ["Swin2SRForImageSuperResolution"]}, PICTURES, ("image_to_image",)),
        ({"architectures": ["MODNet"], "model_type": "modnet"}, PICTURES, ("background_removal",)),
        (
            {"architectures": ["BriaRMBG"], "model_type": "SegformerForSemanticSegmentation"},
            PICTURES,
            ("background_removal",),
        ),
        ({"architectures": ["Dinov2Model"]}, PICTURES, ("image_similarity", "image_search")),
        ({"architectures": ["BertModel"]}, WORDS, ("text_similarity", "text_search", "text_sorting")),
        ({"architectures": ["BertForTokenClassification"]}, WORDS, ("token_classification",)),
        ({"architectures": ["BertForQuestionAnswering"]}, WORDS, ("question_answering",)),
        ({"architectures": ["BertForSequenceClassification"]}, WORDS, ("text_classification",)),
        (
            {"architectures": ["DebertaForSequenceClassification"], "id2label": {"0": "entailment", "1": "neutral"}},
            WORDS,
            ("zero_shot_classification", "text_classification"),
        ),
        ({"architectures": ["Wav2Vec2ForCTC"]}, PICTURES, ()),
        ({"model_type": "vit"}, PICTURES, ()),
    ],
)
def test_a_config_names_the_task(tmp_path, config, given, tasks):
    assert gathered(tmp_path, {"config.json": config}, given).tasks == tasks


def test_a_clip_is_known_by_both_halves(tmp_path):
    both = graph([PIXELS, *WORDS.inputs], [port("logits_per_image", ("images", "texts"))])
    found = gathered(tmp_path, {"config.json": {"architectures": ["CLIPModel"]}}, both)
    assert found.tasks == ("zero_shot_image_classification", "image_similarity", "image_search")


@pytest.mark.parametrize(
    ("config", "given", "expected"),
    [
        ({"id2label": {"1": "dog", "0": "cat"}}, PICTURES, {"labels": ["cat", "dog"]}),
        ({"id2label": {"0": "LABEL_0", "1": "LABEL_1"}}, PICTURES, {}),
        ({"problem_type": "multi_label_classification"}, PICTURES, {"problem_type": "multi_label_classification"}),
        ({"problem_type": "whatever"}, PICTURES, {}),
        ({"model_type": "glpn"}, PICTURES, {"unit": "metres"}),
        (
            {"model_type": "depth_anything", "depth_estimation_type": "metric", "max_depth": 20},
            PICTURES,
            {"unit": "metres"},
        ),
        (
            {"model_type": "depth_anything", "architectures": ["DepthAnythingForDepthEstimation"], "max_depth": 1},
            PICTURES,
            {"unit": "nearness"},
        ),
        ({"upscale": 4}, PICTURES, {"upscale": 4}),
        ({"max_position_embeddings": 514, "model_type": "roberta"}, WORDS, {"max_tokens": 512}),
        ({"max_position_embeddings": 512, "model_type": "bert"}, WORDS, {"max_tokens": 512}),
        ({"image_size": 224}, PICTURES, {"width_px": 224, "height_px": 224}),
        ({"image_size": 224}, graph([port("x", (1, 3, 384, 384))]), {}),
    ],
)
def test_a_config_says_a_few_facts(tmp_path, config, given, expected):
    assert values(gathered(tmp_path, {"config.json": config}, given)) == expected


def test_a_tokenizer_without_a_limit_has_none(tmp_path):
    files = {"tokenizer_config.json": {"model_max_length": 1e30, "do_lower_case": True}}
    assert values(gathered(tmp_path, files, WORDS)) == {"lower_case": True}
    files = {"tokenizer_config.json": {"model_max_length": 512}, "config.json": {"max_position_embeddings": 384}}
    assert values(gathered(tmp_path, files, WORDS)) == {"max_tokens": 384}


SENTENCES = {
    "modules.json": [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
        {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
    ],
    "1_Pooling/config.json": {
        "word_embedding_dimension": 384,
        "pooling_mode_cls_token": True,
        "pooling_mode_mean_tokens": False,
        "pooling_mode_max_tokens": False,
    },
    "sentence_bert_config.json": {"max_seq_length": 256, "do_lower_case": False},
    "config_sentence_transformers.json": {"prompts": {"query": "query: ", "passage": "passage: "}},
    "config.json": {"architectures": ["BertModel"], "max_position_embeddings": 512},
}


def test_sentence_transformers_say_how_texts_become_numbers(tmp_path):
    found = gathered(tmp_path, SENTENCES, WORDS)
    assert found.tasks == ("text_similarity", "text_search", "text_sorting")
    expected = {"pooling": "first", "max_tokens": 256, "query_prefix": "query: ", "passage_prefix": "passage: "}
    assert values(found) == expected
    assert found.facts["pooling"].source == "1_Pooling/config.json"


def test_a_graph_that_pools_by_itself_is_not_pooled_again(tmp_path):
    pooled = replace(WORDS, outputs=(*WORDS.outputs, port("sentence_embedding", ("batch", 384))))
    assert "pooling" not in gathered(tmp_path, SENTENCES, pooled).facts


@pytest.mark.parametrize(
    ("files", "labels"),
    [
        ({"labels.txt": "cat\ndog\n"}, ["cat", "dog"]),
        ({"coco.names": "person\nbicycle\n"}, ["person", "bicycle"]),
        ({"class_names.json": ["cat", "dog"]}, ["cat", "dog"]),
        ({"synset.txt": "n01440764 tench, Tinca tinca\nn01443537 goldfish\n"}, ["tench", "goldfish"]),
        ({"my_labels.txt": "a\nb\n"}, ["a", "b"]),
        ({"labels.txt": "a\nb\nc\n", "classes.txt": "cat\ndog\n"}, ["cat", "dog"]),
    ],
)
def test_names_lie_beside_a_model_in_many_ways(tmp_path, files, labels):
    two = graph([PIXELS], [port("scores", (1, 2))])
    assert values(gathered(tmp_path, files, two))["labels"] == labels


def test_lobe_says_everything_in_its_signature(tmp_path):
    lobe = {
        "doc_name": "Cups",
        "format": "onnx",
        "inputs": {"Image": {"name": "Image:0", "shape": [None, 224, 224, 3], "dtype": "float32"}},
        "outputs": {"Confidences": {"name": "c:0"}, "Prediction": {"name": "p:0"}},
        "classes": {"Label": ["cup", "glass"]},
    }
    given = graph([port("Image:0", ("batch", 224, 224, 3))], [port("c:0", ("batch", 2))])
    found = gathered(tmp_path, {"signature.json": lobe}, given)
    assert found.tasks == ("image_classification",)
    assert values(found) == {
        "labels": ["cup", "glass"],
        "resize": "crop",
        "resize_px": 224,
        "resample": "bicubic",
        "colour": "RGB",
        "mean": [0.0] * 3,
        "std": [255.0] * 3,
    }


def test_custom_vision_is_fed_blue_first_and_unscaled(tmp_path):
    given = graph([port("data", (None, 3, 224, 224))], [port("model_output", (1, 2))])
    found = gathered(tmp_path, {"labels.txt": "cat\ndog"}, given)
    assert found.tasks == ("image_classification",)
    expected = {"resize": "stretch", "colour": "BGR", "mean": [0.0] * 3, "std": [1.0] * 3, "labels": ["cat", "dog"]}
    assert values(found) | expected == values(found)


def test_the_model_zoo_knows_a_few_graphs_by_their_names(tmp_path):
    given = graph([port("Input3", (1, 1, 64, 64))], [port("Plus692_Output_0", (1, 8))])
    found = gathered(tmp_path, {}, given)
    assert values(found)["labels"][1] == "happiness"
    assert values(found)["std"] == [1.0]
    manifest = [{"model": "x", "metadata": {"model_sha": "0" * 64, "tags": ["vision", "classification"]}}]
    assert gathered(tmp_path, {"ONNX_HUB_MANIFEST.json": manifest}).tasks == ("image_classification",)


PADDLE = """mode: paddle
draw_threshold: 0.5
metric: COCO
arch: DETR
min_subgraph_size: 3
Preprocess:
- interp: 2
  keep_ratio: false
  target_size:
  - 640
  - 480
  type: Resize
- mean:
  - 0.485
  - 0.456
  - 0.406
  std: [0.229, 0.224, 0.225]
  type: NormalizeImage
- type: Permute
label_list:
- person
- 'bicycle'
use_dynamic_shape: false
"""


def test_a_detector_of_paddle_says_how_it_is_fed(tmp_path):
    found = gathered(tmp_path, {"infer_cfg.yml": PADDLE}, graph([port("image", (1, 3, "h", "w"))]))
    assert found.tasks == ("object_detection",)
    expected = {
        "resize": "stretch",
        "resample": "bicubic",
        "height_px": 640,
        "width_px": 480,
        "labels": ["person", "bicycle"],
    }
    assert values(found) | expected == values(found)
    assert values(found)["mean"] == pytest.approx([123.675, 116.28, 103.53])


def test_of_two_that_speak_of_the_same_the_first_counts_and_each_names_its_file(tmp_path):
    files = {"labels.txt": "a\nb", "config.json": {"id2label": {"0": "cat", "1": "dog"}}}
    assert gathered(tmp_path, files).facts["labels"] == Fact(["cat", "dog"], "config.json")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("config.json", "{", "config.json was left out: This is not valid JSON."),
        ("config.json", "[" * 5000, "nested"),
        ("preprocessor_config.json", b"\xff\xfe\xff", "preprocessor_config.json was left out"),
        ("labels.txt", b"\x00\xff", "labels.txt was left out"),
        ("labels.txt", "x" * 300, "labels.txt was left out"),
        ("tokenizer_config.json", '{"a": NaN}', "A number in this JSON"),
    ],
)
def test_a_file_that_can_not_be_read_is_left_out_and_that_is_told(tmp_path, name, content, words):
    given = WORDS if name == "tokenizer_config.json" else PICTURES
    found = gathered(tmp_path, {name: content}, given)
    assert found.facts == {}
    assert len(found.notes) == 1
    assert words in found.notes[0]


def test_a_file_that_has_gone_is_left_out_too(tmp_path):
    info = model(tmp_path, {"config.json": {"upscale": 2}})
    Path(info.files["config.json"]).unlink()
    assert "isn't there" in _evidence.gathered(info).notes[0]


def test_a_kind_that_stumbles_says_nothing_and_the_others_speak(tmp_path, monkeypatch):
    def stumbles(said, parts):
        raise KeyError("x")

    monkeypatch.setattr(KINDS["lobe"], "read", stumbles)
    found = gathered(tmp_path, {"config.json": {"upscale": 2}})
    assert values(found) == {"upscale": 2}
    assert "lobe" in found.notes[0]


ODD = (None, True, -1, 0, 1e308, 10**30, "", "x" * 10_000, [], [[]], [1, "a", None], {}, {"size": {}}, {"0": {"a": 1}})
CONFIGS = {
    "config.json": {
        "architectures": ["A"],
        "id2label": {"0": "a"},
        "image_size": 2,
        "upscale": 2,
        "text_config": {},
    },
    "preprocessor_config.json": {
        "size": {"height": 2, "width": 2},
        "crop_size": 2,
        "resample": 2,
        "image_mean": [0.5] * 3,
        "image_std": [1],
        "rescale_factor": 0.1,
        "do_center_crop": True,
        "image_processor_type": "ConvNextImageProcessor",
        "crop_pct": 1,
    },
    "processor_config.json": {"image_processor": {"size": 2}},
    "tokenizer_config.json": {"model_max_length": 2, "do_lower_case": True},
    "signature.json": {"inputs": {"Image": {"shape": [1, 2, 3, 3]}}, "classes": {"Label": ["a"]}},
    "ONNX_HUB_MANIFEST.json": [{"metadata": {"model_sha": "0", "tags": ["a"]}}],
    **SENTENCES,
}


def spoiled(value, source):
    """The same with something odd in one place."""
    if isinstance(value, dict) and value and source.random() < 0.8:
        key = source.choice(list(value))
        return {**value, key: spoiled(value[key], source)}
    if isinstance(value, list) and value and source.random() < 0.8:
        place = source.randrange(len(value))
        return [*value[:place], spoiled(value[place], source), *value[place + 1 :]]
    return source.choice(ODD)


@pytest.mark.parametrize("seed", range(120))
def test_whatever_a_file_says_facts_make_sense(tmp_path, seed):
    source = random.Random(seed)
    files = {name: spoiled(content, source) for name, content in CONFIGS.items()}
    timm = {
        "architecture": "a",
        "num_classes": 2,
        "pretrained_cfg": {"input_size": [3, 8, 8], "crop_pct": 0.9, "mean": [0.5]},
    }
    if source.random() < 0.3:
        files["config.json"] = spoiled(timm, source)
    both = graph([PIXELS, *WORDS.inputs], [LOGITS])
    found = gathered(tmp_path, files, both)
    assert not any("makes no sense" in note for note in found.notes)
    base = _picture_input.facts(both, PIXELS, "crop", 224, "a habit")
    how = _picture_input.how({**base, **found.facts})
    pixels = preparation_picture()
    assert _pictures.prepared(pixels, how).dtype == "float32"
    assert json.dumps([fact.value for fact in found.facts.values()])


def preparation_picture():
    from tests.reference import preparation

    return preparation.picture(61, 43)


def asked(info, task=""):
    return study.do({"info": info, "mark": "m", "task": task}, Desk(lambda *_: None, {}, lambda _: []))


def test_a_task_that_does_not_fit_or_is_not_there_is_not_believed(tmp_path):
    config = {"config.json": {"architectures": ["BertForQuestionAnswering"]}}
    found = asked(model(tmp_path, config, graph([port("x", (1, 3, 8, 8))], [port("y", (1, 5))])))
    assert found.tasks == ()
    assert found.task == "image_classification"


def test_a_tag_of_the_hub_counts_less_than_the_models_own_files_and_more_than_shapes(tmp_path):
    picture = graph([port("x", (1, 3, 8, 8))], [port("y", (1, 5))])
    tagged = replace(model(tmp_path, {}, picture), tasks=("image_similarity",), tasks_are_certain=False)
    assert asked(tagged).task == "image_similarity"
    files = {"config.json": {"architectures": ["ViTForImageClassification"]}}
    own = replace(model(tmp_path, files, picture), tasks=("image_similarity",), tasks_are_certain=False)
    assert asked(own).task == "image_classification"
    assert asked(replace(own, tasks_are_certain=True)).task == "image_similarity"


def test_what_came_with_the_model_counts_more_than_what_its_files_say(tmp_path):
    info = model(tmp_path, {"labels.txt": "a\nb"}, graph([port("x", (1, 3, 8, 8))], [port("y", (1, 2))]))
    assert asked(info).facts["labels"].source == "labels.txt"
    known = replace(info, preparation={"labels": Fact(["x", "y"], "our catalogue")})
    assert asked(known).facts["labels"].source == "our catalogue"


def test_nothing_is_said_where_nothing_is_known():
    assert Evidence((), {}) == NOTHING


def test_links_and_enormous_files_are_not_beside_a_model(tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "labels.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "m" / "classes.txt").hardlink_to(tmp_path / "secret.txt")
    (tmp_path / "m" / "1_Pooling").symlink_to(tmp_path)
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "m" / "config.json").write_text("{}")
    with (tmp_path / "m" / "tokenizer.json").open("wb") as file:
        file.truncate(100 * 2**20)
    assert list(_side_files.inside(tmp_path / "m")) == ["config.json"]


@pytest.mark.parametrize(
    ("name", "path", "given"),
    [
        ("config.json", "m/config.json", True),
        ("config.json", "config.json", True),
        ("config.json", "other/config.json", False),
        ("../config.json", "m/../config.json", False),
        ("notes.md", "m/notes.md", False),
        ("labels.txt", "m/config.json", False),
    ],
)
def test_a_model_is_given_only_what_lies_beside_it(tmp_path, name, path, given):
    for folder in ("m", "other"):
        (tmp_path / folder).mkdir()
    (tmp_path / path).write_text("{}")
    assert _side_files.may_be_had(name, str(tmp_path / path), [str(tmp_path / "m" / "model.onnx")]) is given


def test_names_are_those_nearest_to_the_graph():
    paths = [
        "onnx/config.json",
        "config.json",
        "1_Pooling/config.json",
        "README.md",
        "det/inference.yml",
        "rec/inference.yml",
    ]
    assert _side_files.named(paths, ["onnx/model.onnx"]) == {
        "config.json": "onnx/config.json",
        "1_Pooling/config.json": "1_Pooling/config.json",
    }
    assert _side_files.named(paths[4:], ["det/inference.onnx", "rec/inference.onnx"]) == {
        "inference.yml": "det/inference.yml",
        "rec/inference.yml": "rec/inference.yml",
    }
