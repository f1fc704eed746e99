"""Model families as people find them: tiny graphs with the names and shapes of the real ones, and the files beside them.

Each row says where its layout was read. Weights are random or none: what counts is that everything is found without a
question, and that the answer is of the right kind.
"""

import json
from dataclasses import dataclass, field

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from core.samples import texts
from tests.reference import preparation

FLOAT, INT64, STRING = TensorProto.FLOAT, TensorProto.INT64, TensorProto.STRING
WIDTH = 16
WORDS = (
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "[MASK]",
    "the",
    "a",
    "is",
    "in",
    "of",
    "and",
    "you",
    "it",
    "for",
    "we",
    "on",
)


@dataclass(frozen=True)
class Family:
    id: str
    source: str
    """Where names, shapes and files of the real ones were read."""
    files: dict
    """What lies in the folder: graphs, bytes, text, or what JSON can say, by name."""
    task: str
    facts: dict = field(default_factory=dict)
    """Some of the facts expected, by name."""
    from_files: dict = field(default_factory=dict)
    """Name of the file that a fact must come from."""
    runs: bool = True
    given: dict = field(default_factory=dict)


def random(*shape):
    return np.random.default_rng(7).normal(size=shape).astype(np.float32)


def port(name, shape, kind=FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def model(nodes, inputs, outputs, notes=None, stored=()):
    constants = [numpy_helper.from_array(value, name) for name, value in dict(stored).items()]
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
    graph = helper.make_graph(nodes, "main_graph", inputs, outputs, constants)
    made = helper.make_model(graph, ir_version=8, opset_imports=opsets, producer_name="pytorch")
    helper.set_model_props(made, notes or {})
    return made


def constant(inputs, outputs, notes=None):
    """Gives the same each time, and looks at all inputs. `outputs`: (name, declared shape, array)."""
    nodes, sums = [], []
    for entry in inputs:
        name = entry.name
        nodes += [
            helper.make_node("Cast", [name], [f"{name} float"], to=FLOAT),
            helper.make_node("ReduceMean", [f"{name} float"], [f"{name} mean"], keepdims=0),
            helper.make_node("Mul", [f"{name} mean", "zero"], [f"{name} nothing"]),
        ]
        sums.append(f"{name} nothing")
    nodes.append(helper.make_node("Sum", sums, ["nothing"]))
    stored, ports = {"zero": np.float32(0)}, []
    for name, shape, values in outputs:
        stored[f"{name} values"] = np.asarray(values, np.float32)
        nodes.append(helper.make_node("Add", [f"{name} values", "nothing"], [name]))
        ports.append(port(name, shape))
    return model(nodes, inputs, ports, notes, stored)


PIXELS = port("pixel_values", ["batch_size", "num_channels", "height", "width"])


def logits(count, *more):
    return ("logits", ["batch_size", count, *more], random(1, count))


def named(*names):
    return {"id2label": {str(number): name for number, name in enumerate(names)}}


def classes(count):
    return named(*(f"thing {number}" for number in range(count)))


def picture(entry):
    """What preprocessor_config.json of this repository says."""
    return preparation.CONFIGS[entry][1]


# words


def tokenizer():
    """A tokenizer.json that knows a few words, and letters for the rest."""
    letters = [letter for first in "abcdefghijklmnopqrstuvwxyz" for letter in (first, f"##{first}")]
    signs = list(".,?!'-0123456789")
    vocabulary = {word: number for number, word in enumerate((*WORDS, *letters, *signs))}
    special = [
        {
            "id": number,
            "content": word,
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
            "special": True,
        }
        for number, word in enumerate(WORDS[:5])
    ]
    around = {"SpecialToken": {"id": "[CLS]", "type_id": 0}}
    end = {"SpecialToken": {"id": "[SEP]", "type_id": 0}}
    first, second = ({"Sequence": {"id": name, "type_id": place}} for place, name in enumerate("AB"))
    marks = {word: {"id": word, "ids": [vocabulary[word]], "tokens": [word]} for word in ("[CLS]", "[SEP]")}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": special,
        "normalizer": {
            "type": "BertNormalizer",
            "clean_text": True,
            "handle_chinese_chars": True,
            "strip_accents": None,
            "lowercase": True,
        },
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [around, first, end],
            "pair": [around, first, end, second, {"SpecialToken": {"id": "[SEP]", "type_id": 1}}],
            "special_tokens": marks,
        },
        "decoder": None,
        "model": {
            "type": "WordPiece",
            "unk_token": "[UNK]",
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": vocabulary,
        },
    }


def vocabulary_size():
    return len(tokenizer()["model"]["vocab"])


def pieces(*names):
    return [port(name, ["batch_size", "sequence_length"], INT64) for name in names]


BERT = ("input_ids", "attention_mask", "token_type_ids")


def reader(inputs, steps, outputs, stored):
    """The vectors of its pieces are `hidden`; `steps` make the answer of them."""
    looked = [helper.make_node("Gather", ["table", "input_ids"], ["hidden"])]
    for name in inputs[1:]:  # they are looked at and change nothing
        looked += [
            helper.make_node("Cast", [name], [f"{name} float"], to=FLOAT),
            helper.make_node("Unsqueeze", [f"{name} float", "last"], [f"{name} deep"]),
            helper.make_node("Mul", [f"{name} deep", "zero"], [f"{name} nothing"]),
        ]
    total = [helper.make_node("Sum", ["hidden", *(f"{name} nothing" for name in inputs[1:])], ["states"])]
    stored = {"table": random(vocabulary_size(), WIDTH), "zero": np.float32(0), "last": np.array([-1]), **stored}
    return model([*looked, *total, *steps], pieces(*inputs), outputs, stored=stored)


def states(inputs=BERT):
    steps = [helper.make_node("Identity", ["states"], ["last_hidden_state"])]
    return reader(inputs, steps, [port("last_hidden_state", ["batch_size", "sequence_length", WIDTH])], {})


def of_text(count, inputs=BERT):
    steps = [
        helper.make_node("ReduceMean", ["states"], ["mean"], axes=[1], keepdims=0),
        helper.make_node("MatMul", ["mean", "weights"], ["logits"]),
    ]
    return reader(inputs, steps, [port("logits", ["batch_size", count])], {"weights": random(WIDTH, count)})


def of_pieces(count, inputs=BERT):
    steps = [helper.make_node("MatMul", ["states", "weights"], ["logits"])]
    outputs = [port("logits", ["batch_size", "sequence_length", count])]
    return reader(inputs, steps, outputs, {"weights": random(WIDTH, count)})


def answers(inputs=BERT):
    steps, outputs, stored = [], [], {"flat": np.array([-1])}
    for end in ("start_logits", "end_logits"):
        steps += [
            helper.make_node("MatMul", ["states", f"{end} weights"], [f"{end} deep"]),
            helper.make_node("Squeeze", [f"{end} deep", "flat"], [end]),
        ]
        outputs.append(port(end, ["batch_size", "sequence_length"]))
        stored[f"{end} weights"] = random(WIDTH, 1)
    return reader(inputs, steps, outputs, stored)


WORD_FILES = {
    "tokenizer.json": tokenizer(),
    "tokenizer_config.json": {"model_max_length": 512, "do_lower_case": True, "tokenizer_class": "BertTokenizer"},
    "special_tokens_map.json": {"cls_token": "[CLS]"},
}


def words(graph, architecture, **more):
    """As optimum and transformers.js lay out a model for texts."""
    config = {"architectures": [architecture], "model_type": "bert", "max_position_embeddings": 512, **more}
    return {"onnx/model.onnx": graph, "config.json": config, **WORD_FILES}


# pictures


def pooled(name, outputs, steps, more=None, notes=None):
    """The mean of each colour, and something made of it."""
    last = name == "Image"  # Lobe
    shape = [None, 224, 224, 3] if last else [None, 3, 224, 224]
    start = [helper.make_node("ReduceMean", [name], ["colours"], axes=[1, 2] if last else [2, 3], keepdims=0)]
    stored = {"weights": random(3, 2), **(more or {})}
    return model([*start, *steps], [port(name, shape)], outputs, notes, stored)


def custom_vision():
    steps = [
        helper.make_node(
            *("LinearClassifier", ["colours"], ["classLabel", "scores"]),
            domain="ai.onnx.ml",
            classlabels_strings=["cat", "dog"],
            coefficients=[0.1, 0.2, 0.3, -0.1, -0.2, -0.3],
            intercepts=[0.0, 0.0],
            post_transform="SOFTMAX",
        ),
        helper.make_node("ZipMap", ["scores"], ["loss"], domain="ai.onnx.ml", classlabels_strings=["cat", "dog"]),
    ]
    loss = helper.make_value_info(
        "loss",
        helper.make_sequence_type_proto(helper.make_map_type_proto(STRING, helper.make_tensor_type_proto(FLOAT, []))),
    )
    notes = {
        "Image.BitmapPixelFormat": "Bgr8",
        "Image.ColorSpaceGamma": "SRGB",
        "Image.NominalPixelRange": "NominalRange_0_255",
    }
    return pooled("data", [port("classLabel", [None], STRING), loss], steps, notes=notes)


def custom_vision_compact():
    steps = [
        helper.make_node("MatMul", ["colours", "weights"], ["raw"]),
        helper.make_node("Softmax", ["raw"], ["model_output"]),
    ]
    return pooled("data", [port("model_output", [1, 2])], steps)


def lobe():
    steps = [
        helper.make_node("MatMul", ["colours", "weights"], ["raw"]),
        helper.make_node("Softmax", ["raw"], ["Confidences"]),
        helper.make_node("ArgMax", ["Confidences"], ["best"], axis=1, keepdims=0),
        helper.make_node("Gather", ["words", "best"], ["Prediction"]),
    ]
    outputs = [port("Confidences", [None, 2]), port("Prediction", [None], STRING)]
    return pooled("Image", outputs, steps, {"words": np.array(["cup", "glass"], object)})


def larger(times, name="pixel_values"):
    """Each pixel becomes several."""
    scales = {"scales": np.array([1, 1, times, times], np.float32)}
    steps = [helper.make_node("Resize", [name, "", "scales"], ["reconstruction"], mode="nearest")]
    outputs = [port("reconstruction", ["batch_size", "num_channels", "new_height", "new_width"])]
    return model(steps, [port(name, ["batch_size", 3, "height", "width"])], outputs, stored=scales)


def matte():
    steps = [
        helper.make_node("ReduceMean", ["input"], ["mean"], axes=[1], keepdims=1),
        helper.make_node("Sigmoid", ["mean"], ["output"]),
    ]
    outputs = [port("output", ["batch_size", 1, "height", "width"])]
    return model(steps, [port("input", ["batch_size", 3, "height", "width"])], outputs)


def scene(channels, name, smaller=4):
    """A map a quarter as large as what is fed."""
    steps = [
        helper.make_node("AveragePool", ["pixel_values"], ["small"], kernel_shape=[smaller] * 2, strides=[smaller] * 2),
        helper.make_node("Conv", ["small", "kernels"], [name]),
    ]
    outputs = [port(name, ["batch_size", channels, "small_height", "small_width"])]
    inputs = [port("pixel_values", ["batch_size", 3, "height", "width"])]
    return model(steps, inputs, outputs, stored={"kernels": random(channels, 3, 1, 1)})


def depth():
    steps = [helper.make_node("ReduceMean", ["pixel_values"], ["predicted_depth"], axes=[1], keepdims=0)]
    outputs = [port("predicted_depth", ["batch_size", "height", "width"])]
    return model(steps, [port("pixel_values", ["batch_size", 3, "height", "width"])], outputs)


def boxes(count):
    return ("pred_boxes", ["batch_size", count, 4], np.full((1, count, 4), 0.4))


def clip():
    steps = [
        helper.make_node("ReduceMean", ["pixel_values"], ["colours"], axes=[2, 3], keepdims=0),
        helper.make_node("MatMul", ["colours", "seen"], ["image_embeds"]),
        helper.make_node("Gather", ["table", "input_ids"], ["hidden"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last"], ["deep"]),
        helper.make_node("Mul", ["hidden", "deep"], ["read"]),
        helper.make_node("ReduceMean", ["read"], ["text_embeds"], axes=[1], keepdims=0),
        helper.make_node("Transpose", ["text_embeds"], ["turned"], perm=[1, 0]),
        helper.make_node("MatMul", ["image_embeds", "turned"], ["logits_per_image"]),
        helper.make_node("Transpose", ["logits_per_image"], ["logits_per_text"], perm=[1, 0]),
    ]
    outputs = [
        port("logits_per_image", ["image_batch_size", "text_batch_size"]),
        port("logits_per_text", ["text_batch_size", "image_batch_size"]),
        port("text_embeds", ["text_batch_size", WIDTH]),
        port("image_embeds", ["image_batch_size", WIDTH]),
    ]
    inputs = [
        port("input_ids", ["text_batch_size", "sequence_length"], INT64),
        port("pixel_values", ["image_batch_size", 3, "height", "width"]),
        port("attention_mask", ["text_batch_size", "sequence_length"], INT64),
    ]
    stored = {"table": random(vocabulary_size(), WIDTH), "seen": random(3, WIDTH), "last": np.array([-1])}
    return model(steps, inputs, outputs, stored=stored)


def ultralytics(task, shape, values, names, side=320, **more):
    notes = {
        "description": "Ultralytics YOLO11n model",
        "author": "Ultralytics",
        "date": "2026-01-01",
        "version": "8.4.0",
        "license": "AGPL-3.0 License (https://ultralytics.com/license)",
        "docs": "https://docs.ultralytics.com",
        "stride": "32",
        "task": task,
        "batch": "1",
        "imgsz": f"[{side}, {side}]",
        "names": str(dict(enumerate(names))),
        **more,
    }
    return constant([port("images", [1, 3, side, side])], [("output0", shape, values)], notes)


END_TO_END = np.zeros((1, 300, 6), np.float32)
END_TO_END[0, 0] = (10, 20, 110, 120, 0.8, 2)


def detected(rows, anchors):
    """Rows of middle, size and scores, nothing found anywhere but in one place."""
    values = np.zeros((1, rows, anchors), np.float32)
    values[0, :4], values[0, 4, 3] = 50, 0.9
    return values


def paddle_detector():
    """What PaddleDetection exports: class, score, and corners in pixels of the picture."""
    inputs = [port("image", [1, 3, 640, 640]), port("im_shape", [1, 2]), port("scale_factor", [1, 2])]
    found = [[0, 0.9, 10, 10, 50, 60], [1, 0.2, 20, 20, 40, 40]]
    return constant(inputs, [("save_infer_model/scale_0.tmp_1", ["boxes", 6], found)])


PADDLE_DETECTION = """mode: paddle
draw_threshold: 0.5
metric: COCO
arch: DETR
Preprocess:
- interp: 2
  keep_ratio: false
  target_size:
  - 640
  - 640
  type: Resize
- mean:
  - 0.0
  - 0.0
  - 0.0
  norm_type: none
  std:
  - 1.0
  - 1.0
  - 1.0
  type: NormalizeImage
- type: Permute
label_list:
- cat
- dog
"""
PADDLE_CLASSES = """PreProcess:
  transform_ops:
  - ResizeImage:
      resize_short: 256
  - CropImage:
      size: 224
  - NormalizeImage:
      scale: 0.00392156862745098
      mean: [0.485, 0.456, 0.406]
      std: [0.229, 0.224, 0.225]
      order: ''
  - ToCHWImage: null
PostProcess:
  Topk:
    topk: 5
    label_list:
    - cat
    - dog
    - cup
"""


def finds_lines():
    steps = [
        helper.make_node("ReduceMean", ["x"], ["mean"], axes=[1], keepdims=1),
        helper.make_node("Sigmoid", ["mean"], ["sigmoid_0.tmp_0"]),
    ]
    shape = ["batch", 1, "height", "width"]
    return model(steps, [port("x", ["batch", 3, "height", "width"])], [port("sigmoid_0.tmp_0", shape)])


def reads_lines(letters=("a", "b", "c")):
    values = random(1, 40, len(letters) + 2)
    outputs = [("softmax_11.tmp_0", ["batch", "places", len(letters) + 2], np.abs(values) / np.abs(values).sum())]
    return constant([port("x", ["batch", 3, 48, "width"])], outputs, {"character": "\n".join(letters)})


def turns_lines():
    outputs = [("softmax_0.tmp_0", ["batch", 2], [[0.9, 0.1]])]
    return constant([port("x", ["batch", 3, 48, 192])], outputs)


OPTIMUM = "optimum-onnx, exporters/onnx/base.py, and the repository's files on the hub"
JS = "transformers.js repositories on the hub (folder onnx/)"
ZOO = "github.com/onnx/models, validated/vision"

FAMILIES = (
    Family(
        "optimum ViT",
        OPTIMUM,
        {
            "model.onnx": constant([PIXELS], [logits(3)]),
            "config.json": {
                "architectures": ["ViTForImageClassification"],
                "model_type": "vit",
                "image_size": 224,
                **named("cat", "dog", "cup"),
            },
            "preprocessor_config.json": picture("google/vit-base-patch16-224"),
        },
        "image_classification",
        {
            "labels": ["cat", "dog", "cup"],
            "resize": "stretch",
            "width_px": 224,
            "mean": [127.5] * 3,
            "std": [127.5] * 3,
        },
        {"labels": "config.json", "mean": "preprocessor_config.json", "resample": "preprocessor_config.json"},
    ),
    Family(
        "transformers.js MobileViT",
        JS,
        {
            "onnx/model.onnx": constant([PIXELS], [logits(3)]),
            "onnx/model_quantized.onnx": constant([PIXELS], [logits(3)]),
            "config.json": {"architectures": ["MobileViTForImageClassification"], **named("cat", "dog", "cup")},
            "preprocessor_config.json": picture("apple/mobilevit-small"),
            "quantize_config.json": {},
        },
        "image_classification",
        {"colour": "BGR", "resize": "crop", "resize_px": 288, "height_px": 256, "mean": [0.0] * 3, "std": [255.0] * 3},
    ),
    Family(
        "transformers multi-label",
        OPTIMUM,
        {
            "model.onnx": constant([PIXELS], [logits(3)]),
            "config.json": {
                "architectures": ["SiglipForImageClassification"],
                "problem_type": "multi_label_classification",
                **named("a", "b", "c"),
            },
            "preprocessor_config.json": picture("google/siglip-base-patch16-224"),
        },
        "image_classification",
        {"problem_type": "multi_label_classification", "resample": "bicubic"},
        {"problem_type": "config.json"},
    ),
    Family(
        "newer files of transformers 5",
        "transformers 5.24, processing_utils.py",
        {
            "model.onnx": constant([PIXELS], [logits(3)]),
            "config.json": {"architectures": ["ViTForImageClassification"], **named("cat", "dog", "cup")},
            "processor_config.json": {"image_processor": picture("google/siglip-base-patch16-224")},
        },
        "image_classification",
        {"mean": [127.5] * 3},
        {"mean": "processor_config.json"},
    ),
    Family(
        "timm",
        "timm 1.0, models/_hub.py",
        {
            "onnx/model.onnx": constant([PIXELS], [logits(3)]),
            "config.json": {
                "architecture": "mobilenetv4_conv_small",
                "num_classes": 3,
                "num_features": 1280,
                "label_names": ["n01440764", "n01443537", "n02123045"],
                "label_descriptions": {"n01440764": "tench", "n01443537": "goldfish", "n02123045": "tabby"},
                "pretrained_cfg": preparation.TIMM["timm/mobilenetv4_conv_small.e2400_r224_in1k"],
            },
        },
        "image_classification",
        {"labels": ["tench", "goldfish", "tabby"], "resize": "crop", "resize_px": 235, "resample": "bicubic"},
        {"labels": "config.json", "resize_px": "config.json"},
    ),
    Family(
        "Ultralytics classify",
        "a real export's metadata (spec 4.4)",
        {"yolo11n-cls.onnx": ultralytics("classify", [1, 3], [[0.7, 0.2, 0.1]], ("cat", "dog", "cup"), 224)},
        "image_classification",
        {"labels": ["cat", "dog", "cup"], "resize": "crop", "resize_px": 224, "mean": [0.0] * 3, "std": [255.0] * 3},
    ),
    Family(
        "Ultralytics detect",
        "a real export's metadata (spec 4.4)",
        {"yolo11n.onnx": ultralytics("detect", [1, 7, 2100], detected(7, 2100), ("cat", "dog", "cup"))},
        "object_detection",
        {"labels": ["cat", "dog", "cup"], "resize": "fit", "pad": 114, "mean": [0.0] * 3, "std": [255.0] * 3},
    ),
    Family(
        "Ultralytics end to end",
        "a real export's metadata (spec 4.4), YOLO26 and YOLOv10",
        {"yolo26n.onnx": ultralytics("detect", [1, 300, 6], END_TO_END, ("cat", "dog", "cup"), end2end="True")},
        "object_detection",
        {"decoder": "yolo_ends", "resize": "fit", "labels": ["cat", "dog", "cup"]},
    ),
    Family(
        "YOLOS",
        OPTIMUM,
        {
            "onnx/model.onnx": constant([PIXELS], [("logits", ["batch_size", 100, 4], random(1, 100, 4)), boxes(100)]),
            "config.json": {
                "architectures": ["YolosForObjectDetection"],
                "model_type": "yolos",
                **named("cat", "dog", "cup"),
            },
            "preprocessor_config.json": picture("hustvl/yolos-tiny"),
        },
        "object_detection",
        {"decoder": "detr_softmax", "resize": "shortest_down", "multiple_px": 16, "longest_px": 864},
    ),
    Family(
        "Model Zoo FER+",
        f"{ZOO}/body_analysis/emotion_ferplus",
        {
            "emotion-ferplus-8.onnx": constant(
                [port("Input3", [1, 1, 64, 64])], [("Plus692_Output_0", [1, 8], random(1, 8))]
            )
        },
        "image_classification",
        {"colour": "grey", "mean": [0.0], "std": [1.0], "width_px": 64},
    ),
    Family(
        "Model Zoo with its manifest",
        f"{ZOO}/classification/resnet and ONNX_HUB_MANIFEST.json",
        {
            "resnet50-v1-12.onnx": constant(
                [port("data", ["N", 3, 224, 224])], [("resnetv17_dense0_fwd", ["N", 1000], random(1, 1000))]
            ),
            "ONNX_HUB_MANIFEST.json": [
                {
                    "model": "ResNet50",
                    "model_path": "x",
                    "metadata": {"model_sha": "-", "tags": ["vision", "classification", "resnet"]},
                }
            ],
            "synset.txt": "\n".join(f"n{number:08d} thing {number}, or other" for number in range(1000)),
        },
        "image_classification",
        {"width_px": 224},
        {"labels": "synset.txt"},
    ),
    Family(
        "Azure Custom Vision",
        "Custom Vision's ONNX export and its predict.py",
        {"model.onnx": custom_vision(), "labels.txt": "cat\ndog\n"},
        "image_classification",
        {"colour": "BGR", "resize": "stretch", "mean": [0.0] * 3, "std": [1.0] * 3, "labels": ["cat", "dog"]},
        {"labels": "labels.txt", "colour": "the model's own notes"},
    ),
    Family(
        "Azure Custom Vision, compact",
        "Azure-Samples, customvision-export-samples, issue 13",
        {"model.onnx": custom_vision_compact(), "labels.txt": "cat\ndog\n"},
        "image_classification",
        {"colour": "BGR", "mean": [0.0] * 3, "std": [1.0] * 3, "labels": ["cat", "dog"]},
    ),
    Family(
        "Lobe",
        "Lobe's ONNX export: signature.json and onnx_example.py",
        {
            "model.onnx": lobe(),
            "signature.json": {
                "doc_name": "Cups",
                "format": "onnx",
                "filename": "model.onnx",
                "inputs": {"Image": {"dtype": "float32", "shape": [None, 224, 224, 3], "name": "Image"}},
                "outputs": {"Confidences": {"dtype": "float32", "shape": [None, 2], "name": "Confidences"}},
                "classes": {"Label": ["cup", "glass"]},
            },
        },
        "image_classification",
        {"labels": ["cup", "glass"], "layout": "NHWC", "mean": [0.0] * 3, "std": [255.0] * 3, "resize": "crop"},
        {"labels": "signature.json"},
    ),
    Family(
        "DETR",
        OPTIMUM,
        {
            "onnx/model.onnx": constant(
                [PIXELS, port("pixel_mask", ["batch_size", 64, 64], INT64)],
                [("logits", ["batch_size", 100, 4], random(1, 100, 4)), boxes(100)],
            ),
            "config.json": {
                "architectures": ["DetrForObjectDetection"],
                "model_type": "detr",
                **named("cat", "dog", "cup"),
            },
            "preprocessor_config.json": picture("facebook/detr-resnet-50"),
        },
        "object_detection",
        {"resize": "shortest", "resize_px": 800, "longest_px": 1333, "labels": ["cat", "dog", "cup"]},
        {"labels": "config.json", "decoder": "config.json"},
    ),
    Family(
        "RT-DETR",
        OPTIMUM,
        {
            "onnx/model.onnx": constant(
                [PIXELS], [("logits", ["batch_size", 300, 80], random(1, 300, 80)), boxes(300)]
            ),
            "config.json": {"architectures": ["RTDetrForObjectDetection"], "model_type": "rt_detr", **classes(80)},
            "preprocessor_config.json": picture("PekingU/rtdetr_r50vd"),
        },
        "object_detection",
        {"decoder": "detr_sigmoid", "resize": "stretch", "width_px": 640, "mean": [0.0] * 3, "std": [255.0] * 3},
    ),
    Family(
        "SegFormer",
        OPTIMUM,
        {
            "onnx/model.onnx": scene(150, "logits"),
            "config.json": {
                "architectures": ["SegformerForSemanticSegmentation"],
                "model_type": "segformer",
                **classes(150),
            },
            "preprocessor_config.json": picture("nvidia/segformer-b0-finetuned-ade-512-512"),
        },
        "semantic_segmentation",
        {"resize": "stretch", "width_px": 512, "labels": [f"thing {number}" for number in range(150)]},
        {"labels": "config.json"},
    ),
    Family(
        "Depth Anything",
        OPTIMUM,
        {
            "onnx/model.onnx": depth(),
            "config.json": {
                "architectures": ["DepthAnythingForDepthEstimation"],
                "model_type": "depth_anything",
                "depth_estimation_type": "relative",
            },
            "preprocessor_config.json": picture("depth-anything/Depth-Anything-V2-Small-hf"),
        },
        "depth_estimation",
        {"resize": "near", "multiple_px": 14, "width_px": 518, "resample": "bicubic", "unit": "nearness"},
        {"unit": "config.json"},
    ),
    Family(
        "GLPN",
        OPTIMUM,
        {
            "onnx/model.onnx": depth(),
            "config.json": {"architectures": ["GLPNForDepthEstimation"], "model_type": "glpn"},
            "preprocessor_config.json": picture("vinvino02/glpn-kitti"),
        },
        "depth_estimation",
        {"resize": "own", "multiple_px": 32, "unit": "metres"},
    ),
    Family(
        "Swin2SR",
        OPTIMUM,
        {
            "onnx/model.onnx": larger(2),
            "config.json": {"architectures": ["Swin2SRForImageSuperResolution"], "model_type": "swin2sr", "upscale": 2},
            "preprocessor_config.json": picture("caidas/swin2SR-classical-sr-x2-64"),
        },
        "image_to_image",
        {"upscale": 2, "mean": [0.0] * 3, "std": [255.0] * 3},
        {"upscale": "config.json"},
    ),
    Family(
        "MODNet",
        JS,
        {
            "onnx/model.onnx": matte(),
            "config.json": {"architectures": ["MODNet"], "model_type": "modnet"},
            "preprocessor_config.json": {
                "do_normalize": True,
                "do_pad": False,
                "do_rescale": True,
                "do_resize": True,
                "resample": 2,
                "feature_extractor_type": "ImageFeatureExtractor",
                "image_mean": [0.5] * 3,
                "image_std": [0.5] * 3,
                "rescale_factor": 0.00392156862745098,
                "size": {"shortest_edge": 512},
                "size_divisibility": 32,
            },
        },
        "background_removal",
        {"resize": "shortest_down", "resize_px": 512, "multiple_px": 32, "mean": [127.5] * 3},
    ),
    Family(
        "DINOv2",
        OPTIMUM,
        {
            "onnx/model.onnx": constant(
                [PIXELS], [("last_hidden_state", ["batch_size", 257, 384], random(1, 257, 384))]
            ),
            "config.json": {"architectures": ["Dinov2Model"], "model_type": "dinov2", "image_size": 518},
            "preprocessor_config.json": picture("facebook/dinov2-small"),
        },
        "image_similarity",
        {"resize": "crop", "resize_px": 256, "width_px": 224},
    ),
    Family(
        "CLIP",
        OPTIMUM,
        {
            "onnx/model.onnx": clip(),
            "config.json": {"architectures": ["CLIPModel"], "model_type": "clip"},
            "preprocessor_config.json": picture("openai/clip-vit-base-patch32"),
            **WORD_FILES,
            "tokenizer_config.json": {"model_max_length": 77},
        },
        "zero_shot_image_classification",
        {"resize": "crop", "resize_px": 224, "max_tokens": 77},
        {"max_tokens": "tokenizer_config.json", "resize": "preprocessor_config.json"},
    ),
    Family(
        "RapidOCR",
        "rapidocr 3.10, its models and their metadata",
        {
            "ch_PP-OCRv4_det_infer.onnx": finds_lines(),
            "ch_ppocr_mobile_v2.0_cls_infer.onnx": turns_lines(),
            "ch_PP-OCRv4_rec_infer.onnx": reads_lines(),
        },
        "text_reading",
        {"alphabet": ["", "a", "b", "c", " "]},
        {"alphabet": "the model's own notes"},
    ),
    Family(
        "PaddleDetection",
        "PaddleDetection, deploy/python/infer.py and its infer_cfg.yml",
        {"model.onnx": paddle_detector(), "infer_cfg.yml": PADDLE_DETECTION},
        "object_detection",
        {"labels": ["cat", "dog"], "resize": "stretch", "resample": "bicubic", "mean": [0.0] * 3, "std": [255.0] * 3},
        {"labels": "infer_cfg.yml"},
    ),
    Family(
        "PaddleClas",
        "PaddleX, inference.yml of its classifiers",
        {
            "inference.onnx": constant(
                [port("x", ["batch", 3, 224, 224])], [("fetch_name_0", ["batch", 3], [[0.7, 0.2, 0.1]])]
            ),
            "inference.yml": PADDLE_CLASSES,
        },
        "image_classification",
        {"labels": ["cat", "dog", "cup"], "resize": "crop", "resize_px": 256},
        {"mean": "inference.yml"},
    ),
    Family(
        "Sentence Transformers",
        "sentence-transformers/all-MiniLM-L6-v2 on the hub",
        {
            **words(states(), "BertModel"),
            "modules.json": [
                {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
                {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            ],
            "1_Pooling/config.json": {"pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True},
            "sentence_bert_config.json": {"max_seq_length": 256, "do_lower_case": False},
        },
        "text_similarity",
        {"pooling": "mean", "max_tokens": 256},
        {"pooling": "1_Pooling/config.json", "max_tokens": "sentence_bert_config.json"},
    ),
    Family(
        "E5",
        "intfloat/e5-small-v2 on the hub",
        {
            **words(states(("input_ids", "attention_mask")), "BertModel"),
            "1_Pooling/config.json": {"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False},
            "config_sentence_transformers.json": {"prompts": {"query": "query: ", "document": "passage: "}},
        },
        "text_similarity",
        {"pooling": "first", "query_prefix": "query: ", "passage_prefix": "passage: "},
        {"query_prefix": "config_sentence_transformers.json"},
    ),
    Family(
        "text classification",
        OPTIMUM,
        words(of_text(2), "BertForSequenceClassification", **named("NEGATIVE", "POSITIVE")),
        "text_classification",
        {"labels": ["NEGATIVE", "POSITIVE"], "max_tokens": 512},
        {"labels": "config.json"},
    ),
    Family(
        "text classification, several may hold",
        OPTIMUM,
        words(
            of_text(3),
            "BertForSequenceClassification",
            problem_type="multi_label_classification",
            **named("joy", "anger", "fear"),
        ),
        "text_classification",
        {"problem_type": "multi_label_classification"},
        {"problem_type": "config.json"},
    ),
    Family(
        "token classification",
        OPTIMUM,
        words(of_pieces(5), "BertForTokenClassification", **named("O", "B-PER", "I-PER", "B-LOC", "I-LOC")),
        "token_classification",
        {"labels": ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]},
        {"labels": "config.json"},
    ),
    Family("question answering", OPTIMUM, words(answers(), "BertForQuestionAnswering"), "question_answering"),
    Family(
        "zero-shot by entailment",
        OPTIMUM,
        words(of_text(3), "BertForSequenceClassification", **named("entailment", "neutral", "contradiction")),
        "zero_shot_classification",
        {"labels": ["entailment", "neutral", "contradiction"]},
    ),
)


def written(family, folder):
    """Its files in this folder."""
    for name, content in family.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if hasattr(content, "SerializeToString"):
            data = content.SerializeToString()
        else:
            data = (content if isinstance(content, str) else json.dumps(content)).encode()
        path.write_bytes(data)
    return folder


def form(task_id):
    """The first sample of a task that asks for words; nothing for others."""
    return dict(next((sample.inputs for sample in texts.samples(task_id)), {}))
